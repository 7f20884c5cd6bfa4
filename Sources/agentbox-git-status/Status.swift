import StrictJSON
import ToolSupport

/// What `git status --porcelain=v2 --branch -z` says.
struct Status {
    private let limit: Int
    private var branch: JSONObject = [:]
    private var changes: [JSON] = []
    private var isComplete = true

    init(limit: Int) { self.limit = limit }

    /// Reads one record, whose first field is `field`.
    mutating func read(_ field: ArraySlice<UInt8>, _ rest: inout GitFields) throws(ToolError) {
        switch field.first {
        case UInt8(ascii: "#"): header(Text.lossy(field).text)
        case UInt8(ascii: "1"): try change(field, path: 8)
        case UInt8(ascii: "2"): try change(field, path: 9, from: rest.text())
        case UInt8(ascii: "u"): try conflict(field)
        case UInt8(ascii: "?"): add(["path": .string(Text.lossy(field.dropFirst(2)).text), "state": "untracked"])
        default: throw ToolError(.system, "git status answers in a form that is not known")
        }
    }

    private mutating func header(_ line: String) {
        let words = line.split(separator: " ")
        guard words.count >= 3 else { return }
        switch words[1] {
        case "branch.oid": branch["commit"] = words[2] == "(initial)" ? .null : .string(String(words[2]))
        case "branch.head": branch["name"] = words[2] == "(detached)" ? .null : .string(String(words[2]))
        case "branch.upstream": branch["upstream"] = .string(String(words[2]))
        case "branch.ab" where words.count == 4:
            branch["ahead"] = Int64(words[2]).map { .integer($0) }
            branch["behind"] = Int64(words[3]).map { .integer(-$0) }
        default: break
        }
    }

    /// `1 XY …` and `2 XY …`: the path stands after `path` spaces, and may hold more.
    private mutating func change(_ field: ArraySlice<UInt8>, path: Int, from: String? = nil) throws(ToolError) {
        let parts = field.split(separator: UInt8(ascii: " "), maxSplits: path, omittingEmptySubsequences: false)
        guard parts.count == path + 1, parts[1].count == 2, let staged = parts[1].first, let worktree = parts[1].last
        else {
            throw ToolError(.system, "git status answers in a form that is not known")
        }
        var change: JSONObject = [
            "path": .string(Text.lossy(parts[path]).text), "state": "changed",
            "staged": .string(GitChange.name(staged)), "unstaged": .string(GitChange.name(worktree)),
        ]
        if let from { change["from"] = .string(from) }
        add(.object(change))
    }

    private mutating func conflict(_ field: ArraySlice<UInt8>) throws(ToolError) {
        let parts = field.split(separator: UInt8(ascii: " "), maxSplits: 10, omittingEmptySubsequences: false)
        guard parts.count == 11 else { throw ToolError(.system, "git status answers in a form that is not known") }
        add(["path": .string(Text.lossy(parts[10]).text), "state": "conflict"])
    }

    private mutating func add(_ change: JSON) {
        if changes.count < limit { changes.append(change) } else { isComplete = false }
    }

    var result: JSON {
        [
            "branch": .object(branch), "clean": .bool(changes.isEmpty), "changes": .array(changes),
            "complete": .bool(isComplete),
        ]
    }
}
