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
    /// The arguments that keep the rule from matching.
    func obstacles(_ facts: inout CallFacts) -> [Obstacle] {
        arguments.compactMap { $0.obstacle(&facts) }
    }

    /// Why the rule does not match, or cannot be evaluated: the argument that settles it.
    func why(_ facts: inout CallFacts) -> String {
        let obstacles = obstacles(&facts)
        // A failure settles it; an error only where nothing fails.
        return (obstacles.first { !$0.isError } ?? obstacles.first)?.why ?? "tool and arguments match"
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
