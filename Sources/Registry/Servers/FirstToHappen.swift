import LinuxIO

/// The first of several things that may happen: an answer, a deadline, a cancellation.
///
/// Unlike a task group it leaves what comes too late alone: an answer of a server that hangs comes only when the server
/// is gone, and whoever waits for that cannot see to it.
final class FirstToHappen<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiter: CheckedContinuation<Value, Never>?
    }

    private let state = Locked(State())

    /// Whatever happens after the first time is ignored. True if this was the first.
    @discardableResult
    func happen(_ value: Value) -> Bool {
        let (isFirst, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Value, Never>?) in
            guard state.value == nil else { return (false, nil) }
            state.value = value
            defer { state.waiter = nil }
            return (true, state.waiter)
        }
        waiter?.resume(returning: value)
        return isFirst
    }

    var hasHappened: Bool { state.withLock { $0.value != nil } }

    /// Waits for the first. Once.
    func wait() async -> Value {
        await withCheckedContinuation { continuation in
            let value = state.withLock { state -> Value? in
                if state.value == nil { state.waiter = continuation }
                return state.value
            }
            if let value { continuation.resume(returning: value) }
        }
    }
}

/// How waiting for something ended.
enum Waited<Value: Sendable>: Sendable {
    case came(Value)
    case deadlinePassed
    case cancelled

    /// Waits for the value of a task that goes on if it comes too late.
    ///
    /// - Parameter heedsCancellation: False waits to the deadline also where this task is cancelled.
    static func value(
        of task: Task<Value, Never>, until deadline: ContinuousClock.Instant, heedsCancellation: Bool = true
    ) async -> Waited {
        let first = FirstToHappen<Waited>()
        let waiting = Task { first.happen(.came(await task.value)) }
        let timing = Task {
            if await Reactor.shared.sleep(until: deadline) == .deadlinePassed { first.happen(.deadlinePassed) }
        }
        defer {
            waiting.cancel()
            timing.cancel()
        }
        return await withTaskCancellationHandler {
            await first.wait()
        } onCancel: {
            if heedsCancellation { first.happen(.cancelled) }
        }
    }
}
