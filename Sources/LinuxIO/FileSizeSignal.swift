import Glibc

/// SIGXFSZ: what the kernel sends to a thread that writes past RLIMIT_FSIZE. Its default is to end the process.
/// Threads of `startThread` take no signals and need none of this.
package enum FileSizeSignal {
    /// Runs `body`, in which a write past the limit fails with EFBIG and ends nothing.
    package static func blocked<Result: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var signals = sigset_t()
        var before = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGXFSZ)
        pthread_sigmask(SIG_BLOCK, &signals, &before)
        defer {
            // One that is pending would be delivered with the old mask.
            var immediately = timespec(tv_sec: 0, tv_nsec: 0)
            while sigtimedwait(&signals, nil, &immediately) == SIGXFSZ {}
            pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        return try body()
    }
}
