import Glibc

/// Cuts a stream of bytes into lines, holding no more than one line of the largest size and one chunk.
///
/// The stdio transport delimits messages by newlines and has none inside of them. A carriage return before the
/// newline is JSON white space, so CRLF works; lines of white space only are skipped.
package struct LineFramer: Sendable {
    package enum Line: Hashable, Sendable {
        case bytes([UInt8])
        /// Longer than allowed; its bytes are gone.
        case oversize
    }

    private let limit: Int
    private var buffer: [UInt8] = []
    /// Where the current line starts in the buffer, and up to where it has no newline.
    private var start = 0
    private var scanned = 0
    private var isSkipping = false

    /// Bytes in memory.
    var held: Int { buffer.count }

    package init(limit: Int) { self.limit = limit }

    /// Takes the next piece of the stream. Empty the framer with `next` before the next piece.
    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        if start > 0 {
            buffer.removeSubrange(0..<start)
            scanned -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole line, if there is one.
    package mutating func next() -> Line? {
        while true {
            guard let newline = newline() else {
                scanned = buffer.count
                guard buffer.count - start > limit else { return nil }
                // INVARIANT: what cannot become a message is dropped while it arrives.
                buffer.removeAll(keepingCapacity: true)
                (start, scanned) = (0, 0)
                defer { isSkipping = true }
                if !isSkipping { return .oversize }
                return nil
            }
            defer {
                start = newline + 1
                scanned = start
            }
            if isSkipping {
                isSkipping = false
                continue
            }
            if newline - start > limit { return .oversize }
            if let line = line(until: newline) { return line }
        }
    }

    /// What came after the last newline. A message without one is taken, for pipelines that forget it; a message cut
    /// off in the middle is no JSON.
    mutating func finish() -> Line? {
        defer { (start, scanned) = (buffer.count, buffer.count) }
        return isSkipping ? nil : line(until: buffer.count)
    }

    private func line(until end: Int) -> Line? {
        let line = buffer[start..<end]
        return line.allSatisfy { [0x20, 0x09, 0x0d].contains($0) } ? nil : .bytes(Array(line))
    }

    private func newline() -> Int? {
        buffer.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, scanned < buffer.count else { return nil }
            guard let found = memchr(base + scanned, 0x0a, buffer.count - scanned) else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}
