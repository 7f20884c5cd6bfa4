import Diagnostics
import Manifests
import StrictJSON

/// All calls of one tool as the rules of two intents see them: a product of dimensions, one for each question.
///
/// Arguments that lie within one another (`/items` and `/items/0`), and questions that are about the same thing, are
/// treated as if each could have any answer whatever the others have. That makes the space larger than it is: what holds
/// of it holds, and a call that is found in it is built and decided before it is claimed.
struct CallSpace: Sendable {
    let tool: PolicyTool
    let dimensions: [Dimension]
    /// How the dimensions were found.
    private let survey: QuestionSurvey

    /// - Parameter rules: The rules of both intents that matter.
    init(_ tool: PolicyTool, rules: [CompiledRule]) {
        self.tool = tool
        survey = QuestionSurvey(rules)
        dimensions = survey.dimensions(tool)
    }

    /// Every call.
    var all: Box { box(\.all) }

    /// The calls of which each answer is known to be possible by itself.
    var real: Box { box(\.real) }

    /// Why some calls may have no place in the space; nil if all have.
    var gap: String? {
        for dimension in dimensions {
            guard let gap = dimension.gap else { continue }
            switch dimension.question {
            case .argument(let pointer), .sources(let pointer):
                return "of the argument \(VisibleText.quoted(Pointer.name(pointer))): \(gap)"
            case .condition, .succeeded, .begun: return gap
            }
        }
        return nil
    }

    func isCondition(_ dimension: Int) -> Bool {
        if case .condition = dimensions[dimension].question { true } else { false }
    }

    func box(_ set: (Dimension) -> ClassSet) -> Box { Box(dimensions.map(set)) }

    // MARK: Rules

    func region(of rule: CompiledRule) -> RuleRegion {
        let matched = box(rule, [.holds]) { $0 == .holds }
        let undecided = box(rule, Set(Dimension.Truth.allCases)) { answer in
            // A value of a type that an allow rule says nothing of does not satisfy it.
            answer != .fails && (rule.effect != .allow || answer != .unsuited)
        }
        // A condition is asked only where everything else holds.
        let decided: Set<Dimension.Truth> = rule.effect == .deny ? [.fails] : [.holds, .fails]
        var blocked = [undecided]
        if rule.effect != .deny || rule.condition != nil {
            blocked = undecided.isEmpty ? [] : undecided.pieces(without: box(rule, decided) { $0 == .holds })
        }
        var offered = matched
        for (question, part) in countable(rule) {
            guard let place = dimensions.firstIndex(where: { $0.question == question }) else { continue }
            blocked.append(matched.with(matched.sets[place].subtracting(part.counted), at: place))
            offered = offered.with(offered.sets[place].intersection(part.room), at: place)
        }
        return RuleRegion(
            rule: rule, matched: matched.isEmpty ? nil : matched, offered: offered.isEmpty ? nil : offered,
            blocked: blocked.filter { !$0.isEmpty })
    }

    private func box(
        _ rule: CompiledRule, _ truths: Set<Dimension.Truth>, where matches: (Answer) -> Bool
    ) -> Box {
        box { dimension in
            switch (dimension.question, dimension.answers) {
            case (.argument(let pointer), .values(let classes, let places)):
                let constraints = rule.arguments.filter { $0.pointer == pointer }.flatMap(\.constraints)
                let indices = constraints.compactMap {
                    places[QuestionSurvey.key($0.onValue(survey.provenances(at: pointer)))]
                }
                return indices.isEmpty ? dimension.all : classes.set(indices, where: matches)
            case (.sources(let pointer), .sources(let keys)):
                let constraints = rule.arguments.filter { $0.pointer == pointer }.flatMap(\.constraints)
                let lists = constraints.flatMap { $0.sourceLists(survey.provenances(at: pointer)) }
                let masks = lists.map { list in
                    keys.enumerated().reduce(0) { list.contains($1.element) ? $0 | 1 << $1.offset : $0 }
                }
                return ClassSet(dimension.count) { number in masks.allSatisfy { $0 & number != 0 } }
            case (.condition(let key), _):
                guard let condition = rule.condition, ConditionKey(condition) == key else { return dimension.all }
                return dimension.truth(truths)
            case (.succeeded(let pattern), _):
                let isAsked = rule.order.after.contains { $0.text == pattern }
                return ClassSet(2) { !isAsked || $0 == 1 }
            case (.begun(let pattern), _):
                let isAsked = rule.order.before.contains { $0.text == pattern }
                return ClassSet(2) { !isAsked || $0 == 0 }
            default: return dimension.all
            }
        }
    }

    /// For each argument that budgets count: the classes that can be counted, and those that there is room for.
    private func countable(_ rule: CompiledRule) -> [(Question, (counted: ClassSet, room: ClassSet))] {
        rule.budgets.compactMap { budget in
            guard let pointer = budget.argument else { return nil }
            let question = Question.argument(pointer)
            guard let dimension = dimensions.first(where: { $0.question == question }),
                case .values(let classes, let places) = dimension.answers
            else { return nil }
            func set(_ constraints: [CompiledConstraint]) -> ClassSet {
                classes.set(constraints.compactMap { places[QuestionSurvey.key($0)] }) { $0 == .holds }
            }
            let counting = QuestionSurvey.counting(budget)
            return (question, (set(counting.counted), set(counting.counted + counting.room)))
        }
    }
}
