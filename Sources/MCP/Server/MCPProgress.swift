import LinuxIO
import StrictJSON

/// Tells the client how far a call has come, if it asked to hear it.
///
/// Never waits and never fails. A report is dropped when it does not go beyond the one before, when there are more
/// than a client can use, when the client does not read, and after the call has ended or been cancelled.
package struct MCPProgress: Sendable {
    private let gate: ProgressGate?

    init(_ gate: ProgressGate?) { self.gate = gate }

    /// For calls that nobody watches.
    package static let unwatched = MCPProgress(nil)

    /// False where reports go nowhere, so that their messages need not be made.
    package var isWanted: Bool { gate != nil }

    /// `progress` grows from report to report, up to `total` if that is known.
    package func report(_ progress: Double, of total: Double? = nil, _ message: String? = nil) {
        gate?.report(progress, of: total, message)
    }

    /// Reports the seconds that `body` has been running, for calls that cannot tell how far they are. A client that
    /// gives up on silence goes on waiting, say for a person's approval.
    ///
    /// - Parameter state: What it is doing, asked at each report.
    package func whileRunning<Value: Sendable>(
        every interval: Duration = .seconds(1), _ state: @escaping @Sendable () -> String = { "running" },
        body: () async -> Value
    ) async -> Value {
        guard isWanted else { return await body() }
        let beat = Task {
            let start = ContinuousClock.now
            while await Reactor.shared.sleep(until: .now + interval) == .deadlinePassed {
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                report(seconds, "\(state()) for \(Int(seconds)) s")
            }
        }
        defer { beat.cancel() }
        return await body()
    }
}

/// The way of the progress of one request to the client.
final class ProgressGate: Sendable {
    private struct State {
        var isOpen = true
        var last = -Double.infinity
        var allowance: Double
        var refilled = ContinuousClock.now
    }

    /// Reports that may come at once, and how many a second after that: 2026-07-28, *Progress*, asks for a limit.
    private static let burst = 16.0
    private static let perSecond = 20.0

    private let token: RPCID
    private let outbox: any MessageOutbox
    private let state = Locked(State(allowance: ProgressGate.burst))

    init(token: RPCID, outbox: any MessageOutbox) {
        self.token = token
        self.outbox = outbox
    }

    func report(_ progress: Double, of total: Double?, _ message: String?) {
        guard progress.isFinite else { return }
        let total = total.flatMap { total in total.isFinite ? total : nil }
        state.withLock { state in
            guard state.isOpen, progress > state.last, Self.spend(&state) else { return }
            state.last = progress
            let params = ProgressParams(
                token: token, progress: Self.number(progress),
                total: total.map(Self.number), message: message)
            // INVARIANT: queued under the lock, so that nothing of the request follows its answer or `close`.
            outbox.offer(.notification(RPCNotification(method: Method.progress, params: params.wireMembers)))
        }
    }

    /// Nothing passes from now on.
    func close() { state.withLock { $0.isOpen = false } }

    private static func spend(_ state: inout State) -> Bool {
        let now = ContinuousClock.now
        let elapsed = (now - state.refilled) / .seconds(1)
        state.allowance = min(burst, state.allowance + elapsed * perSecond)
        state.refilled = now
        guard state.allowance >= 1 else { return false }
        state.allowance -= 1
        return true
    }

    private static func number(_ value: Double) -> JSON {
        Int64(exactly: value).map(JSON.integer) ?? .number(value)
    }
}
