import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("The git tools read and commit")
struct GitTests {
    private let repository: Repository
    private var folder: TemporaryFolder { repository.folder }

    init() throws { repository = try Repository() }

    @Test("a repository without a commit")
    func empty() throws {
        #expect(try BundledTool("git-log").succeed([:], in: folder) == ["commits": [], "complete": true])
        let status = try BundledTool("git-status").succeed([:], in: folder)
        #expect(status["branch"] == ["name": "main", "commit": nil])
        #expect(status["clean"] == true)
        try folder.write("a.txt", "one\n")
        let commit = try BundledTool("git-commit").succeed(["message": "First", "paths": ["a.txt"]], in: folder)
        #expect(commit["files"] == [["path": "a.txt", "change": "added"]])
    }

    @Test("status tells changed, staged, renamed, untracked and conflicting files, whatever their names")
    func status() throws {
        for name in ["changed", "staged", "gone", "old name"] { try folder.write(name, name + " with some content\n") }
        repository.git("add", ".")
        repository.git("commit", "--quiet", "--message=First")
        try folder.write("changed", "x")
        try folder.write("staged", "x")
        repository.git("add", "staged")
        repository.git("mv", "old name", "new\nname")
        unlink(folder("gone"))
        try folder.write("dir/un tracked", "x")
        let status = try BundledTool("git-status").succeed([:], in: folder)
        #expect(
            status["changes"] == [
                ["path": "changed", "state": "changed", "staged": "unmodified", "unstaged": "modified"],
                ["path": "gone", "state": "changed", "staged": "unmodified", "unstaged": "deleted"],
                [
                    "path": "new\nname", "from": "old name", "state": "changed", "staged": "renamed",
                    "unstaged": "unmodified",
                ],
                ["path": "staged", "state": "changed", "staged": "modified", "unstaged": "unmodified"],
                ["path": "dir/un tracked", "state": "untracked"],
            ])
        #expect(try BundledTool("git-status").succeed(["limit": 2], in: folder)["complete"] == false)
    }

    @Test("a conflict is told")
    func conflict() throws {
        try repository.commit()
        repository.git("checkout", "--quiet", "-b", "side")
        try folder.write("a.txt", "side\n")
        repository.git("commit", "--quiet", "--all", "--message=Side")
        repository.git("checkout", "--quiet", "main")
        try folder.write("a.txt", "main\n")
        repository.git("commit", "--quiet", "--all", "--message=Main")
        repository.git("merge", "--quiet", "side", exits: 1)
        let status = try BundledTool("git-status").succeed([:], in: folder)
        #expect(status["changes"] == [["path": "a.txt", "state": "conflict"]])
    }

    @Test("the history, its limit, its start and its path")
    func log() throws {
        try repository.commit("a.txt", "1\n")
        try repository.commit("b.txt", "2\n")
        repository.git("commit", "--quiet", "--allow-empty", "--message=Third\n\nWhy: \u{1F}\n")
        let tool = BundledTool("git-log")
        let all = try tool.succeed([:], in: folder)
        #expect(all["commits"]?.arrayValue?.count == 3)
        #expect(all["commits"]?[0]?["message"] == "Third\n\nWhy: \u{1F}")
        #expect(all["commits"]?[0]?["author"] == "A Person")
        #expect(all["commits"]?[0]?["parents"]?.arrayValue?.count == 1)
        #expect(all["commits"]?[2]?["parents"] == [])
        let first = try tool.succeed(["limit": 1], in: folder)
        #expect(first["complete"] == false)
        #expect(try tool.succeed(["path": "/workspace/a.txt"], in: folder)["commits"]?.arrayValue?.count == 1)
        #expect(try tool.succeed(["ref": "HEAD~2"], in: folder)["commits"]?.arrayValue?.count == 1)
        #expect(try tool.succeed(["path": ":(exclude)a.txt"], in: folder)["commits"] == [])
    }

    @Test(
        "a revision that could be an option, a range or a pattern is refused",
        arguments: ["--output=x", "-n1", "a..b", "^main", "a b", "main:a.txt", "*", "", "a\nb", "no-such-branch"])
    func revisions(text: String) throws {
        try repository.commit()
        _ = BundledTool("git-log").fail(["ref": .string(text)], in: folder)
        _ = BundledTool("git-diff").fail(["from": .string(text)], in: folder)
        #expect(access(folder("x"), F_OK) != 0)
    }

    @Test("differences of the working tree, the index and revisions")
    func diff() throws {
        try repository.commit("a.txt", "one\n")
        try repository.commit("b.txt", "one\n")
        let tool = BundledTool("git-diff")
        try folder.write("a.txt", "two\n")
        let tree = try tool.succeed([:], in: folder)
        #expect(tree["files"] == [["path": "a.txt", "added": 1, "removed": 1]])
        #expect(tree["patch"]?.stringValue?.contains("-one\n+two\n") == true)
        #expect(try tool.succeed(["staged": true], in: folder)["files"] == [])
        repository.git("add", "a.txt")
        #expect(try tool.succeed(["staged": true], in: folder)["files"]?.arrayValue?.count == 1)
        #expect(try tool.succeed(["from": "HEAD~1", "to": "HEAD"], in: folder)["files"]?[0]?["path"] == "b.txt")
        #expect(try tool.succeed(["from": "HEAD", "path": "b.txt"], in: folder)["files"] == [])
        #expect(tool.fail(["to": "HEAD"], in: folder).contains("`to` needs `from`"))
        try folder.write("bin", [0, 1, 2])
        repository.git("add", "bin")
        repository.git("mv", "b.txt", "c\td.txt")
        let staged = try tool.succeed(["staged": true], in: folder)["files"]
        #expect(staged?[1] == ["path": "bin", "binary": true])
        #expect(staged?[2] == ["path": "c\td.txt", "from": "b.txt", "added": 0, "removed": 0])
    }

    @Test("a commit takes in the named files as they are, also new and deleted ones, and nothing else")
    func commit() throws {
        for name in ["keep", "gone", "also staged"] { try repository.commit(name) }
        try folder.write("keep", "changed\n")
        try folder.write("new file", "new\n")
        try folder.write("also staged", "changed\n")
        try folder.write("untouched", "new\n")
        repository.git("add", "also staged")
        unlink(folder("gone"))
        let result = try BundledTool("git-commit").succeed(
            [
                "message": "-m Subject\n\nBody\n# not a comment", "paths": ["keep", "/workspace/new file", "gone"],
                "author": ["name": "Alice", "email": "alice@example.com"],
            ], in: folder)
        #expect(
            result["files"] == [
                ["path": "gone", "change": "deleted"], ["path": "keep", "change": "modified"],
                ["path": "new file", "change": "added"],
            ])
        #expect(result["branch"] == "main")
        #expect(repository.git("status", "--porcelain") == "M  \"also staged\"\n?? untouched\n")
        #expect(
            repository.git("log", "-1", "--format=%an <%ae> %cn <%ce>%n%B")
                == "Alice <alice@example.com> agentbox <noreply@agentbox.dev>\n-m Subject\n\nBody\n# not a comment\n\n")
    }

    @Test(
        "what cannot be committed is refused with a reason",
        arguments: [
            (["message": "x", "paths": ["a.txt"]], "no changes"),
            (["message": " \n", "paths": ["b.txt"]], "no message"),
            (["message": "x", "paths": []], "empty"), (["message": "x", "paths": ["dir"]], "is a folder"),
            (["message": "x", "paths": ["."]], "is a folder"), (["message": "x", "paths": ["no"]], "did not match"),
            (["message": "x", "paths": ["ignored"]], "ignored"), (["message": "x", "paths": ["../x"]], "outside"),
            (["message": "x", "paths": ["*"]], "did not match"),
            (["message": "x", "paths": [".git/config"]], "no changes"),
            (["message": "x", "paths": ["b.txt"], "author": ["name": "a <b>", "email": "c"]], "author"),
        ] as [(JSON, String)])
    func refusals(arguments: JSON, message: String) throws {
        try repository.commit()
        try folder.write(".git/info/exclude", "ignored\n")
        for name in ["b.txt", "ignored", "dir/x"] { try folder.write(name, "x\n") }
        let head = repository.git("rev-parse", "HEAD")
        #expect(BundledTool("git-commit").fail(arguments, in: folder).contains(message))
        #expect(repository.git("rev-parse", "HEAD") == head)
    }

    @Test("without a repository, or with a link or a file in its place, the tools say so")
    func noRepository() throws {
        let bare = try TemporaryFolder()
        #expect(BundledTool("git-status").fail([:], in: bare).contains("no git repository"))
        try bare.write(".git", "gitdir: \(folder(".git"))\n")
        #expect(BundledTool("git-status").fail([:], in: bare).contains("not a folder"))
        unlink(bare(".git"))
        #expect(symlink(folder(".git"), bare(".git")) == 0)
        #expect(BundledTool("git-status").fail([:], in: bare).contains("not a folder"))
    }

    @Test("reading changes nothing in the repository")
    func readOnly() throws {
        try repository.commit()
        try folder.write("a.txt", "two\n")
        let list = ["/usr/bin/find", ".git", "-printf", "%p %s %T@ %m\n"]
        let before = Command.run(list, in: folder.path).output
        for tool in ["git-status", "git-log", "git-diff"] { _ = try BundledTool(tool).succeed([:], in: folder) }
        #expect(Command.run(list, in: folder.path).output == before)
    }
}
