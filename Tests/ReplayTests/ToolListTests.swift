import Manifests
import StrictJSON
import Testing

@testable import Policy
@testable import Replay

@Suite("Tools of other agents are read from what their server said")
struct ToolListTests {
    private static let tool = #"{"name":"send_email","inputSchema":{"type":"object"}}"#
    private static let manifest =
        #"{"apiVersion":"agentbox.dev/v1","kind":"Tool","name":"a.b","version":"1.0.0","description":"d","command":["./x"],"#
        + #""inputSchema":{"type":"object"},"sandbox":"pure","labels":{"output":[]}}"#

    @Test(
        "the result, the response, the list, one tool, a manifest and a list of manifests are all tools",
        arguments: [
            (#"{"tools":[\#(tool)],"nextCursor":"x"}"#, "send_email"),
            (#"{"jsonrpc":"2.0","id":1,"result":{"tools":[\#(tool)]}}"#, "send_email"), ("[\(tool)]", "send_email"),
            (tool, "send_email"), (manifest, "a.b"), ("[\(manifest)]", "a.b"),
        ])
    func forms(text: String, name: String) throws {
        let tools = try Scene.withFile(text) { try ReplayTools.load([$0]) }
        #expect(tools.tools.keys.map(\.rawValue) == [name])
    }

    @Test("a manifest in YAML is a tool, and trusted where it was registered so")
    func yaml() throws {
        let text = """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: a.b
            version: 1.0.0
            description: d
            command: [./x]
            inputSchema: {type: object}
            sandbox: pure
            labels: {output: []}
            """
        let tools = try Scene.withFile(text) { try ReplayTools.load([$0]) }
        #expect(tools.tools.values.first?.outputLabels.isEmpty == true)
    }

    @Test(
        "hints that are not given are the worst",
        arguments: [
            ("{}", Annotations(readOnly: false, destructive: true, idempotent: false, openWorld: true)),
            (
                #"{"readOnlyHint":true}"#,
                Annotations(readOnly: true, destructive: false, idempotent: false, openWorld: true)
            ),
            (
                #"{"destructiveHint":false,"idempotentHint":true,"openWorldHint":false}"#,
                Annotations(readOnly: false, destructive: false, idempotent: true, openWorld: false)
            ),
            (
                #"{"readOnlyHint":true,"destructiveHint":true}"#,
                Annotations(readOnly: false, destructive: true, idempotent: false, openWorld: true)
            ),
        ])
    func annotations(hints: String, expected: Annotations) throws {
        let json: JSON = ["name": "x", "inputSchema": ["type": "object"], "annotations": try JSON(parsing: hints)]
        #expect(try MCPToolList.tool(json, in: "f")?.annotations == expected)
    }

    @Test(
        "two tools of one name, tools without a schema and hints that are none are refused",
        arguments: [
            "[\(tool),\(tool)]", #"[{"name":"x"}]"#, #"[{"inputSchema":{}}]"#, "[1]",
            #"[{"name":"x","inputSchema":{},"annotations":{"readOnlyHint":"yes"}}]"#,
        ])
    func refused(text: String) throws {
        #expect(throws: ReplayError.self) { try Scene.withFile(text) { try ReplayTools.load([$0]) } }
    }

    @Test(
        "names of other agents' tools can stand in rules",
        arguments: [
            "send_email", "get-user", "Files.Read", "google/drive", "mcp__server__tool", "functions.search:2", "_x",
            "GET",
        ])
    func names(name: String) throws {
        var session = try Scene.session(try Scene.intent("allow: \(name)"), try Scene.tools(name, "other"))
        #expect(session.replay(RecordedCall(tool: name, arguments: [:])).decision.effect == .allow)
        #expect(session.replay(RecordedCall(tool: "other", arguments: [:])).decision.effect == .deny)
    }

    @Test(
        "names that hide or mislead are no names, and calls of them are denied",
        arguments: [
            "send_еmail", "send email", "send_email\u{0}", "send_email\u{200B}", "ｓend", "..", "../x", "a..b", "/etc",
            "-rf", "",
            "a/", "*", "a\nb", String(repeating: "a", count: 129),
        ])
    func refusedNames(name: String) throws {
        #expect(ToolName(name) == nil)
        #expect(try MCPToolList.tool(["name": .string(name), "inputSchema": ["type": "object"]], in: "f") == nil)
        var session = try Scene.session(try Scene.intent("allow: \"*\""), try Scene.tools("send_email"))
        #expect(session.replay(RecordedCall(tool: name, arguments: [:])).decision.code == .unknownTool)
        #expect(session.replay(RecordedCall(tool: "send_email", arguments: [:])).decision.effect == .allow)
    }

    @Test("our own tools keep their narrow names", arguments: ["Files.Read", "a/b", "a:b", "_x", "1x"])
    func ownNames(name: String) {
        #expect(ToolName(name) != nil)
        #expect(ToolName(manifest: name) == nil)
        #expect(ToolName(manifest: "fs.read") != nil)
    }
}
