import Glibc
import LinuxIO

/// A child of the tests. It is killed and reaped when the value goes.
package final class ChildProcess: Sendable {
    package let identifier: pid_t
    private let reaped = Locked<Int32?>(nil)

    package init(_ identifier: pid_t) { self.identifier = identifier }

    deinit { kill() }

    /// Ends it with a signal, and reaps it.
    package func kill(_ signal: Int32 = SIGKILL) {
        reaped.withLock { status in if status == nil { Glibc.kill(identifier, signal) } }
        wait()
    }

    /// Waits for its end; the wait status.
    @discardableResult
    package func wait() -> Int32 {
        reaped.withLock { known in
            if let known { return known }
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) == -1, errno == EINTR {}
            known = status
            return status
        }
    }
}
