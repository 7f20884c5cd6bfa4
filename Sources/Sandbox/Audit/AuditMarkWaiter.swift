import LinuxIO

/// Somebody who waits for a mark, or for the end of his patience.
final class AuditMarkWaiter: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Bool, Never>)
        case finished(Bool)
    }

    private let state = Locked(State.new)
    let deadline: ContinuousClock.Instant

    init(until deadline: ContinuousClock.Instant) { self.deadline = deadline }

    /// The first word counts.
    func finish(_ isMarked: Bool) {
        let before = state.withLock { state in
            if case .finished = state { return state }
            defer { state = .finished(isMarked) }
            return state
        }
        if case .waiting(let continuation) = before { continuation.resume(returning: isMarked) }
    }

    /// Once.
    func value() async -> Bool {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> Bool? in
                if case .finished(let isMarked) = state { return isMarked }
                state = .waiting(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
