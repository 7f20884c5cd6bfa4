import StrictJSON
import ToolSupport

/// As much of a patch comes back. Escaped as JSON it stays below the call's output limit.
let longestPatch = 256 << 10

/// What both commands of this tool share: nothing of the repository's runs, and the form is always the same.
let options = [
    "diff", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=dirty", "--find-renames",
    "--no-relative",
    "--src-prefix=a/", "--dst-prefix=b/",
]

// git.diff: what changed in the working tree, in the index, or between two revisions.
Tool.run { arguments throws(ToolError) in
    try arguments.allow("path", "staged", "from", "to")
    let isStaged = try arguments.flag("staged")
    guard !arguments.has("to") || arguments.has("from") && !isStaged else {
        throw ToolError(
            .invalidArguments, "`to` needs `from`, and does not go with `staged`",
            remedy: "without `to` the working tree is compared")
    }
    var what = isStaged ? ["--cached"] : []
    what.append("--end-of-options")
    for name in ["from", "to"] {
        if let text = try arguments.optionalText(name) { what.append(try GitArgument.revision(text, name)) }
    }
    what.append("--")
    if let path = try arguments.optionalText("path") { what.append(try GitArgument.path(path)) }

    let git = try Git()
    var fields = GitFields(try git.output(of: options + ["--numstat", "-z"] + what))
    var files: [JSON] = []
    while let field = fields.text() {
        let parts = field.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw ToolError(.system, "git diff answers in a form that is not known") }
        var file: JSONObject = [:]
        // A rename has no path here: the old and the new one follow.
        if parts[2].isEmpty {
            guard let from = fields.text(), let path = fields.text() else {
                throw ToolError(.system, "git diff answers in a form that is not known")
            }
            file = ["path": .string(path), "from": .string(from)]
        } else {
            file = ["path": .string(String(parts[2]))]
        }
        if let added = Int64(parts[0]), let removed = Int64(parts[1]) {
            file["added"] = .integer(added)
            file["removed"] = .integer(removed)
        } else {
            file["binary"] = true
        }
        files.append(.object(file))
    }
    let words = options + ["--patch"] + what
    let patch = try git.attempt(words, outputLimit: longestPatch)
    guard patch.status == 0 else { throw Git.failure(patch, words) }
    let shown = files.prefix(2000)
    return [
        "files": .array(Array(shown)), "patch": .string(patch.output.text),
        "complete": .bool(!patch.output.isCut && shown.count == files.count),
    ]
}
