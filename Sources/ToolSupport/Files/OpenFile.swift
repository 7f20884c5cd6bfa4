import Glibc

/// A regular file that is open. Anything else that has a name (a folder, a FIFO that would make the reader wait, a
/// device) is refused.
package struct OpenFile: ~Copyable {
    let descriptor: Int32
    /// As the agent calls it.
    let path: String
    /// In bytes, at the time it was opened.
    package let size: Int

    /// Opens a file for reading. Symbolic links are followed: where they lead, the sandbox decides.
    package init(reading path: WorkspacePath) throws(ToolError) {
        try self.init(path.relative, O_RDONLY, mode: 0, what: "read")
    }

    /// Opens a file for reading and writing, and makes it if there is none.
    package init(writing path: WorkspacePath) throws(ToolError) {
        try self.init(path.relative, O_RDWR | O_CREAT, mode: 0o644, what: "write")
    }

    init(_ path: String, in folder: Int32 = AT_FDCWD, _ flags: Int32, mode: mode_t, what: String) throws(ToolError) {
        // Opening a FIFO without O_NONBLOCK waits for its other end, possibly for ever.
        let descriptor = openat(folder, path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode)
        guard descriptor >= 0 else { throw ToolError.system(errno, what, path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            close(descriptor)
            throw isFolder
                ? ToolError.system(EISDIR, what, path)
                : ToolError(.notAFile, "`\(path)` is neither a file nor a folder", remedy: "only files have text")
        }
        self.descriptor = descriptor
        self.path = path
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// The next bytes, at most as many as `buffer` holds; 0 at the end.
    package func read(into buffer: inout [UInt8]) throws(ToolError) -> Int {
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            guard errno == EINTR else { throw ToolError.system(errno, "read", path) }
        }
    }

    /// The whole content.
    package func contents(limit: Int) throws(ToolError) -> [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(min(size, limit) + 1)
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try read(into: &piece)
            if count == 0 { return content }
            guard content.count + count <= limit else {
                throw ToolError(
                    .tooLarge, "`\(path)` is larger than \(limit >> 20) MiB",
                    remedy: "work on a part of it with exec.run")
            }
            content += piece[..<count]
        }
    }

    /// Replaces the content in its place: the file stays the same file, with its mode. That this is all or nothing is
    /// the host's business, which publishes the result only if the tool ended well.
    package func replace(with content: [UInt8]) throws(ToolError) {
        // Cut afterwards, not before: ext4 flushes a file to disk at its close if it was cut to nothing.
        guard lseek(descriptor, 0, SEEK_SET) == 0, StandardStream.write(content, to: descriptor),
            ftruncate(descriptor, off_t(content.count)) == 0
        else { throw ToolError.system(errno, "write", path) }
    }
}
