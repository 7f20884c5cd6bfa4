import Glibc
import StrictJSON
import ToolSupport

// git.fetch: one branch of a repository somewhere else, kept as `refs/remotes/NAME/BRANCH`.
Tool.run { arguments throws(ToolError) in
    try arguments.allow("url", "branch", "as")
    let branch = try GitArgument.branch(try arguments.text("branch"), "branch")
    let name = try GitArgument.branch(try arguments.optionalText("as") ?? "origin", "as")
    let remote = try GitRemote(try arguments.text("url")) { name in getenv(name).map { String(cString: $0) } }
    let git = try Git()
    let kept = "refs/remotes/\(name)/\(branch)"
    let before = try git.attempt(["rev-parse", "--verify", "--quiet", "--end-of-options", kept])
    _ = try git.output(
        of: [
            "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
            "--no-auto-maintenance",
            "--no-write-commit-graph", "--refmap=", "--end-of-options", remote.url, "+refs/heads/\(branch):\(kept)",
        ], speakingWith: remote)
    let after = try git.output(of: ["rev-parse", "--verify", "--end-of-options", kept])
    let commit = String(decoding: after, as: UTF8.self).filter { !$0.isNewline }
    let old = before.status == 0 ? before.output.text.filter { !$0.isNewline } : nil
    return [
        "ref": .string(kept), "commit": .string(commit), "previous": old.map(JSON.string) ?? .null,
        "changed": .bool(old != commit),
    ]
}
