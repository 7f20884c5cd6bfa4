import LinuxIO
import Manifests
import Policy

/// The second stage: the decision, taken on the run's state and counted in it at once, so that concurrent calls cannot
/// overspend a budget between them. What a call has come to returns here before its output goes to the agent.
actor DecisionGate {
    private let intent: CompiledIntent
    private var state: TaskState

    init(_ intent: CompiledIntent, startedAt: Instant, labels: Set<Label> = []) {
        var random = SystemRandomNumberGenerator()
        self.intent = intent
        state = TaskState(
            startedAt: startedAt, labels: labels, key: ProvenanceKey(random.next(), random.next()))
    }

    /// The decision, and what an allowed call holds until it is settled or released.
    func decide(_ call: PolicyCall) -> (Decision, Reservation?) {
        let now = Timestamp.now().instant
        let decision = intent.decide(call, state: state, now: now)
        return (decision, decision.effect == .allow ? state.reserve(decision) : nil)
    }

    /// The decision on a call that people approved: on the run's state as it is now, which may have changed while they
    /// thought. The approval lets pass what its rules ask for, and nothing else.
    func decide(
        _ call: PolicyCall, with approval: consuming GrantedApproval
    ) -> (Decision, Reservation?) {
        let now = Timestamp.now().instant
        let decision = intent.decide(call, state: state, now: now)
        guard decision.effect == .approve else {
            return (decision, decision.effect == .allow ? state.reserve(decision) : nil)
        }
        guard decision.askingRules.isSubset(of: approval.rules) else {
            return (
                decision.notApproved(
                    .callChanged, "another rule than those that people approved it under asks now",
                    clientReason: "while a person was asked, what the task asks for changed; make the call again"), nil
            )
        }
        guard now < Instant(secondsSince1970: approval.grant.expires.secondsSince1970) else {
            return (
                decision.notApproved(
                    .approvalExpired, "the approval has expired", clientReason: "the approval has expired"), nil
            )
        }
        let approved = decision.approved(approval.words)
        return (approved, state.reserve(approved))
    }

    /// Ends a call that was allowed and never started.
    func release(_ reservation: Reservation?) {
        if let reservation { state.settle(reservation, .notStarted) }
    }

    /// Ends a call: what it used, what its output carries and which values that held.
    ///
    /// - Parameter output: Of a call that succeeded.
    func settle(
        _ reservation: Reservation?, of call: PolicyCall, output: ToolOutput?, bytes: Int, labels: [Label]
    ) async {
        guard let reservation else { return }
        var reading: OutputReading?
        if let output, intent.givesProvenance(call.tool, labels: labels) {
            let origins = state.origins
            // Other calls are decided meanwhile: none of them can know this output.
            reading = await BlockingPool.shared.run { [intent] in
                intent.reading(output, of: call, labels: labels, origins: origins)
            }
        }
        state.settle(
            reservation, .ended(succeeded: output != nil, bytes: bytes, labels: labels, reading: reading))
    }

    func see(_ labels: Set<Label>) { state.see(labels) }
}

extension DecisionGate {
    /// Ends a call with what starting it came to.
    func settle(_ reservation: Reservation?, of call: ResolvedCall, _ execution: Execution) async {
        guard execution.wasStarted else { return release(reservation) }
        await settle(
            reservation, of: call.policyCall, output: execution.toolOutput, bytes: execution.outputBytes,
            labels: call.definition.tool.outputLabels)
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
