/// What a run has used so far: all that a decision depends on beside the intent, the call and the time.
///
/// Decide and reserve in one step, with no other call between: two calls that are decided on the same state would both
/// get the last of a budget.
package struct TaskState: Hashable, Sendable {
    package let startedAt: Instant
    /// The calls that went ahead.
    package private(set) var calls = 0
    /// The latest time that a call was reserved at. A clock that is set back does not bring back what has expired.
    private(set) var latest: Instant
    private var usage: [Int: RuleUsage] = [:]

    package init(startedAt: Instant) {
        self.startedAt = startedAt
        latest = startedAt
    }

    /// Draws the call on the budgets of the task and of the rules that let it through. A denial draws on nothing.
    package mutating func reserve(_ decision: Decision) {
        guard decision.effect != .deny else { return }
        calls += 1
        latest = max(latest, decision.decidedAt)
        for charge in decision.charges {
            usage[charge.rule, default: RuleUsage()].record(charge.budget, at: latest)
        }
    }

    func usage(of rule: Int) -> RuleUsage { usage[rule] ?? RuleUsage() }
}
