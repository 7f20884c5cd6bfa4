import StrictJSON
import ToolSupport

/// What a search has found so far.
struct Search {
    /// Larger files are passed over: they are data.
    private static let largestFile = 32 << 20
    /// What is shown of a line.
    private static let longestLine = 500
    /// What is shown in all. Escaped as JSON it stays below the call's output limit.
    private static let mostText = 256 << 10

    let matcher: LineMatcher
    let limit: Int
    let context: Int
    /// What makes a path of the walk one that a call can name.
    let prefix: String
    var unreadable = 0
    private var matches: [JSON] = []
    private var searched = 0
    private var passedOver = 0
    private var shown = 0
    /// True if there is no room for another match; there may be more.
    private(set) var isFull = false

    init(matcher: LineMatcher, limit: Int, context: Int, prefix: String) {
        self.matcher = matcher
        self.limit = limit
        self.context = context
        self.prefix = prefix
    }

    mutating func look(into file: borrowing OpenFile, named name: String) throws(ToolError) {
        guard file.size <= Self.largestFile else {
            passedOver += 1
            return
        }
        let content = try file.contents(limit: Self.largestFile * 2)
        // What has a NUL near its beginning is no text; git decides so too.
        guard !content.prefix(8000).contains(0) else {
            passedOver += 1
            return
        }
        searched += 1
        // Most files hold no match: they are not split into lines.
        guard matcher.mayMatch(content) else { return }
        var lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for (index, line) in lines.enumerated() where matcher.matches(line) {
            guard matches.count < limit, shown < Self.mostText else {
                isFull = true
                return
            }
            var match: JSONObject = [
                "path": .string(prefix + name), "line": .integer(Int64(index + 1)), "text": show(line),
            ]
            if context > 0 {
                match["before"] = .array(lines[max(0, index - context)..<index].map { show($0) })
                match["after"] = .array(
                    lines[min(index + 1, lines.count)..<min(index + 1 + context, lines.count)].map { show($0) })
            }
            matches.append(.object(match))
        }
    }

    private mutating func show(_ line: ArraySlice<UInt8>) -> JSON {
        let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        let (text, isCut) = Text.lossy(line, limit: Self.longestLine)
        shown += text.utf8.count
        return .string(isCut ? text + "…" : text)
    }

    func result(unreadableFolders: Int) -> JSON {
        var result: JSONObject = [
            "matches": .array(matches), "complete": .bool(!isFull), "filesSearched": .integer(Int64(searched)),
        ]
        if passedOver > 0 { result["binaryOrLargeFiles"] = .integer(Int64(passedOver)) }
        if unreadable + unreadableFolders > 0 { result["unreadable"] = .integer(Int64(unreadable + unreadableFolders)) }
        return .object(result)
    }
}
