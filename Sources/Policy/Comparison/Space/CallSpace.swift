import Diagnostics
import Manifests
import StrictJSON

/// All calls of one tool as the rules of two intents see them: a product of dimensions, one for each question.
///
/// Arguments that lie within one another (`/items` and `/items/0`) are treated as if each could be anything whatever
/// the other is. That makes the space larger than it is: what holds of it holds, and a call that is found in it is
/// built and decided before it is claimed.
struct CallSpace: Sendable {
    let tool: PolicyTool
    let dimensions: [Dimension]

    /// - Parameter rules: The rules of both intents that matter.
    init(_ tool: PolicyTool, rules: [CompiledRule]) {
        self.tool = tool
        var order: [[String]] = []
        var constraints: [[String]: [CompiledConstraint]] = [:]
        var places: [[String]: [TextKey: Int]] = [:]
        for argument in rules.flatMap(\.arguments) {
            if constraints[argument.pointer] == nil { order.append(argument.pointer) }
            for constraint in argument.constraints {
                let key = Self.key(constraint)
                guard places[argument.pointer]?[key] == nil else { continue }
                places[argument.pointer, default: [:]][key] = constraints[argument.pointer]?.count ?? 0
                constraints[argument.pointer, default: []].append(constraint)
            }
        }
        dimensions = order.map { pointer in
            Dimension(
                question: .argument(pointer),
                classes: ValueClasses(
                    constraints[pointer] ?? [], SchemaFacts(tool.inputSchema, at: pointer), tool: tool.name,
                    at: pointer),
                places: places[pointer] ?? [:])
        }
    }

    private static func key(_ constraint: CompiledConstraint) -> TextKey { TextKey(constraint.key.encodedString()) }

    /// Every call.
    var all: Box { box { dimension in ClassSet(dimension.count) { _ in true } } }

    /// The calls of which each answer is known to be possible by itself.
    var real: Box { box(\.classes.real) }

    /// Why some calls may have no place in the space; nil if all have.
    var gap: String? {
        for dimension in dimensions {
            guard let gap = dimension.classes.gap, case .argument(let pointer) = dimension.question else { continue }
            return "of the argument \(VisibleText.quoted(Pointer.name(pointer))): \(gap)"
        }
        return nil
    }

    func region(of rule: CompiledRule) -> RuleRegion {
        let matched = box(rule) { $0 == .holds }
        let undecided: Box
        switch rule.effect {
        case .deny:
            let blocked = box(rule) { $0 != .fails }
            return RuleRegion(
                rule: rule, matched: matched.isEmpty ? nil : matched, blocked: blocked.isEmpty ? [] : [blocked])
        case .approve: undecided = box(rule) { $0 != .fails }
        case .allow: undecided = box(rule) { $0 == .holds || $0 == .broken }
        }
        return RuleRegion(
            rule: rule, matched: matched.isEmpty ? nil : matched,
            blocked: undecided.isEmpty ? [] : undecided.pieces(without: matched).filter { !$0.isEmpty })
    }

    private func box(_ set: (Dimension) -> ClassSet) -> Box { Box(dimensions.map(set)) }

    private func box(_ rule: CompiledRule, where matches: (Answer) -> Bool) -> Box {
        box { dimension in
            let places = rule.arguments.flatMap { argument in
                guard case .argument(argument.pointer) = dimension.question else { return [Int]() }
                return argument.constraints.compactMap { dimension.places[Self.key($0)] }
            }
            if places.isEmpty { return ClassSet(dimension.count) { _ in true } }
            return dimension.classes.set(places, where: matches)
        }
    }
}
