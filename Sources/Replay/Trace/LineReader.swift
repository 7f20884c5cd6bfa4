import Glibc

/// The lines of a file, one at a time: memory grows with the longest line, not with the file.
///
/// A last line without a line feed is a line; a carriage return before the line feed is not a part of it.
final class LineReader {
    /// Longest line, in bytes: an output of 100 MB, as a recorded call holds it, and its escapes.
    static let longestLine = 256 << 20

    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    /// Of the line that was read last, 1-based.
    private(set) var number = 0

    /// `-` is standard input.
    init(_ path: String) throws(ReplayError) {
        self.path = path
        descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw Self.unreadable(path) }
    }

    deinit { close(descriptor) }

    /// The next line; nil at the end of the file.
    func next() throws(ReplayError) -> [UInt8]? {
        var searched = start
        while true {
            if let end = lineFeed(from: searched) {
                defer { start = end + 1 }
                return line(upTo: end)
            }
            searched = buffer.count
            if isAtEnd {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                return line(upTo: buffer.count)
            }
            guard buffer.count - start <= Self.longestLine else {
                throw ReplayError(
                    .badCall, "\(path):\(number + 1): the line is longer than \(Self.longestLine >> 20) MiB")
            }
            searched -= start
            try fill()
        }
    }

    private func line(upTo end: Int) -> [UInt8] {
        number += 1
        let hasReturn = end > start && buffer[end - 1] == UInt8(ascii: "\r")
        return Array(buffer[start..<(hasReturn ? end - 1 : end)])
    }

    private func lineFeed(from position: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard position < bytes.count, let base = bytes.baseAddress else { return nil }
            let found = memchr(base + position, Int32(UInt8(ascii: "\n")), bytes.count - position)
            return found.map { UnsafeRawPointer($0) - base }
        }
    }

    /// Drops what was handed out and reads more.
    private func fill() throws(ReplayError) {
        if start > 0 { buffer.removeFirst(start) }
        start = 0
        let size = buffer.count
        // Longer lines are read in longer pieces, so that each byte is moved a constant number of times.
        let piece = max(256 << 10, size)
        buffer.append(contentsOf: repeatElement(0, count: piece))
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                bytes.baseAddress.map { read(descriptor, $0 + size, piece) } ?? -1
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Self.unreadable(path) }
            buffer.removeLast(piece - count)
            isAtEnd = count == 0
            return
        }
    }

    private static func unreadable(_ path: String) -> ReplayError {
        ReplayError(.unreadable, "cannot read `\(path)`: \(String(cString: strerror(errno)).lowercased())")
    }
}
