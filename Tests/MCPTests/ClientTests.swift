import Glibc
import LinuxIO
import StrictJSON
import Testing

@testable import MCP

@Suite("The client speaks both eras and lets its calls go", .timeLimit(.minutes(1)))
struct ClientTests {
    /// A client, and the far end of its connection for a test to play the server.
    private static func pair() throws -> (MCPClient, SharedDescriptor) {
        var pair = try Descriptor.socketPair(.stream)
        let client = MCPClient(
            LineChannel(socket: pair.takeFirst().shared()), as: Implementation(name: "client", version: "1"))
        return (client, pair.takeSecond().shared())
    }

    @Test("Both eras list and call", arguments: [Era.modern, .legacy])
    func eras(_ era: Era) async throws {
        let provider = TestProvider()
        let server = MCPServer(provider, MCPServerSettings(info: Implementation(name: "test", version: "1")))
        let (client, far) = try Self.pair()
        let serving = Task { await server.serve(LineChannel(socket: far)) }
        _ = try await era == .modern ? client.discover() : client.initialize()
        #expect(client.version == (era == .modern ? .july2026 : .november2025))
        #expect(try await client.listTools().count == 6)
        let denied = try await client.call("deny")
        #expect(denied.isError)
        #expect(denied.reason?["effect"] == "deny")
        await #expect(throws: MCPError("server-error", rpcCode: 0, "")) { try await client.call("nobody") }
        let reports = Locked<[MCPProgressReport]>([])
        _ = try await client.call("steps") { report in reports.withLock { $0.append(report) } }
        #expect(reports.withLock { $0.map(\.progress) } == [1, 2, 3])
        #expect(reports.withLock { $0.last?.message } == "step 3")
        await client.close()
        _ = await serving.value
    }

    @Test("A server that does not know the question is asked the old way") func fallback() async throws {
        let (client, far) = try Self.pair()
        let server = Task {
            let reader = Lines(far)
            let question = try await reader.next()
            #expect(question["method"] == "server/discover")
            try far.writeAll(
                Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"?\"}}\n".utf8))
            let old = try await reader.next()
            #expect(old["method"] == "initialize")
            #expect(old["params"]?["_meta"] == nil)
            let result: JSON = [
                "protocolVersion": "2025-06-18", "capabilities": [:], "serverInfo": ["name": "old", "version": "0"],
            ]
            let answer: JSON = ["jsonrpc": "2.0", "id": 2, "result": result]
            try far.writeAll(answer.encoded() + [0x0a])
            #expect(try await reader.next()["method"] == "notifications/initialized")
        }
        #expect(try await client.negotiate() == .june2025)
        try await server.value
        await client.close()
    }

    @Test("Cancelling the task of a call cancels it at the server") func cancel() async throws {
        let provider = TestProvider()
        let server = MCPServer(provider, MCPServerSettings(info: Implementation(name: "test", version: "1")))
        let (client, far) = try Self.pair()
        let serving = Task { await server.serve(LineChannel(socket: far)) }
        try await client.discover()
        let call = Task { try await client.call("wait") }
        await provider.began.reaches(1)
        call.cancel()
        await #expect(throws: MCPError.cancelled) { try await call.value }
        await provider.cancelled.reaches(1)
        #expect(try await client.call("echo").isError == false)
        // A task that is cancelled before it asks does not ask.
        let never = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await client.call("wait")
        }
        never.cancel()
        await #expect(throws: MCPError.cancelled) { try await never.value }
        #expect(provider.began.value == 1)
        await client.close()
        _ = await serving.value
    }

    @Test(
        "An answer that cannot be used is an error, not a hang",
        arguments: [
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":7}", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"input_required\",\"content\":[]}}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\"}]}}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]},\"error\":{}}",
        ])
    func badReplies(_ reply: String) async throws {
        let (client, far) = try Self.pair()
        try far.writeAll(Array("not json\n[]\n{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}\n".utf8))
        let call = Task { try await client.call("echo") }
        _ = try await Lines(far).next()
        try far.writeAll(Array((reply + "\n").utf8))
        await #expect(throws: MCPError.badReply("")) { try await call.value }
        await client.close()
    }

    @Test("When the server goes, requests fail, those that come later too") func closed() async throws {
        let (client, far) = try Self.pair()
        let call = Task { try await client.call("echo") }
        _ = try await Lines(far).next()
        _ = Glibc.shutdown(far.raw, Int32(SHUT_RDWR))
        await #expect(throws: MCPError.connectionClosed) { try await call.value }
        await #expect(throws: MCPError.connectionClosed) { try await client.call("echo") }
        await client.close()
    }
}

/// Lines of a descriptor, as JSON.
final class Lines: Sendable {
    private let input: StreamEnd
    private let framer = Locked(LineFramer(limit: 1 << 20))

    init(_ descriptor: SharedDescriptor) { input = StreamEnd(descriptor) }

    func next() async throws -> JSON {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            if case .bytes(let bytes)? = framer.withLock({ $0.next() }) { return try JSON(parsing: bytes) }
            guard let count = try await input.readSome(into: &chunk), count > 0 else { throw PeerError.closed }
            let piece = chunk[..<count]
            framer.withLock { $0.append(piece) }
        }
    }
}
