import Glibc
import LinuxIO

/// Carries bytes between a client's standard streams and a server's socket, without reading them: `agentbox connect`.
///
/// One thread in `poll`, no concurrency runtime: the process starts and ends with its client. Each direction holds one
/// buffer, so a side that does not read stops the other instead of filling memory. The end of the input is passed on
/// as a half-close, and what the server still answers gets through.
package struct MCPBridge: ~Copyable {
    private let input: BorrowedDescriptor
    private let output: BorrowedDescriptor
    private let socket: SharedDescriptor
    private var outward = Buffer()
    private var inward = Buffer()

    /// One direction's bytes on their way.
    private struct Buffer {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        var range = 0..<0
        /// The source has ended.
        var isEnded = false

        var isEmpty: Bool { range.isEmpty }
        var isDone: Bool { isEnded && isEmpty }
    }

    package init(
        input: BorrowedDescriptor = .standardInput, output: BorrowedDescriptor = .standardOutput,
        socket: SharedDescriptor
    ) {
        self.input = input
        self.output = output
        self.socket = socket
    }

    /// Copies until the server has closed its side or nobody reads the output. Blocks the thread.
    package mutating func run() throws(SystemError) {
        var isHalfClosed = false
        while !inward.isDone {
            if outward.isDone && !isHalfClosed {
                // The server may be gone already: the other direction shows it.
                _ = shutdown(socket.raw, Int32(SHUT_WR))
                isHalfClosed = true
            }
            let ready = try wait()
            if ready.socketReads { readSocket() }
            if ready.outputWrites, try !Self.write(&inward, to: output) { return }
            if ready.inputReads { readInput() }
            if ready.socketWrites, !send() {
                // The server takes no more; what it has answered still counts.
                outward = Buffer()
                outward.isEnded = true
                isHalfClosed = true
            }
        }
    }

    private struct Ready {
        var inputReads = false
        var outputWrites = false
        var socketReads = false
        var socketWrites = false
    }

    /// Waits until something can move. A side is asked only for what the buffers can take or give; the output is
    /// watched for a hang-up in any case.
    private func wait() throws(SystemError) -> Ready {
        let wantsInput = outward.isEmpty && !outward.isEnded
        let wantsAnswers = inward.isEmpty && !inward.isEnded
        var requests = [
            pollfd(fd: wantsInput ? input.raw : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: output.raw, events: inward.isEmpty ? 0 : Int16(POLLOUT), revents: 0),
            pollfd(fd: socket.raw, events: 0, revents: 0),
        ]
        if wantsAnswers { requests[2].events |= Int16(POLLIN) }
        if !outward.isEmpty { requests[2].events |= Int16(POLLOUT) }
        // A hang-up is reported even unasked, over and over: look only when something can be done about it.
        if requests[2].events == 0 { requests[2].fd = -1 }
        try retrying("poll") { poll(&requests, nfds_t(requests.count), -1) }
        let hungUp = Int16(POLLHUP) | Int16(POLLERR)
        var ready = Ready()
        ready.inputReads = wantsInput && requests[0].revents != 0
        ready.outputWrites = requests[1].revents != 0
        ready.socketReads = wantsAnswers && requests[2].revents & (Int16(POLLIN) | hungUp) != 0
        ready.socketWrites = !outward.isEmpty && requests[2].revents & (Int16(POLLOUT) | hungUp) != 0
        return ready
    }

    private mutating func readInput() {
        let count = outward.bytes.withUnsafeMutableBytes { buffer in
            Glibc.read(input.raw, buffer.baseAddress, buffer.count)
        }
        if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
        // A client's end that fails means what its end means: nothing more comes.
        outward.range = 0..<max(0, count)
        outward.isEnded = count <= 0
    }

    private mutating func readSocket() {
        let count = inward.bytes.withUnsafeMutableBytes { buffer in
            recv(socket.raw, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
        }
        if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
        // A reset is an end: the server was killed.
        inward.range = 0..<max(0, count)
        inward.isEnded = count <= 0
    }

    /// False if nobody reads the output.
    private static func write(_ buffer: inout Buffer, to output: BorrowedDescriptor) throws(SystemError) -> Bool {
        guard !buffer.isEmpty else { return false }
        // No more than a pipe takes without blocking: the other direction must go on meanwhile.
        let piece = buffer.bytes[buffer.range].prefix(Int(PIPE_BUF))
        do throws(SystemError) {
            let count = try piece.withUnsafeBufferPointer { (bytes) throws(SystemError) in
                try output.write(UnsafeRawBufferPointer(bytes))
            }
            buffer.range = buffer.range.dropFirst(count ?? 0)
            return true
        } catch {
            if error.errno == EPIPE { return false }
            throw error
        }
    }

    /// False if the server takes no more.
    private mutating func send() -> Bool {
        let count = outward.bytes[outward.range].withUnsafeBytes { bytes in
            Glibc.send(socket.raw, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        }
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        outward.range = outward.range.dropFirst(count)
        return true
    }
}
