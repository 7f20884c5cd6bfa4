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
    /// What rules say of the arguments that they do not name.
    let closure: ArgumentClosure

    /// - Parameter rules: The rules of both intents that matter.
    init(_ tool: PolicyTool, rules: [CompiledRule]) {
        self.tool = tool
        closure = ArgumentClosure(tool, rules)
        survey = QuestionSurvey(rules.map(closure.spelledOut), asksForUnnamed: closure.asksForUnnamed)
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
            case .condition, .succeeded, .begun, .unnamedArguments: return gap
            }
        }
        return nil
    }

    func isCondition(_ dimension: Int) -> Bool {
        if case .condition = dimensions[dimension].question { true } else { false }
    }

    func box(_ set: (Dimension) -> ClassSet) -> Box { Box(dimensions.map(set)) }

    // MARK: Rules

    func region(of short: CompiledRule) -> RuleRegion {
        let rule = closure.spelledOut(short)
        let form = rule.condition.map { ConditionForm($0) }
        // A condition is asked only where everything else holds.
        let asked = box(rule) { $0 == .holds }
        let undecided = box(rule) { answer in
            // A value of a type that an allow rule says nothing of does not satisfy it.
            answer != .fails && (rule.effect != .allow || answer != .unsuited)
        }
        let matched = form.map { $0.holds.map { asked.intersection(box(of: $0)) } } ?? [asked]
        var blocked: [Box]
        if rule.effect == .deny, form == nil {
            blocked = [undecided]
        } else {
            blocked = undecided.isEmpty ? [] : undecided.pieces(without: asked)
            let settled = (form?.fails ?? []).map { box(of: $0) } + (rule.effect == .deny ? [] : matched)
            blocked += settled.reduce([asked]) { rest, box in
                rest.flatMap { $0.intersects(box) ? $0.pieces(without: box) : [$0] }
            }
        }
        var offered = matched
        for (question, part) in countable(rule) {
            guard let place = dimensions.firstIndex(where: { $0.question == question }) else { continue }
            blocked += matched.map { $0.with($0.sets[place].subtracting(part.counted), at: place) }
            offered = offered.map { $0.with($0.sets[place].intersection(part.room), at: place) }
        }
        return RuleRegion(
            rule: short, matched: matched.filter { !$0.isEmpty }, offered: offered.filter { !$0.isEmpty },
            blocked: blocked.filter { !$0.isEmpty })
    }

    /// The calls of which each question of the clause is answered so.
    private func box(of clause: ConditionForm.Clause) -> Box {
        box { dimension in
            guard case .condition(let key) = dimension.question else { return dimension.all }
            return clause.first { $0.key == key }.map { dimension.truth([$0.truth]) } ?? dimension.all
        }
    }

    /// The calls of which a rule's constraints have such answers, whatever its condition says.
    private func box(_ rule: CompiledRule, where matches: (Answer) -> Bool) -> Box {
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
            case (.unnamedArguments, _): return ClassSet(2) { rule.named == nil || $0 == 0 }
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
