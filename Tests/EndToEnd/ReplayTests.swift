import StrictJSON
import TestSupport
import Testing

@Suite("A trace is replayed on the command line, and an intent proposed from what was done")
struct ReplayTests {
    private static let tools = """
        {"tools": [
          {"name": "search_contacts", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": true}},
          {"name": "send_email", "inputSchema": {"type": "object", "properties": {"to": {"type": "string"}}, "x-ui": "wide"}}
        ]}
        """
    private static let trace = """
        {"tool": "search_contacts", "args": {"query": "Bob"}, "result": {}, "labels": [], "expect": "allow"}

        {"tool": "send_email", "args": {"to": "eve@example.com"}, "expect": "deny"}
        {"tool": "send_email", "args": {"to": "bob@example.com"}, "expect": "allow"}
        """

    private func scene() throws -> Scene {
        let scene = try Scene(
            .possible[0],
            rules: "- allow: search_contacts\n- allow: send_email\n  args: {to: {equals: bob@example.com}}")
        try scene.folder.write("tools.json", Self.tools)
        try scene.folder.write("trace.jsonl", Self.trace)
        scene.giveAway()
        return scene
    }

    private func replay(_ scene: Scene, _ more: String...) -> Command.Result {
        scene.agentbox(
            [
                "intent", "replay", scene.intent, "--tools", scene.folder("tools.json"), "--calls",
                scene.folder("trace.jsonl"),
            ]
                + more)
    }

    @Test("one object a call is all of standard output, and the summary is on standard error")
    func json() throws {
        let scene = try scene()
        let result = replay(scene, "--json")
        #expect(result.status == 0, "\(result)")
        let lines = try result.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
        #expect(lines.map { $0["decision"] } == ["allow", "deny", "allow"])
        #expect(lines.map { $0["index"] } == [0, 1, 2])
        #expect(
            lines.allSatisfy {
                Set($0.objectValue?.keys ?? []) == ["index", "tool", "decision", "rules", "reason", "amendment"]
            })
        #expect(result.errorOutput.contains("3 calls: 2 allowed, 0 need an approval, 1 denied"))
    }

    @Test("a decision that differs from what was expected is status 1")
    func differs() throws {
        let scene = try scene()
        try scene.folder.write(
            "trace.jsonl", #"{"tool": "send_email", "args": {"to": "eve@example.com"}, "expect": "allow"}"#)
        let result = replay(scene)
        #expect(result.status == 1)
        #expect(result.output.contains("(expected: allow)"))
    }

    @Test("a line that is no call is an error with its place, after the decisions before it")
    func badLine() throws {
        let scene = try scene()
        try scene.folder.write("trace.jsonl", "{\"tool\": \"send_email\"}\n{\"tool\"}\n")
        let result = replay(scene, "--json")
        #expect(result.status == 125)
        #expect(result.output.split(separator: "\n").count == 1)
        #expect(result.errorOutput.contains("trace.jsonl:2: not strict JSON"))
    }

    @Test("the tests that rules carry are all run, and one that fails is status 1")
    func rulesTests() throws {
        let scene = try Scene(
            .possible[0],
            rules: """
                - allow: fs.read
                  args: {path: {under: [src]}}
                  tests:
                    match: [{path: src/a.c}, {path: README.md}]
                    noMatch: [{path: src/../README.md}, {path: src/b.c}]
                """)
        let result = scene.agentbox(["intent", "test", scene.intent])
        #expect(result.status == 1)
        #expect(result.output.contains("2 passed, 2 failed"), "\(result)")
        let json = scene.agentbox(["intent", "test", scene.intent, "--json"])
        #expect(try JSON(parsing: json.output)["failed"] == 2)
    }

    @Test("what is proposed from the tour allows the tour, and none of its attacks")
    func tour() throws {
        let person = Person.possible[0]
        let scene = try Scene(person, rules: "- allow: fs.read")
        let installed = InstalledAgentbox.shared
        let kept = scene.folder("kept")
        let environment = ["PATH": "/usr/bin:/bin", "HOME": scene.folder.path, "LANG": "C.UTF-8", "TMPDIR": "/tmp"]
        let tour = Command.run(
            person.prefix + ["/bin/bash", installed.prefixFolder + "/share/agentbox/tour/tour"]
                + ["--agentbox", installed.path, "--keep", kept],
            environment: environment)
        #expect(tour.status == 0, "\(tour.output)\(tour.errorOutput)")

        let home = ["AGENTBOX_HOME": kept + "/state"]
        let proposed = scene.agentbox(["intent", "propose"], environment: home)
        #expect(proposed.status == 0, "\(proposed)")
        try scene.folder.write("proposed.yaml", proposed.output)
        let check = scene.agentbox(
            ["intent", "check", "--workspace", scene.workspace, scene.folder("proposed.yaml")])
        #expect(check.status == 0, "\(check)\n\(proposed.output)")

        let history = try JSON(parsing: scene.agentbox(["audit", "log", "--json"], environment: home).output)
        let calls = history["calls"]?.arrayValue ?? []
        let lines = calls.map { call in
            JSON.object([
                "tool": call["decided"]?["tool"] ?? .null, "args": call["decided"]?["arguments"]?["value"] ?? .null,
                "expect": call["decided"]?["effect"] == "allow" ? "allow" : "deny",
            ]).encodedString()
        }
        #expect(lines.count { $0.contains("\"expect\":\"deny\"") } >= 9)
        try scene.folder.write("tour.jsonl", lines.joined(separator: "\n"))
        let replayed = scene.agentbox(
            ["intent", "replay", scene.folder("proposed.yaml"), "--calls", scene.folder("tour.jsonl")])
        #expect(replayed.status == 0, "\(replayed.output)\n\(proposed.output)")
    }
}
