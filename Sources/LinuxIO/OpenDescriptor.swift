import Glibc

/// Anything that keeps a descriptor open for as long as it lives.
package protocol OpenDescriptor: ~Copyable {
    /// The number, valid while the owner lives. Never close it.
    var raw: Int32 { get }
}

/// A descriptor that somebody else keeps open, such as the standard streams.
package struct BorrowedDescriptor: OpenDescriptor, Hashable, Sendable {
    package let raw: Int32

    package init(_ raw: Int32) { self.raw = raw }

    package static let standardInput = BorrowedDescriptor(STDIN_FILENO)
    package static let standardOutput = BorrowedDescriptor(STDOUT_FILENO)
    package static let standardError = BorrowedDescriptor(STDERR_FILENO)
}

extension OpenDescriptor where Self: ~Copyable {
    /// Reads once. Nil if a nonblocking descriptor has nothing yet; 0 at the end.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
        while true {
            let count = Glibc.read(raw, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno == EAGAIN { return nil }
            if errno != EINTR { throw SystemError.last("read") }
        }
    }

    /// Writes once. Nil if a nonblocking descriptor takes nothing now. A closed pipe is EPIPE: SIGPIPE is ignored
    /// by every executable of the package.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int? {
        while true {
            let count = Glibc.write(raw, bytes.baseAddress, bytes.count)
            if count >= 0 { return count }
            if errno == EAGAIN { return nil }
            if errno != EINTR { throw SystemError.last("write") }
        }
    }

    /// Writes once: how much of it, 0 if a nonblocking descriptor takes nothing now.
    package func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        try bytes.withUnsafeBufferPointer { (bytes) throws(SystemError) in
            try write(UnsafeRawBufferPointer(bytes)) ?? 0
        }
    }

    /// Writes everything, blocking. For files, memfds and sockets in blocking mode.
    package func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try write(UnsafeRawBufferPointer(rebasing: rest))
            guard let count else { throw SystemError(call: "write", errno: EAGAIN) }
            rest = rest.dropFirst(count)
        }
    }

    /// Writes everything, blocking.
    package func writeAll(_ bytes: [UInt8]) throws(SystemError) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in try writeAll(UnsafeRawBufferPointer(buffer))
        }
    }

    /// Reads `count` bytes at `offset`; fewer only at the end of the file.
    package func read(count: Int, at offset: Int64) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = try retrying("pread") {
                bytes.withUnsafeMutableBytes { buffer in
                    pread(raw, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset) + off_t(filled))
                }
            }
            if got == 0 { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    /// Writes everything at `offset`, leaving the file's position alone.
    package func write(_ bytes: [UInt8], at offset: Int64) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            done += try retrying("pwrite") {
                bytes.withUnsafeBytes { buffer in
                    pwrite(raw, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset) + off_t(done))
                }
            }
        }
    }

    /// The whole content from the start, refused with EFBIG if it is longer than `limit`. Blocking; for files.
    package func readAll(limit: Int) throws(SystemError) -> [UInt8] {
        var content: [UInt8] = []
        let step = 64 << 10
        while true {
            let piece = try read(count: min(step, limit + 1 - content.count), at: Int64(content.count))
            content += piece
            if content.count > limit { throw SystemError(call: "read", errno: EFBIG) }
            if piece.count < step { return content }
        }
    }

    /// Metadata of what is open.
    package func status() throws(SystemError) -> FileStatus {
        var status = stat()
        try retrying("fstat") { fstat(raw, &status) }
        return FileStatus(status)
    }

    /// Data and metadata reach the disk. Blocking: see `BlockingPool`.
    package func synchronize() throws(SystemError) { try retrying("fsync") { fsync(raw) } }

    /// Data, and the metadata needed to read it back, reach the disk. Blocking: see `BlockingPool`.
    package func synchronizeData() throws(SystemError) { try retrying("fdatasync") { fdatasync(raw) } }

    /// Another descriptor of the same open file, close-on-exec.
    package func duplicate() throws(SystemError) -> Descriptor {
        Descriptor(owning: try retrying("fcntl") { fcntl(raw, F_DUPFD_CLOEXEC, 0) })
    }

    /// Sets or clears O_NONBLOCK of the open file, which every duplicate of the descriptor shares.
    package func setNonblocking(_ nonblocking: Bool) throws(SystemError) {
        let flags = try retrying("fcntl") { fcntl(raw, F_GETFL) }
        let wanted = nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK
        if wanted != flags { try retrying("fcntl") { fcntl(raw, F_SETFL, wanted) } }
    }
}
