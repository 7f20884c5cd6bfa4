import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("Nothing that a repository configures is executed by the git tools")
struct HostileRepositoryTests {
    /// What a repository can make git start, and the plain git command that shows that it does.
    struct Trap: CustomTestStringConvertible {
        var testDescription: String
        /// Lines of `.git/config`, with `TRAP` for the program.
        var configuration: String
        var attributes = ""
        /// A hook that is the program.
        var hook: String?
        /// What springs the trap when the system's git is used without care.
        var spring: [String]
    }

    static let traps = [
        Trap(testDescription: "core.fsmonitor", configuration: "[core]\nfsmonitor = TRAP\n", spring: ["status"]),
        Trap(
            testDescription: "filter.clean", configuration: "[filter \"evil\"]\nclean = TRAP\nrequired = true\n",
            attributes: "* filter=evil\n", spring: ["diff"]),
        Trap(
            testDescription: "filter.clean of a name with signs",
            configuration: "[filter \"a=b.c \\\" d\"]\nclean = TRAP\n[filter \"a=b\"]\nclean = TRAP\n",
            attributes: "* filter=a=b\n", spring: ["diff"]),
        Trap(
            testDescription: "filter.process", configuration: "[filter \"evil\"]\nprocess = TRAP\n",
            attributes: "* filter=evil\n", spring: ["diff"]),
        Trap(
            testDescription: "a filter in an included file", configuration: "[include]\npath = ../included\n",
            attributes: "* filter=evil\n", spring: ["diff"]),
        Trap(
            testDescription: "diff.textconv", configuration: "[diff \"evil\"]\ntextconv = TRAP\n",
            attributes: "* diff=evil\n", spring: ["diff"]),
        Trap(
            testDescription: "diff.command", configuration: "[diff \"evil\"]\ncommand = TRAP\n",
            attributes: "* diff=evil\n", spring: ["diff"]),
        Trap(testDescription: "diff.external", configuration: "[diff]\nexternal = TRAP\n", spring: ["diff"]),
        Trap(
            testDescription: "core.hooksPath", configuration: "[core]\nhooksPath = hooks\n",
            spring: ["commit", "--all", "--message=x"]),
        Trap(
            testDescription: "pre-commit", configuration: "", hook: "pre-commit",
            spring: ["commit", "--all", "--message=x"]),
        Trap(
            testDescription: "post-commit", configuration: "", hook: "post-commit",
            spring: ["commit", "--all", "--message=x"]),
        Trap(
            testDescription: "reference-transaction", configuration: "", hook: "reference-transaction",
            spring: ["commit", "--all", "--message=x"]),
        Trap(
            testDescription: "post-index-change", configuration: "", hook: "post-index-change",
            spring: ["add", "a.txt"]),
        Trap(
            testDescription: "gpg.program", configuration: "[commit]\ngpgSign = true\n[gpg]\nprogram = TRAP\n",
            spring: ["commit", "--all", "--message=x"]),
        Trap(
            testDescription: "gpg.ssh",
            configuration:
                "[commit]\ngpgSign = true\n[gpg]\nformat = ssh\n[gpg \"ssh\"]\nprogram = TRAP\ndefaultKeyCommand = TRAP\n",
            spring: ["commit", "--all", "--message=x"]),
    ]

    @Test("A `.git` that leads to a repository elsewhere is refused", arguments: ["commondir", "gitdir"])
    func elsewhere(name: String) throws {
        let repository = try Repository()
        try repository.commit()
        // Positive control.
        _ = try BundledTool("git-log").succeed([:], in: repository.folder)
        try repository.folder.write(".git/" + name, "../elsewhere\n")
        for tool in ["git-log", "git-diff", "git-status"] {
            #expect(BundledTool(tool).fail([:], in: repository.folder).contains("repository elsewhere"))
        }
    }

    @Test("each trap is sprung by careless use, and by no tool", arguments: traps)
    func trap(_ trap: Trap) throws {
        let repository = try Repository()
        let folder = repository.folder
        try repository.commit()
        let mark = folder("sprung")
        let program = try folder.write("trap.sh", "#!/bin/sh\necho sprung >> '\(mark)'\ncat\n", mode: 0o755)
        try folder.write("hooks/pre-commit", "#!/bin/sh\necho sprung >> '\(mark)'\n", mode: 0o755)
        try folder.write("included", "[filter \"evil\"]\nclean = \(program)\n")
        if let hook = trap.hook {
            try folder.write(".git/hooks/\(hook)", "#!/bin/sh\necho sprung >> '\(mark)'\n", mode: 0o755)
        }
        let configuration = String(decoding: try folder.read(".git/config"), as: UTF8.self)
        try folder.write(
            ".git/config",
            configuration
                + trap.configuration.split(separator: "TRAP", omittingEmptySubsequences: false).joined(
                    separator: program))
        try folder.write(".gitattributes", trap.attributes)
        try folder.write("a.txt", "two\n")

        for (tool, arguments) in [
            ("git-status", [:]), ("git-log", [:]), ("git-diff", [:]), ("git-diff", ["from": "HEAD"]),
            ("git-diff", ["staged": true]), ("git-commit", ["message": "x", "paths": ["a.txt", ".gitattributes"]]),
        ] as [(String, JSON)] {
            if trap.attributes.isEmpty, tool == "git-commit" { unlink(folder(".gitattributes")) }
            let paths: JSON = trap.attributes.isEmpty ? ["a.txt"] : ["a.txt", ".gitattributes"]
            let given: JSON = tool == "git-commit" ? ["message": "x", "paths": paths] : arguments
            // A file with a filter cannot be committed at all: what git should store is known to the filter only.
            if tool == "git-commit", trap.attributes.contains("filter=") {
                #expect(BundledTool(tool).fail(given, in: folder).contains("is stored through the filter"))
                continue
            }
            _ = try BundledTool(tool).succeed(given, in: folder)
            #expect(access(mark, F_OK) != 0, "\(tool) has executed it")
        }
        if !trap.attributes.contains("filter=") {
            #expect(repository.git("show", "HEAD:a.txt") == "two\n", "what is committed is the file")
        }

        // The positive control: without the pins the trap works.
        unlink(mark)
        try folder.write("a.txt", "three\n")
        _ = Command.run(
            ["/usr/bin/git"] + trap.spring,
            environment: [
                "PATH": "/usr/bin:/bin", "HOME": folder.path, "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a",
                "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a",
            ], in: folder.path)
        #expect(access(mark, F_OK) == 0, "the trap does not work: this test shows nothing")
    }

    @Test("core.worktree does not move the tools elsewhere")
    func worktree() throws {
        let repository = try Repository()
        try repository.commit()
        let elsewhere = try TemporaryFolder()
        try elsewhere.write("a.txt", "secret\n")
        repository.git("config", "core.worktree", elsewhere.path)
        let diff = try BundledTool("git-diff").succeed([:], in: repository.folder)
        #expect(diff["patch"] == "")
    }
}
