import StrictJSON
import Testing

@testable import MCP

@Suite("A client of 2025-11-25 or earlier opens with initialize", .timeLimit(.minutes(1)))
struct LegacyEraTests {
    private static func request(_ method: String, id: JSON = 1, _ params: JSON? = nil) -> JSON {
        var members: JSONObject = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
        members["params"] = params
        return .object(members)
    }

    @Test(
        "The version that the client proposes is agreed on if it is known, otherwise the newest",
        arguments: [
            ("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2025-03-26", "2025-03-26"),
            ("2024-11-05", "2024-11-05"), ("2026-07-28", "2025-11-25"), ("2099-01-01", "2025-11-25"),
            ("1.0", "2025-11-25"), ("", "2025-11-25"),
        ])
    func versions(_ proposed: String, _ agreed: String) async throws {
        let peer = try Peer()
        let answer = try await peer.call(Peer.initialize(proposed))
        #expect(
            answer["result"] == [
                "protocolVersion": .string(agreed), "capabilities": ["tools": [:]],
                "serverInfo": ["name": "test", "version": "1"], "instructions": "Be kind.",
            ])
    }

    @Test("Tools are listed and called in the shapes of the revision", arguments: Peer.Medium.allCases)
    func tools(_ medium: Peer.Medium) async throws {
        let peer = try Peer(medium)
        try await peer.initialize()
        #expect(try await peer.call(Self.request("ping"))["result"] == [:])
        let list = try #require(try await peer.call(Self.request("tools/list"))["result"])
        #expect(list["tools"]?.arrayValue?.count == 6)
        #expect(list["resultType"] == nil && list["ttlMs"] == nil && list["_meta"] == nil)
        let call = try await peer.call(Self.request("tools/call", ["name": "echo", "arguments": ["a": 1]]))
        #expect(
            call["result"] == [
                "content": [["type": "text", "text": "{\"a\":1}"]], "structuredContent": ["a": 1], "isError": false,
            ])
        let client = try await peer.call(Self.request("tools/call", ["name": "client"]))
        #expect(client["result"]?["content"]?[0]?["text"] == "peer 2025-11-25")
    }

    @Test("What is no object is neither an output schema nor structured content before 2026-07-28")
    func structure() {
        let array: JSONObject = ["type": "array"]
        let tool = MCPTool(name: "a", inputSchema: ["type": "object"], outputSchema: array)
        #expect(tool.shown(in: .legacy).outputSchema == nil)
        #expect(tool.shown(in: .modern).outputSchema == array)
        let result = MCPToolResult.structured([1, 2])
        #expect(result.shown(in: .legacy, hasOutputSchema: true).structuredContent == nil)
        #expect(result.shown(in: .legacy, hasOutputSchema: true).content.first?.text == "[1,2]")
        #expect(result.shown(in: .modern, hasOutputSchema: true).structuredContent == [1, 2])
    }

    @Test("Before initialize only ping and initialize are served") func order() async throws {
        let peer = try Peer()
        #expect(try await peer.call(Self.request("ping"))["result"] == [:])
        #expect(try await peer.call(Self.request("tools/list"))["error"]?["code"] == -32602)
        #expect(try await peer.call(Self.request("tools/call", ["name": "echo"]))["error"]?["code"] == -32602)
        try await peer.initialize()
        #expect(try await peer.call(Self.request("tools/list"))["result"] != nil)
        #expect(try await peer.call(Peer.initialize())["error"]?["code"] == -32600)
    }

    @Test(
        "An initialize that misses something is refused, and may be repeated",
        arguments: [
            [:], ["protocolVersion": "2025-11-25"], ["protocolVersion": 1, "capabilities": [:]],
            ["protocolVersion": "2025-11-25", "capabilities": [:]],
            ["protocolVersion": "2025-11-25", "capabilities": [], "clientInfo": ["name": "a", "version": "1"]],
            ["protocolVersion": "2025-11-25", "capabilities": [:], "clientInfo": ["name": "a"]],
        ] as [JSON])
    func incomplete(_ params: JSON) async throws {
        let peer = try Peer()
        #expect(try await peer.call(Self.request("initialize", params))["error"]?["code"] == -32602)
        try await peer.initialize()
        #expect(try await peer.call(Self.request("tools/list"))["result"] != nil)
    }

    @Test(
        "Methods that are not there",
        arguments: ["logging/setLevel", "prompts/list", "resources/read", "tasks/get", "server", ""])
    func unknown(_ method: String) async throws {
        let peer = try Peer()
        try await peer.initialize()
        #expect(try await peer.call(Self.request(method, [:]))["error"]?["code"] == -32601)
    }

    @Test("Notifications are never answered, whatever they hold") func notifications() async throws {
        let peer = try Peer()
        try await peer.initialize()
        for method: JSON in ["notifications/roots/list_changed", "notifications/none", "tools/list", "initialize"] {
            try await peer.send(["jsonrpc": "2.0", "method": method])
        }
        for params: JSON in [[:], ["requestId": .null], ["requestId": "never seen"], ["requestId": 1.5]] {
            try await peer.send(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": params])
        }
        try await peer.send(["jsonrpc": "2.0", "id": 1, "result": [:]])
        try await peer.send(["jsonrpc": "2.0", "id": 1, "result": 1])
        #expect(try await peer.call(Self.request("ping", id: "last"))["id"] == "last")
    }

    @Test("Batches work where 2025-03-26 was agreed on, and nowhere else", arguments: ["2025-03-26", "2025-06-18"])
    func batches(_ version: String) async throws {
        let peer = try Peer()
        let batch: JSON = [
            Self.request("ping", id: 1), ["jsonrpc": "2.0", "method": "notifications/none"],
            Self.request("tools/call", id: 2, ["name": "echo"]), [[]],
        ]
        #expect(try await peer.call(batch)["error"]?["code"] == -32600)
        try await peer.initialize(version)
        let answer = try await peer.call(batch)
        guard version == "2025-03-26" else { return #expect(answer["error"]?["code"] == -32600) }
        #expect(answer["id"] == 1)
        let rest = try await peer.answers(until: 2)
        #expect(rest.last?["result"] != nil)
    }

    @Test("Both eras may be spoken on one connection") func both() async throws {
        let peer = try Peer()
        #expect(try await peer.call(Peer.modern("tools/list"))["result"]?["resultType"] == "complete")
        try await peer.initialize()
        #expect(try await peer.call(Self.request("tools/list"))["result"]?["resultType"] == nil)
        #expect(try await peer.call(Peer.modern("tools/list"))["result"]?["resultType"] == "complete")
    }
}
