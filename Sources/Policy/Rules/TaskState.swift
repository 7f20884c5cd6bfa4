import Manifests
import StrictJSON

/// What a run has done and seen so far: all that a decision depends on beside the intent, the call and the time.
///
/// Decide and reserve in one step, with no other call between: two calls that are decided on the same state would both
/// get the last of a budget. When a call has ended, settle it before the agent gets anything of its output: then the
/// labels and the provenance of what it sees are known before it can use it.
///
/// ```swift
/// let decision = intent.decide(call, state: state, now: now)
/// let reservation = state.reserve(decision)
/// // … the call runs …
/// let reading = intent.reading(.structured(output), of: call, labels: labels, origins: state.origins)
/// state.settle(reservation, .ended(succeeded: true, bytes: count, labels: labels, reading: reading))
/// ```
package struct TaskState: Hashable, Sendable {
    package let startedAt: Instant
    /// The calls that went ahead.
    package private(set) var calls = 0
    /// What the agent may have seen carries these.
    package private(set) var labels: Set<Label>
    /// The latest time that a call was reserved at. A clock that is set back does not bring back what has expired.
    private(set) var latest: Instant
    private(set) var provenance = ProvenanceIndex()
    private var usage: [BudgetPlace: BudgetUsage] = [:]
    private var begun: Set<ToolName> = []
    private var succeeded: Set<ToolName> = []
    private let key: ProvenanceKey
    private var written = WrittenValues()

    /// - Parameters:
    ///   - labels: What the agent can see by itself carries these.
    ///   - key: Secret random numbers of this run.
    package init(startedAt: Instant, labels: Set<Label> = [], key: ProvenanceKey = .fixed) {
        self.startedAt = startedAt
        self.labels = labels
        self.key = key
        latest = startedAt
    }

    /// What outputs are read against.
    package var origins: RunOrigins { RunOrigins(key: key, written: written) }

    // MARK: Calls

    /// Draws the call on the budgets of the task and of the rules that let it through. A denial draws on nothing.
    ///
    /// A decision that asks for an approval counts as approved: its rules' labels are taken from the run.
    @discardableResult
    package mutating func reserve(_ decision: Decision) -> Reservation {
        let reservation = Reservation(id: calls, decision)
        guard decision.effect != .deny else { return reservation }
        calls += 1
        latest = max(latest, decision.decidedAt)
        for charge in decision.charges {
            usage[charge.place, default: BudgetUsage()].reserve(charge, by: reservation.id, at: latest)
        }
        if let tool = decision.subject?.tool { begun.insert(tool) }
        if let arguments = decision.subject?.arguments { written.insert(arguments) }
        labels.subtract(decision.declassified)
        return reservation
    }

    /// Ends what `reserve` began.
    ///
    /// What was never started gives back what it drew of calls, sums, values and bytes of the rules and of the task, but
    /// for the task's own count of calls, which bounds attempts. A call that failed may have had its effect: it has
    /// used what it drew. Bytes that were held become those that were written.
    package mutating func settle(_ reservation: Reservation, _ end: CallEnd) {
        switch end {
        case .notStarted:
            for charge in reservation.charges { usage[charge.place]?.release(charge, by: reservation.id) }
        case .ended(let hasSucceeded, let bytes, let labels, let reading):
            for charge in reservation.charges {
                usage[charge.place]?.settle(charge, by: reservation.id, bytes: bytes, at: latest)
            }
            see(labels)
            if hasSucceeded, let tool = reservation.tool { succeeded.insert(tool) }
            if let reading { provenance.insert(reading) }
        }
    }

    /// The agent may have seen something with these labels.
    package mutating func see(_ labels: some Sequence<Label>) { self.labels.formUnion(labels) }

    // MARK: Asking

    func usage(of place: BudgetPlace) -> BudgetUsage? { usage[place] }

    /// True if a call of such a tool was allowed.
    func hasBegun(_ pattern: ToolPattern) -> Bool { Self.holds(begun, pattern) }

    /// True if a call of such a tool ended with success.
    func hasSucceeded(_ pattern: ToolPattern) -> Bool { Self.holds(succeeded, pattern) }

    /// There are at most as many names as the intent has tools.
    private static func holds(_ names: Set<ToolName>, _ pattern: ToolPattern) -> Bool {
        guard pattern.isExact else { return names.contains(where: pattern.matches) }
        return ToolName(pattern.text).map(names.contains) ?? false
    }
}

/// What a call drew on, until it has ended.
package struct Reservation: Hashable, Sendable {
    let id: Int
    let tool: ToolName?
    let charges: [BudgetCharge]

    fileprivate init(id: Int, _ decision: Decision) {
        self.id = id
        tool = decision.subject?.tool
        charges = decision.effect == .deny ? [] : decision.charges
    }
}

/// How a call ended, as far as the run's state goes.
package enum CallEnd: Sendable {
    /// Nothing of it was ever started.
    case notStarted
    /// - Parameters:
    ///   - bytes: Of standard output and error.
    ///   - labels: Of everything that it returned.
    ///   - reading: From `CompiledIntent.reading`; nil for an output that gives no provenance.
    case ended(succeeded: Bool, bytes: Int, labels: [Label], reading: OutputReading?)
}
