import CSandbox
import Glibc
import LinuxIO
import TerminalFilter

/// Copies one stream between a descriptor of this process and a pipe of the agent's, on a thread of its own: either may
/// block for as long as it likes. What is under way is a buffer and a pipe; beyond, whoever writes waits.
final class StreamCopier: Sendable {
    /// Why not everything was copied; nil if it was, or if the reader went away.
    let problem = Locked<SystemError?>(nil)

    /// Of this process.
    let descriptor: Int32
    let isInput: Bool
    private let agentsEnd: Locked<SharedDescriptor?>
    private let stop: SharedDescriptor
    private let done: SharedDescriptor
    /// Of an input: for asking, at the end, how much the agent left in its pipe.
    private let leftover: SharedDescriptor?
    /// Read, and not yet in the pipe.
    private let pending = Locked(0)

    /// In one write: to what may block, as much as it takes without, once it polls as writable (POSIX, `write`).
    private let mostAtOnce: Int
    /// What is written to a terminal must not make it answer, and who reads one may be in the background.
    private let isTerminal: Bool

    private static let step = 64 << 10
    /// In the background: how long until it is looked whether that has changed.
    private static let backgroundPause: Int32 = 500

    /// Begins at once to copy from `descriptor`, an input, or to it.
    init(_ descriptor: Int32, isInput: Bool) throws(SystemError) {
        self.descriptor = descriptor
        self.isInput = isInput
        let isFile = try BorrowedDescriptor(descriptor).status().kind == .file
        isTerminal = isatty(descriptor) == 1
        mostAtOnce = isInput || isFile ? Self.step : isTerminal ? 256 : Int(PIPE_BUF)
        stop = try Self.event()
        done = try Self.event()
        var pipe = try Descriptor.pipe()
        let readable = pipe.takeFirst().shared()
        let writable = pipe.takeSecond().shared()
        // The agent's own ends block, as programs expect; the host's wait in `poll`, where they can be told to stop.
        agentsEnd = Locked(isInput ? readable : writable)
        leftover = isInput ? readable : nil
        let ours = isInput ? writable : readable
        try ours.setNonblocking(true)
        startThread(named: isInput ? "agentbox-in" : "agentbox-out") { [self] in
            copy(ours)
            eventfd_shim_signal(done.raw)
        }
    }

    /// What the agent gets; once. Whoever starts it lets go of it then: the pipe ends when its last holder does.
    func takeAgentsEnd() -> SharedDescriptor? {
        agentsEnd.withLock { end in
            defer { end = nil }
            return end
        }
    }

    /// Gives up: nothing more is copied.
    func abandon() { eventfd_shim_signal(stop.raw) }

    /// Waits, after the agent's end, until all that it wrote has been copied. An input is no longer read, and what the
    /// agent did not read of a file is there for the next reader of the descriptor.
    func finish() async {
        if isInput { abandon() }
        // The thread gets there: an input was told to stop, and the pipe of an output has no writer any more. Until the
        // target takes it, a person can `abandon`.
        _ = try? await Reactor.shared.waitReadableRegardless(done)
        guard let leftover else { return }
        var unread: Int32 = 0
        guard ioctl(leftover.raw, UInt(FIONREAD), &unread) == 0 else { return }
        let count = off_t(unread) + off_t(pending.withLock { $0 })
        // Fails where there is no position to set back.
        if count > 0 { lseek(descriptor, -count, SEEK_CUR) }
    }

    private func copy(_ pipe: SharedDescriptor) {
        let (source, target) = isInput ? (descriptor, pipe.raw) : (pipe.raw, descriptor)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.step, alignment: 16)
        defer { buffer.deallocate() }
        var filter = TerminalFilter()
        do {
            while wait(source, POLLIN) {
                if isInput && isTerminal && !waitForForeground() { return }
                guard let count = try BorrowedDescriptor(source).read(into: buffer) else { continue }
                if count == 0 { return }
                pending.withLock { $0 = count }
                guard isTerminal && !isInput else {
                    guard try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: target) else { return }
                    continue
                }
                filter.write(buffer[..<count])
                // The agent reads no terminal that it could ask.
                filter.replies = []
                let passed = filter.output
                filter.output = []
                guard try write(passed, to: target) else { return }
            }
        } catch  where error.errno == EPIPE {
            // Whoever reads has enough. The pipe closes with this thread, and the agent hears the same.
        } catch {
            problem.withLock { $0 = error }
        }
    }

    /// False if it was told to stop before everything was written.
    private func write(_ bytes: UnsafeRawBufferPointer, to target: Int32) throws(SystemError) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard wait(target, POLLOUT) else { return false }
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(mostAtOnce))
            let written = try BorrowedDescriptor(target).write(piece) ?? 0
            rest = rest.dropFirst(written)
            pending.withLock { $0 = rest.count }
        }
        return true
    }

    private func write(_ bytes: [UInt8], to target: Int32) throws(SystemError) -> Bool {
        try bytes.withUnsafeBufferPointer { (bytes) throws(SystemError) in
            try write(UnsafeRawBufferPointer(bytes), to: target)
        }
    }

    /// A terminal is read by who is in the foreground; anybody else gets EIO. False when it was told to stop.
    private func waitForForeground() -> Bool {
        while tcgetpgrp(descriptor) != getpgrp(), tcgetpgrp(descriptor) >= 0 {
            var request = pollfd(fd: stop.raw, events: Int16(POLLIN), revents: 0)
            if poll(&request, 1, Self.backgroundPause) > 0 { return false }
        }
        return true
    }

    /// Returns when `descriptor` is ready; false when it was told to stop. Files are ready always.
    private func wait(_ descriptor: Int32, _ events: Int32) -> Bool {
        var requests = [
            pollfd(fd: stop.raw, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: Int16(events), revents: 0),
        ]
        while poll(&requests, 2, -1) < 0, errno == EINTR || errno == EAGAIN {}
        return requests[0].revents == 0
    }

    private static func event() throws(SystemError) -> SharedDescriptor {
        let raw = eventfd_shim_create()
        guard raw >= 0 else { throw SystemError.last("eventfd") }
        return Descriptor(owning: raw).shared()
    }
}
