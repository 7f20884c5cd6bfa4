/// A rule's `when`, compiled. It is asked only of calls for which everything else of the rule holds.
protocol RuleCondition: Sendable {
    /// As it was written.
    var source: String { get }
    /// Which members of variables it reads: `["args", "branch"]`.
    var references: Set<[String]> { get }
    /// What of the intent it reads, beside the call and the run: two conditions of the same text that read the same say
    /// the same.
    var reads: String { get }

    func evaluate(_ facts: CallFacts) -> ConditionResult
}

/// What a condition says of a call.
enum ConditionResult: Hashable, Sendable {
    case holds
    case fails
    /// It could not be evaluated, cost too much, or gave no truth value: an error of the rule. For who may see the rule.
    case error(String)
}
