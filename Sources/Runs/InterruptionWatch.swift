import Glibc
import LinuxIO

/// Lets a command that a signal ends put its end on record first: the first SIGINT, SIGTERM or SIGHUP cancels what it
/// does, a second one ends the process where it stands.
final class InterruptionWatch: Sendable {
    private let state: Locked<State>
    private let watching: Task<Void, Never>

    private struct State {
        var signal: Int32?
        /// Cancels what is under way.
        var cancel: (@Sendable () -> Void)?
    }

    /// Watches as long as the value lives.
    init() throws(SystemError) {
        let source = try SignalSource([SIGINT, SIGTERM, SIGHUP])
        let state = Locked(State())
        self.state = state
        watching = Task {
            while let signal = await source.next() {
                let (isFirst, cancel) = state.withLock { state in
                    defer { state.signal = state.signal ?? signal }
                    return (state.signal == nil, state.cancel)
                }
                // Somebody does not want to wait. The next start finishes what is not on record.
                if !isFirst { _exit(128 + signal) }
                cancel?()
            }
        }
    }

    deinit { watching.cancel() }

    /// The signal that came; nil if none did.
    var signal: Int32? { state.withLock { $0.signal } }

    /// Runs `body` in a task that a signal cancels, one that came before too.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = Task { try await body() }
        let isLate = state.withLock { state in
            state.cancel = { task.cancel() }
            return state.signal != nil
        }
        if isLate { task.cancel() }
        defer { state.withLock { $0.cancel = nil } }
        return try await task.value
    }
}
