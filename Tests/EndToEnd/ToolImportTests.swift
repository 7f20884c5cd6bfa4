import StrictJSON
import TestSupport
import Testing

@Suite("`agentbox tool import` shows what a server says of its tools, and pins it")
struct ToolImportTests {
    private static func scene() throws -> Scene {
        let scene = try Scene(.possible[0], rules: "- allow: \"srv.*\"")
        try ServerScene.place(in: scene)
        return scene
    }

    private func importing(_ words: [String], options: [String] = [], in scene: Scene) -> Command.Result {
        scene.agentbox(["tool", "import", "--name", "srv"] + options + ["--", "./server.py"] + words)
    }

    @Test("a server is imported, checked, listed and shown", arguments: Person.possible)
    func whole(person: Person) throws {
        let scene = try ServerScene(person).scene
        let check = scene.agentbox(["tool", "check", "srv", "--tools", "."])
        #expect(check.status == 0 && check.output.contains("registered"), "\(check)")
        let list = scene.agentbox(["tool", "list"]).output
        #expect(list.contains("srv.echo") && list.contains("of the server srv"), "\(list)")
        for name in ["srv", "srv.echo"] {
            let shown = try JSON(parsing: scene.agentbox(["tool", "show", name, "--json"]).output)
            #expect(shown["manifest"]?["kind"] == "ToolServer" && shown["registered"]?.isNull == false, "\(name)")
        }
        #expect(scene.agentbox(["intent", "check", scene.intent]).status == 0)
        try scene.folder.write(
            "trace.jsonl", #"{"tool": "srv.add", "args": {"a": 1, "b": 2}, "expect": "allow"}"# + "\n")
        scene.giveAway()
        for tools in ["srv", "srv/tool-server.yaml", "."] {
            let replay = ["intent", "replay", scene.intent, "--tools", tools, "--calls", "trace.jsonl"]
            #expect(scene.agentbox(replay).status == 0, "\(tools): \(scene.agentbox(replay))")
        }
        let tested = scene.agentbox(["tool", "test", "srv.echo", "--tools", "."])
        #expect(tested.status == 125 && tested.errorOutput.contains("is a tool server"), "\(tested)")
    }

    @Test("hidden and look-alike characters are shown, and stay visible to the agent")
    func hidden() throws {
        let scene = try Self.scene()
        let result = importing(["--hidden"], in: scene)
        #expect(result.output.contains(#"Says it again.\u{200B}\u{202E}\u{E0041} \u{430}gain"#), "\(result)")
        #expect(result.output.contains("made visible: description"))
        #expect(result.output.contains(#"inputSchema/properties/text/description: The te\u{200B}xt."#))
        #expect(result.output.contains("made visible: inputSchema/properties/text/description"))
        let manifest = File.text(of: scene.folder("srv/tool-server.yaml")) ?? ""
        let hasOthers = manifest.unicodeScalars.contains { !$0.isASCII }
        #expect(!hasOthers)
        #expect(manifest.contains(#"\\u{202E}"#))
        // The server still says what it said: it is the pinned one.
        #expect(scene.agentbox(["tool", "register", "srv", "--tools", "."]).status == 0)
        #expect(try scene.call("srv.echo", ["text": "x"])["outcome"]?["stdout"] == "x")
    }

    /// What is wrong with a server, and what its author is told.
    static let mistakes: [(words: [String], told: String)] = [
        (["--hidden-enum"], "hides characters"), (["--bad-name"], "rules cannot name it"),
        (["--bad-schema"], "tool `srv.echo`: `inputSchema`"),
        (["--array"], "tool `echo`: `inputSchema` is not of type"),
        (["--long"], "tool `echo`: `description`: expected a description of at most 8192 characters"),
        (["--exit"], "exit status 9\n    no such library"),
        (["--banner"], "no message of the protocol"),
    ]

    @Test("a server that cannot be pinned is refused, whole, with its tool named", arguments: mistakes)
    func refused(words: [String], told: String) throws {
        let scene = try Self.scene()
        let result = importing(words, in: scene)
        #expect(result.status == 125 && result.errorOutput.contains(told), "\(result)")
        #expect(result.errorOutput.contains("fix:"), "\(result)")
        #expect(!File.exists(scene.folder("srv")))
        // Control: the same server without that.
        #expect(importing([], in: scene).status == 0)
    }

    @Test("a server that knows only the newer era is spoken to in that")
    func modern() throws {
        let scene = try ServerScene(words: ["--modern"])
        #expect(try scene.call("echo", ["text": "hello"])["outcome"]?["stdout"] == "hello")
    }

    @Test("with --json nothing is written")
    func json() throws {
        let scene = try Self.scene()
        let result = importing([], options: ["--json"], in: scene)
        let object = try JSON(parsing: result.output)
        #expect(object["tools"]?.arrayValue?.map { $0["as"] } == ["srv.echo", "srv.act", "srv.add"])
        #expect(object["tools"]?[2]?["claim"]?.stringValue?.contains("read-only, not destructive") == true)
        #expect(!File.exists(scene.folder("srv")))
    }

    @Test("a runtime outside /usr is shown by --read, as a profile of its own")
    func runtime() throws {
        let scene = try Self.scene()
        let runtime = try TemporaryFolder(in: "/var/tmp")
        try runtime.write("library.py", "x = 1\n")
        _ = Command.run(["/bin/chmod", "-R", "a+rX", runtime.path])
        let result = importing([], options: ["--read", runtime.path], in: scene)
        #expect(result.status == 0, "\(result)")
        let register = ["tool", "register", "srv", "--tools", "."]
        #expect(scene.agentbox(register).status == 125)
        #expect(scene.agentbox(register + ["--sandboxes", "srv/sandbox"]).status == 0)
        let path = runtime.path + "/library.py"
        let read = try scene.call("srv.act", ["what": "read", "path": .string(path)])
        #expect(read["outcome"]?["stdout"] == "x = 1\n", "\(read.encodedString())")
        // Control: without it the folder is not there.
        let other = try ServerScene().call("act", ["what": "read", "path": .string(path)])
        #expect(other["outcome"]?["stdout"] == "errno 2", "\(other.encodedString())")
    }

    @Test("a server that needs a part of the workspace to start is granted it, and what cannot be granted is said")
    func grants() throws {
        let scene = try Self.scene()
        let needy = ["--needs", "/workspace/docs/index.txt"]
        let options = ["--workspace", "workspace", "--grant", "readUnder=docs"]
        try scene.folder.write("workspace/docs/index.txt", "found\n")
        scene.giveAway()
        #expect(importing(needy, in: scene).errorOutput.contains("exit status 9"))
        #expect(importing(needy, options: options, in: scene).status == 0)
        #expect(scene.agentbox(["tool", "register", "srv", "--tools", "."]).status == 0)
        let read = try scene.call("srv.act", ["what": "read", "path": "/workspace/docs/index.txt"])
        #expect(read["outcome"]?["stdout"] == "found\n", "\(read.encodedString())")
        let beside = try scene.call("srv.act", ["what": "read", "path": "/workspace/README.md"])
        #expect(beside["outcome"]?["status"] == "failed", "\(beside.encodedString())")
        for (grant, told) in [
            ("write=docs", "no `write` grants"), ("readUnder=/etc", "outside of the workspace"),
            ("all=.", "is no grant"),
        ] {
            let refused = importing([], options: ["--workspace", "workspace", "--grant", grant], in: scene)
            #expect(refused.status == 125 && refused.errorOutput.contains(told), "\(refused)")
        }
    }

    @Test("a prefix that rules already mean others by is refused", arguments: ["fs", "git"])
    func prefixes(prefix: String) throws {
        let scene = try Self.scene()
        let result = importing([], options: ["--prefix", prefix], in: scene)
        #expect(result.status == 125 && result.errorOutput.contains("`\(prefix).*` would mean both"), "\(result)")
        // Nor by hand, or by a tool that comes later.
        #expect(importing([], in: scene).status == 0)
        let manifest = File.text(of: scene.folder("srv/tool-server.yaml")) ?? ""
        let lines = manifest.split(separator: "\n").map { $0 == "prefix: srv" ? "prefix: \(prefix)" : String($0) }
        try scene.folder.write("srv/tool-server.yaml", lines.joined(separator: "\n") + "\n")
        let registered = scene.agentbox(["tool", "register", "srv", "--tools", "."])
        #expect(registered.status == 125 && registered.errorOutput.contains("would mean both"), "\(registered)")
    }

    @Test("a changed executable or manifest is refused until it is registered again")
    func changed() throws {
        let server = try ServerScene()
        let scene = server.scene
        let call = ["call", "--intent", scene.intent, "--tools", ".", "srv.echo", "text=x"]
        #expect(scene.agentbox(call).status == 0)
        try scene.folder.write("server.py", "#!/usr/bin/python3\nprint(1)\n", mode: 0o755)
        let refused = scene.agentbox(call)
        #expect(refused.status == 125 && refused.errorOutput.contains("changed since it was registered"), "\(refused)")
        // What is in the store is what runs.
        #expect(try server.call("echo", ["text": "x"])["outcome"]?["stdout"] == "x")
    }
}
