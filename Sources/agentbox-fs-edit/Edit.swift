import ToolSupport

/// One piece of text and what takes its place.
struct Edit {
    private let number: Int
    private let old: [UInt8]
    private let new: [UInt8]
    private let all: Bool

    init(_ arguments: Arguments, number: Int) throws(ToolError) {
        try arguments.allow("old", "new", "all")
        self.number = number
        old = Array(try arguments.text("old").utf8)
        new = Array(try arguments.text("new").utf8)
        all = try arguments.flag("all")
        guard !old.isEmpty else {
            throw ToolError(
                .invalidArguments, "edit \(number): `old` is empty",
                remedy: "give some of the text that is there; fs.write replaces a whole file")
        }
        guard old != new else {
            throw ToolError(.nothingToDo, "edit \(number): `old` and `new` are the same text")
        }
    }

    /// Makes the edit and returns the lines on which it was made.
    func apply(to content: inout [UInt8], path: String) throws(ToolError) -> [Int] {
        let places = ByteSearch(old).places(in: content)
        guard !places.isEmpty else { throw notFound(in: content, path) }
        let lines = ByteSearch.lines(of: places, in: content)
        guard all || places.count == 1 else {
            let distinct = Set(lines).sorted()
            let shown = distinct.prefix(10).map { String($0) }.joined(separator: ", ")
            throw ToolError(
                .ambiguous,
                "edit \(number): `old` occurs \(places.count) times in `\(path)`, on line \(shown)"
                    + (distinct.count > 10 ? " and more" : ""),
                remedy: "take in more of the text around it, or set `all` to replace every one")
        }
        var result: [UInt8] = []
        var start = 0
        for place in places {
            result += content[start..<place]
            result += new
            start = place + old.count
        }
        content = result + content[start...]
        return lines
    }

    private func notFound(in content: [UInt8], _ path: String) -> ToolError {
        let message = "edit \(number): `old` does not occur in `\(path)`"
        let carriageReturn = UInt8(ascii: "\r")
        if content.contains(carriageReturn),
            Self.occurs(old.filter { $0 != carriageReturn }, in: content.filter { $0 != carriageReturn })
        {
            return ToolError(
                .noMatch, message, remedy: "it does with other line ends: the file's lines end with \\r\\n")
        }
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == carriageReturn }
        let bare = old.filter { !isSpace($0) }
        if Self.occurs(bare, in: content.filter { !isSpace($0) }) {
            return ToolError(
                .noMatch, message,
                remedy: "it does with other white space: read the file and copy spaces and tabs exactly")
        }
        return ToolError(.noMatch, message, remedy: "read the file again: it may have changed")
    }

    private static func occurs(_ text: [UInt8], in content: [UInt8]) -> Bool {
        !text.isEmpty && ByteSearch(text).first(in: content[...], from: 0) != nil
    }
}
