import Glibc
import LinuxIO

/// A branch of a git repository on this host, with a commit for each checkpoint that was published: whoever fetches it
/// keeps a witness. Each log has a file of its own there. Nothing but the branch is touched: no worktree, no index, no hook.
package enum GitAnchor {
    private static let program = "/usr/bin/git"

    /// Adds a commit with the checkpoint. Blocking.
    package static func publish(_ text: String, log: String, to repository: String, branch: String) throws {
        let reference = try reference(branch, repository)
        var template = Array("/tmp/agentbox-anchor-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError.last("mkdtemp", "/tmp") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let (file, index) = (folder + "/checkpoint", folder + "/index")
        defer {
            for name in [file, index, index + ".lock"] { unlink(name) }
            rmdir(folder)
        }
        try Descriptor.open(file, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600).writeAll(Array(text.utf8))
        let parent = try? git(repository, ["rev-parse", "--verify", "--quiet", reference])
        let blob = try git(repository, ["hash-object", "-w", "--no-filters", file])
        if let parent { _ = try git(repository, ["read-tree", parent], index: index) }
        _ = try git(
            repository, ["update-index", "--add", "--cacheinfo", "100644,\(blob),\(path(log))"], index: index)
        let tree = try git(repository, ["write-tree"], index: index)
        let commit = try git(
            repository, ["commit-tree", tree, "-m", "Checkpoint of ledger \(log)"] + (parent.map { ["-p", $0] } ?? []))
        // The old value is named: of two that publish at once, one is refused.
        let none = String(repeating: "0", count: commit.utf8.count)
        _ = try git(repository, ["update-ref", reference, commit, parent ?? none])
    }

    /// The checkpoint at the end of the branch; nil if there is none of this log. Blocking.
    package static func fetch(log: String, from repository: String, branch: String) throws -> [UInt8]? {
        let reference = try reference(branch, repository)
        guard (try? git(repository, ["rev-parse", "--verify", "--quiet", reference])) != nil else { return nil }
        let object = "\(reference):\(path(log))"
        guard (try? git(repository, ["cat-file", "-e", object])) != nil else { return nil }
        return try HostCommand.output([
            program, "-C", repository, "-c", "core.hooksPath=/dev/null", "cat-file", "blob", object,
        ])
    }

    private static func path(_ log: String) -> String { "\(log).checkpoint" }

    private static func reference(_ branch: String, _ repository: String) throws -> String {
        guard access(program, X_OK) == 0 else {
            throw RunError("there is no `\(program)`", remedy: "apt install git")
        }
        _ = try git(repository, ["rev-parse", "--git-dir"])
        do {
            _ = try git(repository, ["check-ref-format", "--branch", branch])
        } catch {
            throw RunError("`\(branch)` is no name of a branch", remedy: "git:REPOSITORY#BRANCH")
        }
        return "refs/heads/\(branch)"
    }

    private static func git(_ repository: String, _ words: [String], index: String? = nil) throws -> String {
        let identity = [
            "GIT_AUTHOR_NAME=agentbox", "GIT_AUTHOR_EMAIL=agentbox@localhost", "GIT_COMMITTER_NAME=agentbox",
            "GIT_COMMITTER_EMAIL=agentbox@localhost",
        ]
        let bytes = try HostCommand.output(
            [program, "-C", repository, "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"] + words,
            environment: identity + (index.map { ["GIT_INDEX_FILE=\($0)"] } ?? []))
        var text = String(decoding: bytes, as: UTF8.self)
        while text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}
