import Glibc

/// A value behind a lock, and threads that wait until it is as they want it. For threads that may block.
///
/// Unchecked: of the condition there is a pointer only, which never changes, and threads may use it at once.
final class Monitor<State>: @unchecked Sendable {
    private let state: Locked<State>
    private let changed: UnsafeMutablePointer<pthread_cond_t>

    init(_ state: sending State) {
        self.state = Locked(state)
        changed = .allocate(capacity: 1)
        changed.initialize(to: pthread_cond_t())
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        changed.deallocate()
    }

    /// Runs `body` alone.
    func withLock<Result>(_ body: (inout State) -> Result) -> Result { state.withLock(body) }

    /// Runs `body` alone, again after each change that was told, until it gives something.
    func wait<Result>(until body: (inout State) -> Result?) -> Result { state.wait(on: changed, until: body) }

    /// Tells one of those that wait.
    func tellOne() { pthread_cond_signal(changed) }

    /// Tells all of them.
    func tellAll() { pthread_cond_broadcast(changed) }
}
