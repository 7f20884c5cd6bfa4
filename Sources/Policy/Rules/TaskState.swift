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
    /// The calls that went ahead, by tool.
    private(set) var callsByTool: [ToolName: Int] = [:]
    /// What the calls that ended wrote to their outputs.
    private(set) var bytes = 0
    private var succeeded: Set<ToolName> = []
    /// Reservations that are not settled: as many as calls run at once.
    private var open: Set<Int> = []
    let key: ProvenanceKey
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
        guard decision.effect != .deny else { return Reservation(id: nil, tool: nil, charges: []) }
        let id = calls
        calls += 1
        open.insert(id)
        latest = max(latest, decision.decidedAt)
        for charge in decision.charges {
            usage[charge.place, default: BudgetUsage()].reserve(charge, by: id, at: latest)
        }
        if let tool = decision.subject?.tool { callsByTool[tool, default: 0] += 1 }
        if let arguments = decision.subject?.arguments { written.insert(arguments) }
        labels.subtract(decision.declassified)
        return Reservation(id: id, tool: decision.subject?.tool, charges: decision.charges)
    }

    /// Ends what `reserve` began, once: a second time, and for a denial, it does nothing.
    ///
    /// What was never started gives back what it drew of calls, sums, values and bytes of the rules and of the task, but
    /// for the task's own count of calls, which bounds attempts. A call that failed may have had its effect: it has
    /// used what it drew. Bytes that were held become those that were written.
    package mutating func settle(_ reservation: Reservation, _ end: CallEnd) {
        guard let id = reservation.id, open.remove(id) != nil else { return }
        switch end {
        case .notStarted:
            for charge in reservation.charges { usage[charge.place]?.release(charge, by: id) }
        case .ended(let hasSucceeded, let bytes, let labels, let reading):
            for charge in reservation.charges {
                usage[charge.place]?.settle(charge, by: id, bytes: bytes, at: latest)
            }
            see(labels)
            let (sum, overflows) = self.bytes.addingReportingOverflow(bytes)
            self.bytes = overflows ? .max : sum
            if hasSucceeded, let tool = reservation.tool { succeeded.insert(tool) }
            if let reading { provenance.insert(reading) }
        }
    }

    /// The agent may have seen something with these labels.
    package mutating func see(_ labels: some Sequence<Label>) { self.labels.formUnion(labels) }

    // MARK: Asking

    func usage(of place: BudgetPlace) -> BudgetUsage? { usage[place] }

    /// True if a call of such a tool was allowed.
    func hasBegun(_ pattern: ToolPattern) -> Bool { Self.holds(callsByTool.keys, pattern) }

    /// True if a call of such a tool ended with success.
    func hasSucceeded(_ pattern: ToolPattern) -> Bool { Self.holds(succeeded, pattern) }

    /// There are at most as many names as the intent has tools.
    private static func holds(_ names: some Collection<ToolName>, _ pattern: ToolPattern) -> Bool {
        guard pattern.isExact else { return names.contains(where: pattern.matches) }
        return ToolName(pattern.text).map { names.contains($0) } ?? false
    }
}

/// What a call drew on, until it has ended.
package struct Reservation: Hashable, Sendable {
    /// Nil for a call that drew on nothing.
    let id: Int?
    let tool: ToolName?
    let charges: [BudgetCharge]
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
