import Manifests
import StrictJSON

/// One rule, ready to be asked.
struct CompiledRule: Sendable {
    let index: Int
    let line: Int
    let effect: Intent.Effect
    let tool: ToolPattern
    let arguments: [CompiledArgument]
    /// The arguments that a call may have, of a rule with `otherArgs: absent`; nil for any.
    let named: Set<TextKey>?
    let order: RuleOrder
    let condition: (any RuleCondition)?
    let budgets: [CompiledBudget]
    /// Whose approval counts; of an approve rule.
    let approval: ApprovalTerms
    /// Labels that an approval under this rule takes from the run.
    let declassified: [Label]
    /// What the author says of it, for people.
    let reason: String?

    /// Whether the call, which is one of the rule's tools, is one that the rule is about.
    enum Match: Hashable, Sendable {
        case matches, doesNot, error
    }

    func match(_ facts: inout CallFacts) -> Match {
        var answer = Answer.holds
        for argument in arguments {
            answer = answer.and(argument.judge(&facts))
            if answer == .fails { return .doesNot }
        }
        if unnamedArgument(facts) != nil { return .doesNot }
        if !order.isEmpty, !order.holds(facts.state) { return .doesNot }
        guard answer == .holds, let condition else { return resolve(answer) }
        switch condition.evaluate(facts) {
        case .holds: return .matches
        case .fails: return .doesNot
        case .error: return .error
        }
    }

    /// True if the rule is about every call of its tools.
    var isUnconditional: Bool { arguments.isEmpty && named == nil && order.isEmpty && condition == nil }

    /// False if the rule asks an argument to be absent without naming it.
    func names(_ argument: String) -> Bool { named?.contains(TextKey(argument)) ?? true }

    /// An argument that the call has and must not have since the rule does not name it. What is left out is seen with the
    /// default of the tool's schema (see `ArgumentDefaults`): with that value it counts as left out.
    func unnamedArgument(_ facts: CallFacts) -> String? {
        guard named != nil, let members = facts.call.arguments.objectValue else { return nil }
        return members.first { name, value in !names(name) && facts.tool?.defaultValue(of: name) != value }?.key
    }

    /// See `Answer`.
    func resolve(_ answer: Answer) -> Match {
        switch answer {
        case .holds: .matches
        case .fails: .doesNot
        case .broken: .error
        // INVARIANT: a value of a type that a constraint does not understand must not take a rule that holds calls back
        // out of the decision.
        case .unsuited: effect == .allow ? .doesNot : .error
        }
    }

    func report(_ outcome: RuleReport.Outcome, _ why: String) -> RuleReport {
        RuleReport(index: index, line: line, effect: effect, tool: tool, outcome: outcome, why: why)
    }
}
