import StrictJSON
import TestSupport
import Testing

@Suite("One manifest that does not load takes no other tool with it")
struct BrokenToolTests {
    private static func manifest(_ name: String, program: String = "/bin/echo") -> String {
        """
        apiVersion: agentbox.dev/v1
        kind: Tool
        name: \(name)
        version: 1.0.0
        description: Says hello.
        command: [\(program), hello]
        input: argv
        inputSchema: {type: object, properties: {}, additionalProperties: false}
        annotations: {readOnly: true, destructive: false, idempotent: true, openWorld: false}
        sandbox: script

        """
    }

    /// `good` is registered; `bad` has an unknown key.
    private static func scene(rules: String, bad: String = manifest("bad") + "nosuch: 1\n", folder: String = "bad")
        throws
        -> Scene
    {
        let scene = try Scene(.possible[0], rules: rules)
        try scene.folder.write("tools/good/tool.yaml", manifest("good"))
        scene.giveAway()
        #expect(scene.agentbox(["tool", "register", "good", "--tools", scene.folder("tools")]).status == 0)
        try scene.folder.write("tools/\(folder)/tool.yaml", bad)
        scene.giveAway()
        return scene
    }

    private static func call(_ scene: Scene, _ tool: String = "good") -> Command.Result {
        scene.agentbox(["call", "--intent", scene.intent, "--tools", scene.folder("tools"), tool])
    }

    @Test(
        "the others work, and it is named with its line", arguments: [manifest("bad") + "nosuch: 1\n", "kind: [Tool\n"])
    func others(bad: String) throws {
        let scene = try Self.scene(rules: "- allow: good\n- deny: \"*\"\n  when: used.calls > 100", bad: bad)
        let call = Self.call(scene)
        #expect(call.status == 0 && call.output == "hello\n", "\(call)")
        #expect(call.errorOutput.contains("left out") && call.errorOutput.contains("tools/bad/tool.yaml:"), "\(call)")
        let tools = ["--tools", scene.folder("tools")]
        let run = scene.agentbox(
            ["run", scene.intent] + tools + ["--", "/bin/sh", "-c", "agentbox call good"])
        #expect(run.status == 0 && run.output == "hello\n" && run.errorOutput.contains("left out"), "\(run)")
        let check = scene.agentbox(["tool", "check", "good"] + tools)
        #expect(check.status == 0 && check.errorOutput.contains("left out"), "\(check)")
        let list = scene.agentbox(["tool", "list"] + tools)
        #expect(list.output.contains("good") && list.errorOutput.contains("left out"), "\(list)")
        #expect(scene.agentbox(["intent", "check", scene.intent] + tools).output.contains("left out"))
        #expect(scene.agentbox(["intent", "explain", scene.intent] + tools + ["good"]).status == 0)
        // Of itself everything is said.
        let own = scene.agentbox(["tool", "check", "bad"] + tools)
        #expect(own.status == 1 && own.errorOutput.contains("tools/bad/tool.yaml:"), "\(own)")
        #expect(!own.errorOutput.contains("left out"), "\(own)")
    }

    @Test(
        "a task whose rules may mean it does not start: by its folder, by its name, or by a pattern",
        arguments: [
            ("- allow: good\n- allow: bad", "bad"), ("- allow: good\n- approve: bad", "elsewhere"),
            ("- allow: \"*\"", "bad"), ("- allow: good\n  after: [bad]", "bad"),
        ])
    func meant(rules: String, folder: String) throws {
        let scene = try Self.scene(rules: rules, folder: folder)
        let call = Self.call(scene)
        #expect(call.status == 125 && call.errorOutput.contains("unknown key `nosuch`"), "\(call)")
        #expect(call.output == "")
    }

    @Test("of a tool that is missed, those whose name cannot be read are told")
    func unnamed() throws {
        let scene = try Self.scene(rules: "- allow: good\n- allow: other", bad: "name: [other\n", folder: "any")
        let call = Self.call(scene)
        #expect(call.status == 125 && call.errorOutput.contains("there is no tool `other`"), "\(call)")
        #expect(call.errorOutput.contains("tools/any/tool.yaml:"), "\(call)")
    }

    @Test("what is registered under the name of a manifest that does not load is not taken in its place")
    func registered() throws {
        let scene = try Self.scene(rules: "- allow: good")
        try scene.folder.write("tools/good/tool.yaml", Self.manifest("good") + "nosuch: 1\n")
        scene.giveAway()
        #expect(Self.call(scene).status == 125)
        // Positive control: without the folder it is.
        #expect(scene.agentbox(["call", "--intent", scene.intent, "good"]).status == 0)
    }

    @Test("a call is about its own tool, whatever else was never registered")
    func unregistered() throws {
        let scene = try Self.scene(rules: "- allow: \"*\"", bad: Self.manifest("bad"))
        #expect(Self.call(scene).output == "hello\n")
        let bad = Self.call(scene, "bad")
        #expect(bad.status == 125 && bad.errorOutput.contains("`bad`"), "\(bad)")
        // A run may call any of them.
        let run = scene.agentbox(["run", scene.intent, "--tools", scene.folder("tools"), "--", "/bin/true"])
        #expect(run.status == 125 && run.errorOutput.contains("`bad`"), "\(run)")
    }
}
