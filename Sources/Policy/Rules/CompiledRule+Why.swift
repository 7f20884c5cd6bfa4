import Diagnostics
import Manifests
import StrictJSON

/// An argument that kept a rule from matching, and what may be said of it.
struct Obstacle: Hashable {
    /// For who may see the rule.
    let why: String
    /// For the agent.
    let hint: String
    let isError: Bool
}

extension CompiledRule {
    /// What keeps the rule from matching: arguments, the order of calls, and the condition if nothing else does.
    func obstacles(_ facts: inout CallFacts) -> [Obstacle] {
        var obstacles = arguments.compactMap { $0.obstacle(&facts) }
        if let name = unnamedArgument(facts) {
            let quoted = VisibleText.quoted(name)
            obstacles.append(
                Obstacle(
                    why: "\(quoted) is given, and the rule takes no arguments but those that it names",
                    hint: "\(quoted) must not be given", isError: false))
        }
        if let obstacle = order.obstacle(facts.state) { obstacles.append(obstacle) }
        if obstacles.isEmpty, let obstacle = condition?.obstacle(facts) { obstacles.append(obstacle) }
        return obstacles
    }

    /// Why the rule does not match, or cannot be evaluated: the argument that settles it.
    func why(_ facts: inout CallFacts) -> String {
        let obstacles = obstacles(&facts)
        // A failure settles it; an error only where nothing fails.
        return (obstacles.first { !$0.isError } ?? obstacles.first)?.why ?? whyMatched
    }
}

extension CompiledRule {
    /// What of the rule the call satisfies.
    var whyMatched: String {
        switch (order.isEmpty, condition == nil) {
        case (true, true): "tool and arguments match"
        case (false, true): "tool, arguments and order match"
        case (true, false): "tool, arguments and condition match"
        case (false, false): "tool, arguments, order and condition match"
        }
    }
}

extension RuleCondition {
    fileprivate func obstacle(_ facts: CallFacts) -> Obstacle? {
        switch evaluate(facts) {
        case .holds: return nil
        case .fails:
            return Obstacle(
                why: "the condition \(VisibleText.quoted(source)) is false", hint: "a condition of the task is not met",
                isError: false)
        case .error(let reason):
            return Obstacle(
                why: "the condition \(VisibleText.quoted(source)) cannot be evaluated: \(reason)",
                hint: "a condition of the task cannot be evaluated for it", isError: true)
        }
    }
}

extension CompiledArgument {
    fileprivate func obstacle(_ facts: inout CallFacts) -> Obstacle? {
        let quoted = VisibleText.quoted(name)
        guard let value = facts.call.arguments.value(at: pointer) else {
            guard judge(&facts) == .fails else { return nil }
            return Obstacle(why: "\(quoted) is absent", hint: "\(quoted) has to be given", isError: false)
        }
        var error: Obstacle?
        for constraint in constraints {
            let answer = constraint.judge(value, at: pointer, &facts)
            guard answer != .holds, answer == .fails || error == nil else { continue }
            let shown = CompiledConstraint.shown(value)
            let obstacle = Obstacle(
                why: "\(quoted) is \(shown), \(constraint.why(value, at: pointer, &facts))",
                hint: "\(quoted) \(constraint.hint(value, at: pointer, &facts))", isError: answer != .fails)
            if answer == .fails { return obstacle }
            error = obstacle
        }
        return error
    }
}
