import LinuxIO
import StrictJSON
import Testing

@testable import MCP

@Suite("A client asks what becomes of messages that answer nothing", .timeLimit(.minutes(1)))
struct StrayMessageTests {
    /// A client that closes at the first stray message, and the far end of its connection.
    private static func pair(
        _ judge: @escaping StrayMessage.Judge
    ) throws -> (MCPClient, SharedDescriptor) {
        var pair = try Descriptor.socketPair(.stream)
        let client = MCPClient(
            LineChannel(socket: pair.takeFirst().shared()), as: Implementation(name: "client", version: "1"),
            judge: judge)
        return (client, pair.takeSecond().shared())
    }

    static let strays: [(line: String, kind: String)] = [
        (#"{"jsonrpc":"2.0","method":"notifications/message","params":{}}"#, "notification"),
        (
            #"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}"#,
            "notification"
        ),
        (#"{"jsonrpc":"2.0","id":"x","method":"roots/list"}"#, "request"),
        (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, "answer"),
        (#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m"}}"#, "answer"),
        (#"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"m"}}"#, "answer"),
        ("hello", "malformed"), (#"{"jsonrpc":"2.0","id":1,"result":{},"result":{}}"#, "malformed"),
    ]

    @Test("each is told apart, and can end the connection", arguments: strays)
    func judged(line: String, kind: String) async throws {
        let seen = Locked<[String]>([])
        let (client, far) = try Self.pair { stray, _ in
            seen.withLock { $0.append(String("\(stray)".prefix { $0 != "(" })) }
            return .close
        }
        try far.writeAll(Array((line + "\n").utf8))
        await client.waitUntilClosed()
        #expect(seen.withLock { $0 } == [kind])
        await #expect(throws: MCPError.connectionClosed) { try await client.call("x") }
    }

    @Test("one that is dropped harms nothing, one that is answered gets that answer")
    func goesOn() async throws {
        let (client, far) = try Self.pair { stray, _ in
            if case .request(let request) = stray { return .answer(.result(request.id, ["a": 1])) }
            return .ignore
        }
        let reader = Lines(far)
        let open = client.open("tool", ["x": 1])
        let request = try await reader.next()
        let answer = #"{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"t"}]}}"#
        try far.writeAll(Array("noise\n{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}\n\(answer)\n".utf8))
        #expect(try await reader.next() == ["jsonrpc": "2.0", "id": 7, "result": ["a": 1]])
        let came = await open.answer.value
        #expect(request["method"] == "tools/call" && came.bytes == answer.utf8.count)
        #expect(try came.result.get().content.first?.text == "t")
        await client.close()
    }

    @Test("a call that is given up is told to the server, and its answer still comes")
    func givenUp() async throws {
        let (client, far) = try Self.pair { _, _ in .close }
        let reader = Lines(far)
        let open = client.open("tool", JSONObject())
        let id = try await reader.next()["id"]
        open.cancel()
        let cancelled = try await reader.next()
        #expect(cancelled["method"] == "notifications/cancelled" && cancelled["params"]?["requestId"] == id)
        try far.writeAll(Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":0,\"message\":\"so\"}}\n".utf8))
        guard case .failure(let error) = await open.answer.value.result else {
            Issue.record("no error")
            return
        }
        #expect(error.isServers && error.message == "so")
        await client.close()
    }
}
