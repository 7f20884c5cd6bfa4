import StrictJSON
import TestSupport
import Testing

@Suite("What is bundled works for whoever installs it")
struct BundledTests {
    static let tools = [
        "fs.read", "fs.list", "fs.search", "fs.write", "fs.edit", "git.status", "git.log", "git.diff", "git.commit",
        "exec.run", "http.get", "http.request", "git.fetch", "git.push", "postgres.query", "postgres.execute",
        "postgres.describe",
    ]

    @Test("each bundled tool passes the tests of its manifest", arguments: tools, Person.possible)
    func toolTests(tool: String, person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        let result = scene.agentbox(["tool", "test", tool])
        #expect(result.status == 0, "\(result.output)\(result.errorOutput)")
        #expect(result.output.contains("0 failed"))
    }

    @Test("and so do those of GitHub, which are many")
    func gitHubTests() throws {
        let folder = InstalledAgentbox.checkout + "/Tools"
        let names = Command.run(["/bin/ls", folder]).output.split(separator: "\n").filter { $0.hasPrefix("github.") }
        #expect(names.count == 24)
        let scene = try Scene(Person.possible[0], rules: "- allow: fs.read")
        for name in names {
            let result = scene.agentbox(["tool", "test", String(name)])
            #expect(result.status == 0 && result.output.contains("0 failed"), "\(result.output)\(result.errorOutput)")
        }
        let check = scene.agentbox(["tool", "check", "github.issue.create"])
        #expect(check.status == 0 && check.output.contains("connects to https://api.github.com"), "\(check)")
    }

    static let builds: [([JSON], String)] = [
        (["make", "-j2", "OUT=out"], "built by make"),
        (["gcc", "-O1", "-pipe", "-o", "out/direct", "main.c"], ""),
        (["python3", "-m", "unittest", "-v"], "OK"),
        (["git", "log", "--oneline"], "first"),
        (["sh", "-c", "seq 3 | sort -r | xargs -n1 echo"], "3\n2\n1"),
        (["python3", "-c", "import asyncio, subprocess; print(asyncio.run(asyncio.sleep(0, 'loop')))"], "loop"),
    ]

    @Test("exec.run builds with the usual tools, though it has no sockets of files", arguments: builds, Person.possible)
    func buildsProjects(build: ([JSON], String), person: Person) throws {
        let scene = try Scene(
            person, rules: "- allow: exec.run",
            files: [
                "main.c": "#include <stdio.h>\nint main(void) { puts(\"built by make\"); return 0; }\n",
                "Makefile": "all: one two\n\t$(OUT)/main\none two:\n\tcc -o $(OUT)/main-$@ main.c\n"
                    + "\tcp $(OUT)/main-$@ $(OUT)/main\n.NOTPARALLEL:\n",
                "out/.keep": "",
                "test_sockets.py": """
                import socket, subprocess, unittest
                class Test(unittest.TestCase):
                    def test_child(self):
                        self.assertEqual(subprocess.check_output(["echo", "a"]), b"a\\n")
                    def test_loopback(self):
                        with socket.create_server(("127.0.0.1", 0)) as server:
                            socket.create_connection(server.getsockname()).close()
                    def test_pair(self):
                        one, two = socket.socketpair()
                        one.send(b"x")
                        self.assertEqual(two.recv(1), b"x")
                """,
            ])
        let made = scene.shell(
            "git init -q; git -c user.name=a -c user.email=a@b commit -q --allow-empty -m first")
        #expect(made.status == 0, "\(made)")
        scene.giveAway()
        let result = try scene.call("exec.run", ["argv": .array(build.0), "writesUnder": ["out"]])
        let output = result["outcome"]?["structured"]
        #expect(output?["exitCode"] == 0, "\(result.encodedString())")
        let text = (output?["stdout"]?.stringValue ?? "") + (output?["stderr"]?.stringValue ?? "")
        #expect(build.1.isEmpty || text.contains(build.1), "\(text)")
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
