import Glibc
import LinuxIO

/// The right to end what processes that died left behind: one process has it at a time, until it lets go of the value or
/// dies itself. Two that start at once would do everything twice, and put it on record twice.
package struct RecoveryLock: Sendable {
    private let file: SharedDescriptor

    private static let pause = Duration.milliseconds(20)

    /// Waits for it. Nil once `patience` is over: whoever has it may be stopped, and what is done twice is better than what
    /// is not done.
    package static func take(
        _ home: Home, patience: Duration = .seconds(120)
    ) async throws(StoreError) -> RecoveryLock? {
        let deadline = ContinuousClock.now + patience
        let file = try await BlockingPool.shared.run { () throws(StoreError) in
            try StoreError.translating("cannot open the lock of recovery") {
                try home.part(.state).open("recovery.lock", O_RDWR | O_CREAT, mode: 0o600).shared()
            }
        }
        while ContinuousClock.now < deadline {
            // It does not wait.
            let isOurs = try StoreError.translating("cannot lock recovery") { try file.tryLockExclusively() }
            if isOurs { return RecoveryLock(file: file) }
            _ = await Reactor.shared.sleep(until: .now + pause)
        }
        return nil
    }
}
