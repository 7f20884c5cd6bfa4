import StrictJSON
import TestSupport
import Testing

@Suite("`agentbox call` takes one call the whole way")
struct CallTests {
    @Test(
        "a read that a rule allows returns the file and is on record, decided before ended", arguments: Person.possible)
    func allowed(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        let result = try scene.call("fs.read", ["path": "README.md"])
        #expect(result["decision"] == "allow")
        #expect(result["outcome"]?["exit"] == 0)
        #expect(result["outcome"]?["stdout"]?.stringValue?.contains("hello") == true)
        let call = try #require(try scene.runs().first?["calls"]?[0])
        #expect(call["decided"]?["effect"] == "allow")
        #expect(call["decided"]?["agent"] == "unconfined")
        #expect(call["ended"]?["outcome"]?["status"] == "succeeded")
        #expect(call["index"] == result["ledgerIndex"])
    }

    @Test("key=value arguments print what the tool prints", arguments: Person.possible)
    func words(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        let result = scene.agentbox(["call", "--intent", scene.intent, "fs.read", "path=README.md"])
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("hello"))
    }

    @Test("a write is published when the tool has ended, and can be taken back", arguments: Person.possible)
    func writes(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.write")
        let result = try scene.call("fs.write", ["path": "new.txt", "content": "made by a tool"])
        #expect(result["outcome"]?["status"] == "succeeded", "\(result.encodedString())")
        #expect(scene.file("new.txt") == "made by a tool")
        #expect(scene.agentbox(["changes", "show"]).output.contains("+made by a tool"))
        #expect(scene.agentbox(["changes", "undo"]).status == 0)
        #expect(scene.file("new.txt") == nil)
    }

    static let denials: [(String, String, JSON, String)] = [
        ("a path outside", "fs.read", ["path": "/etc/passwd"], "leaves-workspace"),
        ("a way up", "fs.read", ["path": "../../../etc/passwd"], "leaves-workspace"),
        ("a NUL in a path", "fs.read", ["path": "README.md\0.txt"], "invalid-arguments"),
        ("a tool without a rule", "fs.list", ["path": "."], "no-rule"),
        ("a tool that there is not", "fs.reed", ["path": "README.md"], "unknown-tool"),
        (
            "an argument that the schema does not have", "fs.read", ["path": "README.md", "mode": 7],
            "invalid-arguments"
        ),
        ("an argument of another type", "fs.read", ["path": 7], "invalid-arguments"),
        ("arguments that are no object", "fs.read", ["README.md"], "invalid-arguments"),
        ("a protected name", "fs.write", ["path": ".mcp.json", "content": "x"], "protected-name"),
        ("a file outside of what the rule covers", "fs.write", ["path": "README.md", "content": "x"], "no-rule"),
        ("an approval that nobody can give", "fs.search", ["pattern": "hello"], "approval-unavailable"),
    ]

    @Test("what the task does not allow is denied with its reason, and changes nothing", arguments: denials)
    func denied(what: String, tool: String, arguments: JSON, code: String) throws {
        let scene = try Scene(
            .possible[0],
            rules: """
                - allow: fs.read
                - allow: fs.write
                  args: {path: {under: [src, .git]}}
                - approve: fs.search
                """)
        let result = try scene.call(tool, arguments)
        #expect(result["decision"] == "deny", "\(what): \(result.encodedString())")
        #expect(result["code"]?.stringValue == code, "\(what): \(result.encodedString())")
        #expect(scene.file("README.md") == "hello\n")
        let call = try #require(try scene.runs().first?["calls"]?[0])
        #expect(call["decided"]?["effect"] == "deny")
        #expect(call["ended"] == nil)
        let words = ["call", "--intent", scene.intent, tool, "--json", arguments.encodedString()]
        #expect(scene.agentbox(words).status == 126)
    }

    static let mistakes: [(String, [String], String)] = [
        ("an intent that is not there", ["call", "--intent", "none.yaml", "fs.read", "path=a"], "none.yaml"),
        ("arguments that are no JSON", ["call", "--intent", "task.yaml", "fs.read", "--json", "{path:1}"], "--json"),
        (
            "a JSON object with a key twice",
            ["call", "--intent", "task.yaml", "fs.read", "--json", #"{"path":"a","path":"b"}"#], "path"
        ),
        ("a word that is no argument", ["call", "--intent", "task.yaml", "fs.read", "README.md"], "key=value"),
        ("no run and no intent", ["call", "fs.read", "path=a"], "--intent"),
        (
            "a folder of tools that is not there",
            ["call", "--intent", "task.yaml", "--tools", "none", "fs.read", "path=a"], "none"
        ),
        (
            "a workspace that is not there",
            ["call", "--intent", "task.yaml", "--workspace", "none", "fs.read", "path=a"], "none"
        ),
    ]

    @Test("a mistake is an error of agentbox that names it and what to do", arguments: mistakes)
    func mistaken(what: String, words: [String], named: String) throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        let result = scene.agentbox(words)
        #expect(result.status == 125, "\(what): \(result)")
        #expect(result.errorOutput.contains(named), "\(what): \(result.errorOutput)")
        #expect(result.output.isEmpty)
    }

    @Test("a mistake in the intent names line, column and key")
    func mistakeInIntent() throws {
        let scene = try Scene(.possible[0], rules: "- alow: fs.read")
        let result = scene.agentbox(["intent", "check", scene.intent])
        #expect(result.status == 1)
        #expect(result.errorOutput.contains("task.yaml:8:5"), "\(result.errorOutput)")
        #expect(result.errorOutput.contains("allow"))
    }

    @Test("a tool that runs too long is stopped, and its writes are thrown away", arguments: Person.possible)
    func timeout(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: slow")
        try scene.folder.write(
            "tools/slow/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: slow
            version: 1.0.0
            description: Writes, then sleeps.
            command: [./slow.sh]
            input: argv
            inputSchema: {type: object, additionalProperties: false}
            sandbox: slow
            grants: [{write: README.md}]
            limits: {time: 300ms}
            """)
        try scene.folder.write(
            "tools/slow/slow.sh", "#!/bin/sh\necho changed > README.md\nexec sleep 60\n", mode: 0o755)
        try scene.folder.write(
            "sandboxes/slow.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: slow
            description: A shell that writes.
            extends: workspace-write
            filesystem: {exec: [/usr/bin, /bin]}
            limits: {processes: 16}
            """)
        scene.giveAway()
        let folders = ["--tools", scene.folder("tools"), "--sandboxes", scene.folder("sandboxes")]
        #expect(scene.agentbox(["tool", "register", "slow"] + folders).status == 0)
        let result = try scene.call("slow", [:], options: folders)
        #expect(result["outcome"]?["end"] == "timeout", "\(result.encodedString())")
        #expect(scene.file("README.md") == "hello\n")
        let words = ["call", "--intent", scene.intent] + folders + ["slow", "--json", "{}"]
        #expect(scene.agentbox(words).status == 124)
    }

    @Test("a tool that changed is refused with the difference until it is registered again")
    func changedTool() throws {
        let scene = try Scene(.possible[0], rules: "- allow: shout")
        #expect(scene.agentbox(["tool", "new", "shout"]).status == 0)
        let tools = ["--tools", scene.folder.path]
        let call = ["call", "--intent", scene.intent] + tools + ["shout", "path=README.md"]
        #expect(scene.agentbox(call).errorOutput.contains("not registered"))
        #expect(scene.agentbox(["tool", "register", "shout"] + tools).status == 0)
        #expect(scene.agentbox(call).output == "HELLO\n")
        try scene.folder.write("shout/main.sh", "#!/bin/sh\necho tampered\n", mode: 0o755)
        let refused = scene.agentbox(call)
        #expect(refused.status == 125)
        #expect(refused.errorOutput.contains("changed since it was registered"))
        #expect(!refused.output.contains("tampered"))
        #expect(scene.agentbox(["tool", "register", "shout"] + tools).status == 0)
        #expect(scene.agentbox(call).output == "tampered\n")
    }
}
