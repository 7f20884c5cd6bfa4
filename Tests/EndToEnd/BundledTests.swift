import StrictJSON
import TestSupport
import Testing

@Suite("What is bundled works for whoever installs it")
struct BundledTests {
    static let tools = [
        "fs.read", "fs.list", "fs.search", "fs.write", "fs.edit", "git.status", "git.log", "git.diff", "git.commit",
        "exec.run",
    ]

    @Test("each bundled tool passes the tests of its manifest", arguments: tools, Person.possible)
    func toolTests(tool: String, person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        let result = scene.agentbox(["tool", "test", tool])
        #expect(result.status == 0, "\(result.output)\(result.errorOutput)")
        #expect(result.output.contains("0 failed"))
    }

    @Test("the tour goes through, and its attacks do not", arguments: Person.possible)
    func tour(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        let installed = InstalledAgentbox.shared
        let tour = installed.prefixFolder + "/share/agentbox/tour/tour"
        let result = Command.run(
            person.prefix + ["/bin/bash", tour, "--agentbox", installed.path],
            environment: ["PATH": "/usr/bin:/bin", "HOME": scene.folder.path, "LANG": "C.UTF-8", "TMPDIR": "/tmp"])
        #expect(result.status == 0, "\(result.output)\(result.errorOutput)")
        #expect(!result.output.contains("GOT THROUGH"))
        #expect(result.output.components(of: "■ ") >= 16, "\(result.output)")
    }

    @Test("this host enforces every layer", arguments: Person.possible)
    func doctor(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        let result = scene.agentbox(["doctor", "--json"])
        #expect(result.status == 0, "\(result)")
        #expect(try JSON(parsing: result.output)["usable"] == true)
    }

    @Test("bundled manifests are valid by their published schemas, to a validator that is not ours")
    func schemas() throws {
        let installed = InstalledAgentbox.shared
        let script = InstalledAgentbox.checkout + "/Tests/Schemas/validate.py"
        let result = Command.run(["/usr/bin/python3", script, installed.path])
        #expect(result.status == 0, "\(result.output)\(result.errorOutput)")
    }

    static let commands = [
        [], ["run"], ["mcp"], ["connect"], ["call"], ["tool"], ["tool", "new"], ["tool", "check"], ["tool", "test"],
        ["tool", "register"], ["tool", "list"], ["tool", "show"], ["intent"], ["intent", "new"], ["intent", "check"],
        ["intent", "explain"], ["intent", "test"], ["intent", "replay"], ["intent", "propose"], ["sandbox"],
        ["sandbox", "list"], ["sandbox", "show"], ["sandbox", "check"], ["changes"],
        ["changes", "show"], ["changes", "undo"], ["audit"], ["audit", "log"], ["audit", "show"], ["schema"],
        ["doctor"],
    ]

    @Test("each command has a help", arguments: commands)
    func help(command: [String]) throws {
        let result = Command.run([InstalledAgentbox.shared.path] + command + ["--help"])
        #expect(result.status == 0)
        #expect(result.output.contains("USAGE: agentbox"))
    }
}

extension String {
    /// How often `part` occurs.
    fileprivate func components(of part: String) -> Int { self.ranges(of: part).count }
}
