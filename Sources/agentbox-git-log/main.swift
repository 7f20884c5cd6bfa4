import StrictJSON
import ToolSupport

// git.log: commits, newest first.
Tool.run { arguments throws(ToolError) in
    try arguments.allow("limit", "path", "ref")
    let limit = try arguments.number("limit", in: 1...500, default: 20)
    let reference = try arguments.optionalText("ref").map { text throws(ToolError) in
        try GitArgument.revision(text, "ref")
    }
    let git = try Git()
    // A repository without a commit has a history: none.
    if reference == nil, try git.attempt(["rev-parse", "--verify", "--quiet", "HEAD"]).status == 1 {
        return ["commits": [], "complete": true]
    }
    var words = [
        "log", "--no-ext-diff", "--no-textconv", "--no-patch", "--no-show-signature", "--no-color", "--no-decorate",
        "--no-mailmap",
        "-z", "--max-count=\(limit + 1)", "--format=%H%x00%P%x00%an%x00%ae%x00%aI%x00%B", "--end-of-options",
        reference ?? "HEAD", "--",
    ]
    if let path = try arguments.optionalText("path") { words.append(try GitArgument.path(path)) }
    var fields = GitFields(try git.output(of: words))
    var commits: [JSON] = []
    var text = 0
    var isComplete = true
    while let commit = fields.text(), let parents = fields.text(), let author = fields.text(),
        let email = fields.text(),
        let date = fields.text(), let message = fields.next()
    {
        guard commits.count < limit, text < 256 << 10 else {
            isComplete = false
            break
        }
        let shown = Text.lossy(message, limit: 4000)
        text += shown.text.utf8.count
        var entry: JSONObject = [
            "commit": .string(commit), "author": .string(author), "email": .string(email), "date": .string(date),
            "message": .string(shown.text.trimmingNewlines),
            "parents": .array(parents.split(separator: " ").map { .string(String($0)) }),
        ]
        if shown.isCut { entry["messageIsCut"] = true }
        commits.append(.object(entry))
    }
    return ["commits": .array(commits), "complete": .bool(isComplete)]
}

extension String {
    fileprivate var trimmingNewlines: String {
        var text = self[...]
        while text.last?.isNewline == true { text.removeLast() }
        return String(text)
    }
}
