import StrictJSON
import TestSupport
import Testing

@Suite("Security teams score, compare, read and exchange profiles on the command line")
struct SandboxCommandTests {
    private func scene() throws -> Scene { try Scene(.possible[0], rules: "- allow: fs.read") }

    @Test("score: in words and in JSON, each reason with its line and what would lower it")
    func score() throws {
        let scene = try scene()
        let text = scene.agentbox(["sandbox", "score", "build"])
        #expect(text.status == 0)
        for piece in [
            "the whole workspace is readable (filesystem.workspace in `build`: all)", "to lower it: write",
            "build: ok, ", "of 10",
        ] {
            #expect(text.output.contains(piece), "\(piece): \(text.output)")
        }
        #expect(!text.output.contains("\u{1B}"))
        let json = try JSON(parsing: scene.agentbox(["sandbox", "score", "build", "--json"]).output)
        let areas = try #require(json["areas"]?.arrayValue)
        #expect(areas.count > 40 && json["verdict"] == "ok")
        #expect(areas.contains { $0["name"] == "SystemCallFilter=~@mount" && $0["exposure"] == 0 })
        #expect(scene.agentbox(["sandbox", "score", "build", "--all"]).output.contains("SystemCallFilter=~@mount"))
        let unknown = scene.agentbox(["sandbox", "score", "biuld"])
        #expect(unknown.status == 125 && unknown.errorOutput.contains("did you mean `build`?"))
    }

    @Test("diff: its verdict, what is opened and closed, and an exit status as diff has it")
    func diff() throws {
        let scene = try scene()
        let same = scene.agentbox(["sandbox", "diff", "pure", "pure"])
        #expect(same.status == 0 && same.output == "same\n")
        let wider = scene.agentbox(["sandbox", "diff", "pure", "build"])
        #expect(wider.status == 1 && wider.output.hasPrefix("wider\n"))
        #expect(wider.output.contains("  + `memfd_create` passes"))
        let narrower = scene.agentbox(["sandbox", "diff", "build", "pure", "--json"])
        #expect(narrower.status == 1)
        let json = try JSON(parsing: narrower.output)
        #expect(json["relation"] == "narrower")
        #expect(json["changes"]?.arrayValue?.allSatisfy { $0["direction"] == "closes" } == true)
        #expect(scene.agentbox(["sandbox", "diff", "pure", "./nowhere.yaml"]).status == 125)
    }

    @Test("show --bpf: every call with what becomes of it, and every instruction")
    func disassembly() throws {
        let scene = try scene()
        let text = scene.agentbox(["sandbox", "show", "pure", "--bpf"]).output
        for piece in ["passes where pid is 0, else EPERM (1)\n  prlimit64", "ld architecture", "ret kill the process"] {
            #expect(text.contains(piece), "\(piece)")
        }
        let json = try JSON(parsing: scene.agentbox(["sandbox", "show", "pure", "--bpf", "--json"]).output)
        let lines = try #require(json["instructions"]?.arrayValue)
        #expect(lines.first?["operation"] == "ld" && lines.last?["operation"] == "ret")
        #expect(text.contains("pure, \(json["architecture"]?.stringValue ?? ""): \(lines.count) instructions"))
    }

    @Test("export and import: a profile goes out and comes back with the same system calls")
    func exchange() throws {
        let scene = try scene()
        let exported = scene.agentbox(["sandbox", "export", "build", "--format", "oci"])
        #expect(exported.status == 0 && exported.errorOutput.contains("the system calls of `build` only"))
        try scene.folder.write("seccomp.json", exported.output)
        let imported = scene.agentbox(["sandbox", "import", "seccomp.json", "--format", "oci", "--name", "back"])
        #expect(imported.status == 0, "\(imported)")
        #expect(!imported.errorOutput.contains("stays denied"))
        try scene.folder.write("back.yaml", imported.output)
        #expect(scene.agentbox(["sandbox", "check", "back.yaml"]).status == 0)
        let diff = scene.agentbox(["sandbox", "diff", "build", "./back.yaml", "--json"])
        let changes = try #require(try JSON(parsing: diff.output)["changes"]?.arrayValue)
        #expect(!changes.isEmpty && !changes.contains { $0["area"] == "system calls" || $0["area"] == "network" })
    }

    @Test("import: what it opens and what stays denied is said, and what cannot be carried names its place")
    func notes() throws {
        let scene = try scene()
        let allow = #"{"names": ["read", "ptrace", "clone3", "\u001b[31mred"], "action": "SCMP_ACT_ALLOW"}"#
        try scene.folder.write("p.json", #"{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [\#(allow)]}"#)
        let words = ["sandbox", "import", "p.json", "--format", "oci"]
        let result = scene.agentbox(words)
        #expect(result.status == 0, "\(result)")
        for piece in [
            "stays denied: `clone3` ($.syscalls[0].names[2])", "opens what no bundled profile does", "ptrace",
        ] {
            #expect(result.errorOutput.contains(piece), "\(piece): \(result.errorOutput)")
        }
        // A stranger's name does not reach the terminal as it is.
        #expect(result.errorOutput.contains("is unknown to this build"))
        #expect(!(result.output + result.errorOutput).contains("\u{1B}"))
        let kept = try JSON(parsing: scene.agentbox(words + ["--keep-denials", "--json"]).output)
        #expect(kept["opens"] == [] && kept["profile"]?["syscalls"]?["allow"] == ["read"])
        #expect(kept["staysDenied"]?.arrayValue?.contains { $0.stringValue?.hasPrefix("`ptrace`") == true } == true)

        try scene.folder.write("q.json", #"{"defaultAction": "SCMP_ACT_LOG", "syscalls": []}"#)
        let refused = scene.agentbox(["sandbox", "import", "q.json", "--format", "oci"])
        #expect(refused.status == 125 && refused.output.isEmpty)
        #expect(refused.errorOutput.contains("$.defaultAction: "))
        #expect(scene.agentbox(["sandbox", "import", "p.json"]).status != 0)
        #expect(scene.agentbox(words + ["--cap", "SYS_ADMIN"]).status == 125)
    }

    @Test("check names the place of what is wrong in a rule of any form")
    func places() throws {
        let scene = try scene()
        try scene.folder.write(
            "mine.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: mine
            description: Mine.
            extends: base
            syscalls:
              rules:
                - {syscall: socket, when: [{arg: 0, in: [AF_UNIXX]}, {arg: 2, from: AF_INETT}], action: allow}
                - {syscall: clone, arg: 0, mask: CLONE_NEWUSR, in: [0], action: allow}
                - {syscall: lseek, arg: 1, notIn: [0], action: deny, errno: EINVALL}

            """)
        let result = scene.agentbox(["sandbox", "check", "mine.yaml"])
        #expect(result.status == 1)
        for line in [
            "mine.yaml:8:46: syscalls.rules[0].when[0].in[0]: `AF_UNIXX` is neither",
            "mine.yaml:8:73: syscalls.rules[0].when[1].from: `AF_INETT` is neither",
            "mine.yaml:9:38: syscalls.rules[1].mask: `CLONE_NEWUSR` is neither",
            "mine.yaml:10:65: syscalls.rules[2].errno: `EINVALL` is no error",
        ] {
            #expect(result.errorOutput.contains(line), "\(line): \(result.errorOutput)")
        }
    }

    @Test("the rules that the README shows are rules")
    func readme() throws {
        let scene = try scene()
        let readme = try #require(File.text(of: InstalledAgentbox.checkout + "/README.md"))
        let block = try #require(
            readme.components(between: "```yaml\nsyscalls:", and: "```"), "the README has no block of rules")
        try scene.folder.write(
            "mine.yaml",
            "apiVersion: agentbox.dev/v1\nkind: Sandbox\nname: mine\ndescription: Mine.\nextends: base\nsyscalls:"
                + block)
        let result = scene.agentbox(["sandbox", "check", "mine.yaml"])
        #expect(result.status == 0, "\(result)")
        // Positive control.
        try scene.folder.write("mine.yaml", (File.text(of: scene.folder("mine.yaml")) ?? "") + "  nonsense: 1\n")
        #expect(scene.agentbox(["sandbox", "check", "mine.yaml"]).status == 1)
    }
}

extension String {
    fileprivate func components(between start: String, and end: String) -> String? {
        guard let from = range(of: start)?.upperBound else { return nil }
        guard let to = self[from...].range(of: end)?.lowerBound else { return nil }
        return String(self[from..<to])
    }

    private func range(of text: String) -> Range<Index>? { self[...].range(of: text) }
}

extension Substring {
    fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}
