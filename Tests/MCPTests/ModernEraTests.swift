import StrictJSON
import Testing

@testable import MCP

@Suite("A client of 2026-07-28 is served without a handshake", .timeLimit(.minutes(1)))
struct ModernEraTests {
    @Test("server/discover says what there is") func discover() async throws {
        let peer = try Peer()
        let answer = try await peer.call(Peer.modern("server/discover", id: "d"))
        #expect(answer["id"] == "d")
        #expect(
            answer["result"] == [
                "resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": ["tools": [:]],
                "instructions": "Be kind.", "ttlMs": 60_000, "cacheScope": "private",
                "_meta": ["io.modelcontextprotocol/serverInfo": ["name": "test", "version": "1"]],
            ])
    }

    @Test("tools/list and tools/call have the shapes of the revision", arguments: Peer.Medium.allCases)
    func tools(_ medium: Peer.Medium) async throws {
        let peer = try Peer(medium)
        let list = try #require(try await peer.call(Peer.modern("tools/list"))["result"])
        #expect(list["resultType"] == "complete")
        #expect(list["ttlMs"] == 60_000 && list["cacheScope"] == "private")
        #expect(list["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue }.first == "echo")
        #expect(list["nextCursor"] == nil)

        let call = try #require(try await peer.call(Peer.modernCall("echo", id: 2, ["a": [1, 2]]))["result"])
        #expect(call["resultType"] == "complete")
        #expect(call["structuredContent"] == ["a": [1, 2]])
        #expect(call["content"] == [["type": "text", "text": "{\"a\":[1,2]}"]])
        #expect(call["isError"] == false)
        #expect(call["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "test")
    }

    @Test("A denial is a result that says why, and an unknown tool is an error") func denial() async throws {
        let peer = try Peer()
        let denied = try #require(try await peer.call(Peer.modernCall("deny"))["result"])
        let reason: JSON = ["effect": "deny", "message": "no rule allows this"]
        #expect(denied["isError"] == true)
        #expect(denied["structuredContent"] == reason)
        #expect(denied["content"]?[0]?["text"] == "no rule allows this")
        #expect(denied["_meta"]?["dev.agentbox/reason"] == reason)

        // A client would hold the reason against the output schema.
        let typed = try #require(try await peer.call(Peer.modernCall("typed"))["result"])
        #expect(typed["structuredContent"] == nil)
        #expect(typed["_meta"]?["dev.agentbox/reason"] == reason)

        let unknown = try #require(try await peer.call(Peer.modernCall("nobody"))["error"])
        #expect(unknown == ["code": -32602, "message": "unknown tool: `nobody`"])
        let fault = try #require(try await peer.call(Peer.modernCall("fault"))["error"])
        #expect(fault["code"] == -32603)
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let request: JSON
        let code: JSON

        init(_ description: String, _ request: JSON, _ code: JSON) {
            testDescription = description
            self.request = request
            self.code = code
        }
    }

    static func request(_ method: String, _ params: JSON) -> JSON {
        ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": params]
    }

    static let version: JSON = ["io.modelcontextprotocol/protocolVersion": "2026-07-28"]

    @Test(
        "Requests that the revision does not allow",
        arguments: [
            Refusal("no _meta", request("server/discover", [:]), -32602),
            Refusal("no params", ["jsonrpc": "2.0", "id": 1, "method": "tools/list"], -32602),
            Refusal("no version", request("server/discover", ["_meta": [:]]), -32602),
            Refusal("no capabilities", request("tools/list", ["_meta": version]), -32602),
            Refusal("_meta is no object", request("tools/list", ["_meta": 7]), -32602),
            Refusal("version is no string", Peer.modern("tools/list", version: 2026), -32602),
            Refusal("unknown version", Peer.modern("tools/list", version: "1900-01-01"), -32022),
            Refusal("future version", Peer.modern("server/discover", version: "2027-01-01"), -32022),
            Refusal("legacy version", Peer.modern("tools/list", version: "2025-11-25"), -32022),
            Refusal("token is no token", Peer.modern("tools/list", token: 1.5), -32602),
            Refusal("ping is gone", Peer.modern("ping"), -32601),
            Refusal("initialize is gone", Peer.modern("initialize"), -32601),
            Refusal("prompts are not declared", Peer.modern("prompts/list"), -32601),
            Refusal("logging is not declared", Peer.modern("logging/setLevel", ["level": "info"]), -32601),
            Refusal("unknown method", Peer.modern("tools/drop"), -32601),
            Refusal("unknown method without _meta", request("tools/drop", [:]), -32601),
            Refusal("no tool name", Peer.modern("tools/call"), -32602),
            Refusal("name is no string", Peer.modern("tools/call", ["name": 1]), -32602),
            Refusal("arguments are no object", Peer.modern("tools/call", ["name": "echo", "arguments": []]), -32602),
            Refusal(
                "an answer not asked for", Peer.modern("tools/call", ["name": "echo", "requestState": "x"]), -32602),
            Refusal("cursor is no string", Peer.modern("tools/list", ["cursor": 1]), -32602),
            Refusal("no filter", Peer.modern("subscriptions/listen"), -32602),
            Refusal("filter is no filter", Peer.modern("subscriptions/listen", ["notifications": 1]), -32602),
        ])
    func refusals(_ refusal: Refusal) async throws {
        let peer = try Peer()
        let answer = try await peer.call(refusal.request)
        #expect(answer["error"]?["code"] == refusal.code, "\(answer.encodedString())")
        #expect(answer["id"] == 1)
        // The connection goes on.
        #expect(try await peer.call(Peer.modern("server/discover", id: 2))["result"] != nil)
    }

    @Test("An unsupported version is answered with those that are supported") func versions() async throws {
        let peer = try Peer()
        let answer = try await peer.call(Peer.modern("tools/list", version: "1900-01-01"))
        #expect(
            answer["error"]?["data"] == [
                "requested": "1900-01-01",
                "supported": ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"],
            ])
    }

    @Test("A subscription is acknowledged with nothing, ends with cancellation or with the connection")
    func subscriptions() async throws {
        let peer = try Peer()
        func listen(_ id: JSON) -> JSON {
            Peer.modern("subscriptions/listen", id: id, ["notifications": ["toolsListChanged": true]])
        }
        for id: JSON in ["a", "b"] {
            let acknowledged = try await peer.call(listen(id))
            #expect(acknowledged["method"] == "notifications/subscriptions/acknowledged")
            #expect(
                acknowledged["params"] == [
                    "_meta": ["io.modelcontextprotocol/subscriptionId": id], "notifications": [:],
                ])
        }
        #expect(try await peer.call(listen("a"))["error"]?["code"] == -32600)
        #expect(try await peer.call(Peer.modernCall("echo", id: "a"))["error"]?["code"] == -32600)
        try await peer.send(Peer.cancel("a"))
        peer.closeOutput()
        let last = try await peer.answer()
        #expect(last["id"] == "b")
        #expect(last["result"]?["resultType"] == "complete")
        #expect(last["result"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == "b")
        #expect(try await peer.line() == nil)
    }

    @Test("Subscriptions are counted") func subscriptionLimit() async throws {
        let peer = try Peer { $0.limits.subscriptions = 2 }
        for number: Int64 in 1...3 {
            let answer = try await peer.call(
                Peer.modern("subscriptions/listen", id: .integer(number), ["notifications": [:]]))
            #expect((answer["error"] != nil) == (number == 3))
        }
    }
}
