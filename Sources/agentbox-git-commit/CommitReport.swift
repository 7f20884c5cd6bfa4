import StrictJSON
import ToolSupport

/// What the commit at `HEAD` is and changed.
enum CommitReport {
    static func read(_ git: Git) throws(ToolError) -> JSON {
        let commit = try line(git.output(of: ["rev-parse", "--verify", "HEAD"]))
        let branch = try git.attempt(["symbolic-ref", "--quiet", "--short", "HEAD"])
        var fields = GitFields(
            try git.output(of: [
                "diff-tree", "--no-ext-diff", "--no-textconv", "--no-commit-id", "--name-status", "-r", "-z", "--root",
                "HEAD",
            ]))
        var files: [JSON] = []
        while let status = fields.next(), let path = fields.text() {
            files.append(["path": .string(path), "change": .string(GitChange.name(status.first ?? 0))])
        }
        return [
            "commit": .string(commit), "branch": branch.status == 0 ? .string(line(branch.output.whole ?? [])) : .null,
            "files": .array(files),
        ]
    }

    private static func line(_ output: [UInt8]) -> String {
        Text.lossy(output.prefix { $0 != UInt8(ascii: "\n") }).text
    }
}
