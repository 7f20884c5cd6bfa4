import StrictJSON
import ToolSupport

/// Some of a file's lines, taken while the file streams by: its size does not matter.
struct LineWindow {
    /// As many bytes of content come back at once. Escaped as JSON they stay below the call's output limit.
    private static let mostBytes = 256 << 10

    private let first: Int
    private let count: Int
    /// The line that the next byte belongs to, counted from 1.
    private var line = 1
    /// Where that line starts in `content`.
    private var lineStart = 0
    private var content: [UInt8] = []
    private var lastByte: UInt8?
    /// True if the file has more than was taken.
    private var hasMore = false
    private var lineIsCut = false
    /// True if nothing more is wanted.
    private(set) var isFull = false

    init(first: Int, count: Int) {
        self.first = first
        self.count = count
    }

    mutating func feed(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            lastByte = byte
            if line >= first + count {
                hasMore = true
                isFull = true
                return
            }
            if line >= first {
                guard content.count < Self.mostBytes else {
                    overflow()
                    return
                }
                content.append(byte)
            }
            if byte == UInt8(ascii: "\n") {
                line += 1
                lineStart = content.count
            }
        }
    }

    /// The last line does not fit: it is left for the next call, or cut if it is the only one.
    private mutating func overflow() {
        hasMore = true
        isFull = true
        if lineStart > 0 {
            content.removeSubrange(lineStart...)
        } else {
            content.removeSubrange(Text.boundary(in: content[...], at: content.count - 3)...)
            lineIsCut = true
        }
    }

    func result(path: String, size: Int) throws(ToolError) -> JSON {
        let last = line - (lineStart == content.count && !lineIsCut ? 1 : 0)
        if content.isEmpty, first > 1 || hasMore {
            let lines = lastByte.map { $0 == UInt8(ascii: "\n") ? line - 1 : line } ?? 0
            throw ToolError(
                .noMatch, "`\(path)` has \(lines) lines, and line \(first) is not among them",
                remedy: "use a smaller offset")
        }
        guard let text = Text.exact(content[...]) else {
            throw ToolError(
                .notText, "`\(path)` is not UTF-8 text", remedy: "a program run by exec.run can look into binary files")
        }
        var result: JSONObject = [
            "path": .string(path), "content": .string(text), "firstLine": .integer(Int64(first)),
            "lastLine": .integer(Int64(max(last, first - 1))), "size": .integer(Int64(size)),
        ]
        if hasMore { result["nextOffset"] = .integer(Int64(lineIsCut ? line + 1 : max(last, first - 1) + 1)) }
        if lineIsCut { result["lineIsCut"] = true }
        return .object(result)
    }
}
