import Glibc

/// A pipe that is read without waiting.
struct Pipe: ~Copyable {
    let reader: Int32
    private(set) var writer: Int32
    private(set) var isOpen = true

    init() throws(ToolError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ToolError.system(errno, "make", "a pipe") }
        // One thread: nothing is started between the two calls.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reader, writer) = (ends[0], ends[1])
        // Only the reading end: a program that finds its output non-blocking loses some of it.
        _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(reader)
        if writer >= 0 { close(writer) }
    }

    mutating func closeWriter() {
        close(writer)
        writer = -1
    }

    /// Takes what is there.
    mutating func drain(into kept: inout KeptOutput) {
        guard isOpen else { return }
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = piece.withUnsafeMutableBytes { read(reader, $0.baseAddress, $0.count) }
            if count > 0 {
                kept.append(piece[..<count])
            } else if count == 0 || errno != EINTR {
                isOpen = count < 0 && errno == EAGAIN
                return
            }
        }
    }
}
