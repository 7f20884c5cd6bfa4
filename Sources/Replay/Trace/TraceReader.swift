import Diagnostics

/// The recorded calls of a file, JSON Lines, in constant memory.
package struct TraceReader {
    private let lines: LineReader
    private let path: String

    /// `-` is standard input.
    package init(_ path: String) throws(ReplayError) {
        self.path = path
        lines = try LineReader(path)
    }

    /// Of the call that was read last, 1-based.
    package var line: Int { lines.number }

    /// The next call; nil at the end. A line of white space is none.
    package mutating func next() throws(ReplayError) -> RecordedCall? {
        while let line = try lines.next() {
            if line.allSatisfy({ " \t\r".utf8.contains($0) }) { continue }
            do {
                return try RecordedCall(parsing: line)
            } catch {
                throw ReplayError(
                    error.identity, "\(VisibleText.line(path)):\(lines.number): \(error.message)",
                    remedy: error.remedy)
            }
        }
        return nil
    }
}
