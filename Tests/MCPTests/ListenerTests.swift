import Glibc
import LinuxIO
import StrictJSON
import TestSupport
import Testing

@testable import MCP

/// A server that listens on a socket in a folder of its own.
final class Listening: Sendable {
    let provider: TestProvider
    let path: String
    private let folder: TemporaryFolder
    private let task: Task<Void, any Error>

    init(_ provider: TestProvider = TestProvider(), connections: Int = 64) throws {
        self.provider = provider
        folder = try TemporaryFolder()
        path = folder("server.sock")
        let socket = try UnixSocket.listen(at: path)
        let server = MCPServer(provider, MCPServerSettings(info: Implementation(name: "test", version: "1")))
        task = Task { try await server.listen(on: socket, connections: connections) }
    }

    func stop() async throws {
        task.cancel()
        try await task.value
    }

    func client() async throws -> MCPClient {
        try await MCPClient.connect(to: path, as: Implementation(name: "client", version: "1"))
    }

    deinit { task.cancel() }
}

@Suite("A socket serves many clients, and the client speaks both eras", .timeLimit(.minutes(2)))
struct ListenerTests {
    @Test("Clients are served side by side") func many() async throws {
        let listening = try Listening()
        try await withThrowingTaskGroup(of: Void.self) { clients in
            for number: Int64 in 1...20 {
                clients.addTask {
                    let client = try await listening.client()
                    #expect(client.version == .july2026)
                    #expect(try await client.listTools().map(\.name).contains("echo"))
                    for step: Int64 in 1...20 {
                        let value: JSON = .integer(number * 100 + step)
                        #expect(try await client.call("echo", ["n": value]).structuredContent == ["n": value])
                    }
                    await client.close()
                }
            }
            try await clients.waitForAll()
        }
        try await listening.stop()
    }

    @Test("Above the limit clients wait for one to leave") func limit() async throws {
        let listening = try Listening(connections: 1)
        let first = try await listening.client()
        async let second = listening.client()
        #expect(try await first.call("echo").isError == false)
        await first.close()
        let other = try await second
        #expect(try await other.call("echo").isError == false)
        await other.close()
        try await listening.stop()
    }

    @Test("Stopping the listener ends every client's calls") func stop() async throws {
        let listening = try Listening()
        let client = try await listening.client()
        let call = Task { try await client.call("wait") }
        await listening.provider.began.reaches(1)
        try await listening.stop()
        #expect(listening.provider.cancelled.value == 1)
        await #expect(throws: MCPError.connectionClosed) { try await call.value }
        await client.close()
    }

    @Test("Clients that come and go leave no descriptor behind") func descriptors() async throws {
        let listening = try Listening()
        func open() -> Int { (0..<1024).count { fcntl($0, F_GETFD) >= 0 } }
        let warm = try await listening.client()
        await warm.close()
        let before = open()
        for _ in 0..<50 {
            let client = try await listening.client()
            _ = try await client.call("echo")
            await client.close()
        }
        try await listening.stop()
        // Other tests run beside this one and hold a few of their own.
        #expect(open() < before + 40)
    }

    @Test("A path that no socket has, or that is too long, is an error that names it") func noServer() async throws {
        let info = Implementation(name: "client", version: "1")
        let folder = try TemporaryFolder()
        for path in [folder("none.sock"), folder(String(repeating: "x", count: 200)), "a\0b"] {
            do {
                _ = try await MCPClient.connect(to: path, as: info)
                Issue.record("connected")
            } catch {
                #expect(error.code == "system-error")
                #expect(error.message.contains("connect"))
            }
        }
    }
}
