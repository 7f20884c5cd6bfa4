import Glibc
import StrictJSON
import ToolSupport

// git.push: one commit to one branch of a repository somewhere else. Never with force, unless the call says what stands
// there now.
Tool.run { arguments throws(ToolError) in
    try arguments.allow("url", "branch", "commit", "replaces")
    let branch = try GitArgument.branch(try arguments.text("branch"), "branch")
    let commit = try GitArgument.revision(try arguments.optionalText("commit") ?? "HEAD", "commit")
    let remote = try GitRemote(try arguments.text("url")) { name in getenv(name).map { String(cString: $0) } }
    let git = try Git()
    let words = ["rev-parse", "--verify", "--end-of-options", commit + "^{commit}"]
    let hash = String(decoding: try git.output(of: words), as: UTF8.self).filter { !$0.isNewline }
    var push = [
        "push", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no", "--no-thin",
    ]
    if let old = try arguments.optionalText("replaces") {
        push.append("--force-with-lease=refs/heads/\(branch):\(try GitArgument.hash(old, "replaces"))")
    }
    let result = try git.attempt(
        push + ["--end-of-options", remote.url, "\(hash):refs/heads/\(branch)"], with: remote)
    // A line of a ref that was refused: `!`, the refs, and why.
    let lines = result.output.text.split(separator: "\n")
    if let refused = lines.first(where: { $0.hasPrefix("!") }) {
        let reason = refused.split(separator: "\t").last.map(String.init) ?? "refused"
        throw ToolError(.programFailed, "the branch was not changed: \(reason.prefix(300))")
    }
    guard result.status == 0 else { throw Git.failure(result, ["push"]) }
    let done = lines.first { $0.contains("refs/heads/\(branch)\t") }
    return [
        "commit": .string(hash), "branch": .string(branch), "created": .bool(done?.hasPrefix("*") == true),
        "changed": .bool(done.map { !$0.hasPrefix("=") } ?? false),
    ]
}
