import StrictJSON
import ToolSupport

// git.commit: records the named files as they are now, those files only, in one commit on the current branch.
Tool.run { arguments throws(ToolError) in
    try arguments.allow("message", "paths", "author")
    let message = try arguments.text("message")
    guard message.contains(where: { !$0.isWhitespace }), !message.utf8.contains(0) else {
        throw ToolError(.invalidArguments, "the commit has no message", remedy: "say in `message` what changed and why")
    }
    var paths: [String] = []
    for text in try arguments.texts("paths") { paths.append(try CommitPath.checked(text)) }
    guard !paths.isEmpty else {
        throw ToolError(.invalidArguments, "`paths` is empty", remedy: "name the files that belong into the commit")
    }
    let identity = try Identity(author: arguments.optionalObject("author")).environment

    let git = try Git()
    try CommitPath.refuseFiltered(paths, git)
    // Also what was deleted; what is ignored is refused by git, and so is what lies beyond a symbolic link.
    _ = try git.output(of: ["add", "--all", "--"] + paths)
    let comparison = [
        "diff", "--cached", "--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty", "--",
    ]
    guard try git.attempt(comparison + paths).status != 0 else {
        throw ToolError(
            .nothingToDo, "the named files have no changes to commit", remedy: "git.status shows what has changed")
    }
    // Only these paths: what somebody else has staged stays staged.
    _ = try git.output(
        of: [
            "commit", "--quiet", "--no-verify", "--no-gpg-sign", "--no-edit", "--no-status", "--cleanup=whitespace",
            "--message=\(message)", "--only", "--",
        ] + paths, identity: identity)
    return try CommitReport.read(git)
}
