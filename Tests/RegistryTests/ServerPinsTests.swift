import MCP
import Manifests
import StrictJSON
import Testing

@testable import Registry

@Suite("A set of tools is the pinned one or it is not")
struct ServerPinsTests {
    private static func tool(_ name: String, _ description: String = "d", _ schema: JSONObject = ["type": "object"])
        -> MCPTool
    {
        MCPTool(name: name, description: description, inputSchema: schema)
    }

    private static let original = [tool("a"), tool("b", "other"), tool("c", "third")]
    private static func pinned() throws -> [ServerTool] { try original.map { try ServerTool.importing($0).tool } }

    static let same: [(String, [MCPTool])] = [
        ("the same", original), ("another order", original.reversed()),
        ("another order of members", [original[1], original[2], tool("a", "d", ["type": "object"])]),
    ]

    @Test("the set that was pinned has no difference", arguments: same)
    func unchanged(what: String, found: [MCPTool]) throws {
        #expect(ServerPins.differences(pinned: try Self.pinned(), found: found).isEmpty, "\(what)")
    }

    static let changes: [(found: [MCPTool], lines: [String])] = [
        (original + [tool("d")], ["added `d`"]),
        (Array(original.dropLast()), ["removed `c`"]),
        ([], ["removed `a`", "removed `b`", "removed `c`"]),
        ([original[0], original[1], tool("x", "third")], ["renamed `c` to `x`"]),
        ([original[0], original[1], tool("x", "new")], ["removed `c`", "added `x`"]),
        ([tool("a", "e"), original[1], original[2]], [#"changed `a`: description: "d" → "e""#]),
        (
            [tool("a", "d", ["type": "object", "maxProperties": 1]), original[1], original[2]],
            ["changed `a`: inputSchema.maxProperties: added 1"]
        ),
        (
            [tool("b"), tool("a", "other"), original[2]],
            [
                #"changed `a`: description: "d" → "other""#, #"changed `b`: description: "other" → "d""#,
            ]
        ),
        (original + [tool("a", "second")], ["the server lists `a` more than once"]),
        (original + [tool("\u{202E}x")], [#"added `\u{202E}x`"#]),
    ]

    @Test("what changed is said, fit to be shown", arguments: changes)
    func changed(found: [MCPTool], lines: [String]) throws {
        #expect(ServerPins.differences(pinned: try Self.pinned(), found: found) == lines)
    }

    @Test("what an agent is not shown counts too: claims, and characters that hide")
    func invisible() throws {
        var claiming = Self.tool("a")
        claiming.annotations = MCPToolAnnotations(readOnly: true)
        let lines = ["changed `a`: what it says of itself in its annotations, or hides"]
        #expect(ServerPins.differences(pinned: try Self.pinned(), found: [claiming] + Self.original[1...]) == lines)
        // A description that only looks like the pinned one, which was made visible when it was imported.
        let hiding = Self.tool("a", "d\u{200B}")
        let pinned = [try ServerTool.importing(hiding).tool]
        #expect(pinned[0].description == #"d\u{200B}"#)
        #expect(ServerPins.differences(pinned: pinned, found: [hiding]).isEmpty)
        #expect(ServerPins.differences(pinned: pinned, found: [Self.tool("a", #"d\u{200B}"#)]) == lines)
    }

    @Test("an author may mend a description and the annotations: what the server says is compared with what it said")
    func edited() throws {
        var pinned = try Self.pinned()
        pinned[0].description = "better words"
        pinned[0].annotations.destructive = false
        #expect(ServerPins.differences(pinned: pinned, found: Self.original).isEmpty)
    }

    @Test("a difference of any size is shown in part")
    func bounded() throws {
        let found = (0..<500).map { Self.tool("t\($0)") }
        let lines = ServerPins.differences(pinned: try Self.pinned(), found: found)
        #expect(lines.count == 51 && lines.last == "and 452 more")
    }

    static let hidden: [JSONObject] = [
        ["type": "object", "properties": ["a\u{200B}": ["type": "string"]]],
        ["type": "object", "properties": ["a": ["enum": ["b\u{200B}"]]]],
        ["type": "object", "properties": ["a": ["const": ["description": "b\u{200B}"]]]],
        ["type": "object", "required": ["a\u{200B}"]],
        ["type": "object", "x\u{200B}": true],
    ]

    @Test("names and values of a schema that hide something cannot be pinned", arguments: hidden)
    func hidingSchema(schema: JSONObject) throws {
        #expect(throws: ServerError(.badStart, "")) { try ServerTool.importing(Self.tool("a", "d", schema)) }
    }

    @Test("prose of a schema is made visible, data of the same name is left alone")
    func prose() throws {
        let schema: JSONObject = [
            "type": "object", "properties": ["description": ["type": "string", "description": "x\u{200B}"]],
            "default": ["description": "plain"],
        ]
        let imported = try ServerTool.importing(Self.tool("a", "d", schema))
        #expect(imported.tool.inputSchema["properties"]?["description"]?["description"] == #"x\u{200B}"#)
        #expect(imported.tool.inputSchema["default"] == ["description": "plain"])
        #expect(imported.revealed == ["inputSchema/properties/description/description"])
    }
}
