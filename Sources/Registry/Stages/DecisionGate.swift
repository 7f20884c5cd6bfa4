import LinuxIO
import Policy

/// The second stage: the decision, taken on the run's state and counted in it at once, so that concurrent calls cannot
/// overspend a budget between them.
actor DecisionGate {
    private let intent: CompiledIntent
    private var state: TaskState

    init(_ intent: CompiledIntent, startedAt: Instant) {
        self.intent = intent
        state = TaskState(startedAt: startedAt)
    }

    func decide(_ call: ResolvedCall) -> Decision {
        let now = Timestamp.now().instant
        let decision = intent.decide(call.policyCall, state: state, now: now)
        if decision.effect == .allow { state.reserve(decision) }
        return decision
    }
}

extension Timestamp {
    /// The moment as policy counts it.
    package var instant: Instant {
        let seconds = millisecondsSince1970 / 1000
        return Instant(
            secondsSince1970: seconds, nanoseconds: Int32(millisecondsSince1970 - seconds * 1000) * 1_000_000)
    }
}
