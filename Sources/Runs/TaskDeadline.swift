import Glibc
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox

/// When a task's time is over, by `expires` and `budget.time` of its intent. From then on every call is denied, and its
/// agent is ended.
package struct TaskDeadline: Hashable, Sendable {
    /// The first moment at which it is over.
    package let moment: Timestamp
    /// `the task expired`
    package let reason: String

    /// Nil if the task may take as long as it likes.
    package init?(_ intent: Intent, startedAt: Timestamp) {
        var ends: [TaskDeadline] = []
        switch intent.expires {
        case .after(let time)?: ends.append(TaskDeadline(startedAt, time, "the task expired"))
        case .at(let seconds)?:
            let (milliseconds, isFar) = seconds.multipliedReportingOverflow(by: 1000)
            let moment = Timestamp(millisecondsSince1970: isFar ? .max : milliseconds)
            ends.append(TaskDeadline(moment: moment, reason: "the task expired"))
        case nil: break
        }
        if let time = intent.budget.time {
            ends.append(TaskDeadline(startedAt, time, "the task has used up its time"))
        }
        guard let first = ends.min(by: { $0.moment < $1.moment }) else { return nil }
        self = first
    }

    private init(moment: Timestamp, reason: String) {
        self.moment = moment
        self.reason = reason
    }

    private init(_ start: Timestamp, _ time: Duration, _ reason: String) {
        let (seconds, attoseconds) = time.components
        let (whole, isLong) = seconds.multipliedReportingOverflow(by: 1000)
        let (milliseconds, isLonger) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        let (sum, isFar) = start.millisecondsSince1970.addingReportingOverflow(milliseconds)
        let end = isLong || isLonger || isFar ? Int64.max : sum
        self.init(moment: Timestamp(millisecondsSince1970: end), reason: reason)
    }

    /// True at the moment and after it.
    package func isOver(at now: Timestamp = .now()) -> Bool { now >= moment }

    /// Returns when it is over by the wall clock, which calls are decided by too and somebody may set; false if the
    /// task was cancelled before.
    func wait() async -> Bool {
        while true {
            let left = moment.millisecondsSince1970.subtractingReportingOverflow(
                Timestamp.now().millisecondsSince1970)
            if !left.overflow, left.partialValue <= 0 { return true }
            let step = left.overflow ? Self.longestSleep : min(left.partialValue, Self.longestSleep)
            let deadline = ContinuousClock.now + .milliseconds(step)
            guard await Reactor.shared.sleep(until: deadline) == .deadlinePassed else { return false }
        }
    }

    /// In milliseconds.
    private static let longestSleep: Int64 = 30_000
}

/// Ends an agent whose task is over: it is told to end, and killed if it does not.
final class AgentTimer: Sendable {
    private let hasEnded = Locked(false)
    private let timing: Task<Void, Never>?

    /// Waits for the deadline; without one for nothing.
    init(_ deadline: TaskDeadline?, _ agent: ConfinedProcess, note: @escaping @Sendable (String) -> Void) {
        timing = deadline.map { [hasEnded] deadline in
            Task {
                guard await deadline.wait() else { return }
                hasEnded.withLock { $0 = true }
                let grace = AgentGrace.time.components.seconds
                note("\(deadline.reason): the agent is told to end, and killed in \(grace) s if it does not")
                agent.signal(SIGTERM)
                let killing = ContinuousClock.now + AgentGrace.time
                guard await Reactor.shared.sleep(until: killing) == .deadlinePassed else { return }
                note("the agent did not end within \(grace) s: it is killed")
                agent.kill()
            }
        }
    }

    /// When the agent has ended: true if that was because its time was over.
    func stop() -> Bool {
        timing?.cancel()
        return hasEnded.withLock { $0 }
    }
}
