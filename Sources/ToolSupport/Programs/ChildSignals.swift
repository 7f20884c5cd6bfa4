import Glibc

/// The end of a child, as something that can be waited for together with streams: the handler of SIGCHLD writes a
/// byte into a pipe.
struct ChildSignals: ~Copyable {
    /// What the handler writes to. Set before the handler is, by the one thread that there is.
    nonisolated(unsafe) private static var bell: Int32 = -1

    private let pipe: Pipe

    init() throws(ToolError) {
        pipe = try Pipe()
        _ = fcntl(pipe.writer, F_SETFL, O_NONBLOCK)
        Self.bell = pipe.writer
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            let error = errno
            var byte: UInt8 = 0
            _ = write(ChildSignals.bell, &byte, 1)
            errno = error
        }
        action.sa_flags = SA_RESTART
        sigaction(SIGCHLD, &action, nil)
        // A process inherits what the thread that started it had blocked.
        var mask = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, SIGCHLD)
        sigprocmask(SIG_UNBLOCK, &mask, nil)
    }

    deinit { signal(SIGCHLD, SIG_DFL) }

    /// Waits until one of the descriptors has something or has ended, or a child has.
    func wait(_ descriptors: [Int32]) {
        var waits = (descriptors + [pipe.reader]).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        _ = poll(&waits, nfds_t(waits.count), -1)
        var rings = [UInt8](repeating: 0, count: 64)
        _ = read(pipe.reader, &rings, rings.count)
    }
}
