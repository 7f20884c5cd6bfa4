import Glibc
import LinuxIO
import StrictJSON

@testable import MCP

/// The client's end of a connection with a server under test, byte by byte.
final class Peer: Sendable {
    enum Medium: CaseIterable { case socket, pipes }

    let provider: TestProvider
    private let serving: Task<MCPConnectionEnd, Never>
    private let output: Locked<SharedDescriptor?>
    private let input: Locked<SharedDescriptor?>
    private let framer = Locked(LineFramer(limit: 64 << 20))
    /// 0 while the server runs.
    let served = Counter()

    init(
        _ medium: Medium = .socket, _ provider: TestProvider = TestProvider(),
        _ change: (inout MCPServerSettings) -> Void = { _ in }
    ) throws {
        signal(SIGPIPE, SIG_IGN)
        self.provider = provider
        var settings = MCPServerSettings(info: Implementation(name: "test", version: "1"), instructions: "Be kind.")
        change(&settings)
        let server = MCPServer(provider, settings)
        let channel: LineChannel
        switch medium {
        case .socket:
            var pair = try Descriptor.socketPair(.stream)
            channel = LineChannel(socket: pair.takeFirst().shared())
            let mine = pair.takeSecond().shared()
            output = Locked(mine)
            input = Locked(mine)
        case .pipes:
            var requests = try Descriptor.pipe()
            var answers = try Descriptor.pipe()
            channel = LineChannel(input: requests.takeFirst().shared(), output: answers.takeSecond().shared())
            output = Locked(requests.takeSecond().shared())
            input = Locked(answers.takeFirst().shared())
        }
        let served = served
        serving = Task {
            let end = await server.serve(channel)
            served.increment()
            return end
        }
    }

    func send(_ json: JSON) async throws { try await send(bytes: json.encoded() + [0x0a]) }

    func send(_ lines: String) async throws { try await send(bytes: Array(lines.utf8)) }

    func send(bytes: [UInt8]) async throws {
        guard let descriptor = output.withLock({ $0 }) else { throw PeerError.closed }
        let end = StreamEnd(descriptor)
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let count = try await end.writeSome(rest) else { throw PeerError.closed }
            rest = rest.dropFirst(count)
        }
    }

    /// The next line; nil when the server has closed its side.
    func line() async throws -> String? {
        guard let descriptor = input.withLock({ $0 }) else { throw PeerError.closed }
        let end = StreamEnd(descriptor)
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            if case .bytes(let bytes)? = framer.withLock({ $0.next() }) {
                return String(decoding: bytes, as: UTF8.self)
            }
            guard let count = try await end.readSome(into: &chunk), count > 0 else { return nil }
            let piece = chunk[..<count]
            framer.withLock { $0.append(piece) }
        }
    }

    func answer() async throws -> JSON {
        guard let line = try await line() else { throw PeerError.closed }
        return try JSON(parsing: line)
    }

    /// Answers until one has the identifier; the others are returned too.
    func answers(until id: JSON) async throws -> [JSON] {
        var answers: [JSON] = []
        while true {
            answers.append(try await answer())
            if answers.last?["id"] == id { return answers }
        }
    }

    func call(_ json: JSON) async throws -> JSON {
        try await send(json)
        return try await answer()
    }

    /// Opens in the legacy era.
    func initialize(_ version: String = "2025-11-25") async throws {
        _ = try await call(Self.initialize(version))
        try await send(["jsonrpc": "2.0", "method": "notifications/initialized"])
    }

    static func initialize(_ version: String = "2025-11-25", id: JSON = 0) -> JSON {
        [
            "jsonrpc": "2.0", "id": id, "method": "initialize",
            "params": [
                "protocolVersion": .string(version), "capabilities": [:],
                "clientInfo": ["name": "peer", "version": "1"],
            ],
        ]
    }

    /// A request of the modern era.
    static func modern(
        _ method: String, id: JSON = 1, _ params: JSONObject = [:], version: JSON = "2026-07-28", token: JSON? = nil
    ) -> JSON {
        var meta: JSONObject = [
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientInfo": ["name": "peer", "version": "1"],
            "io.modelcontextprotocol/clientCapabilities": [:],
        ]
        meta["progressToken"] = token
        var params = params
        params["_meta"] = .object(meta)
        return ["jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(params)]
    }

    static func modernCall(_ tool: String, id: JSON = 1, _ arguments: JSON = [:], token: JSON? = nil) -> JSON {
        modern("tools/call", id: id, ["name": .string(tool), "arguments": arguments], token: token)
    }

    static func cancel(_ id: JSON) -> JSON {
        ["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": id]]
    }

    /// Sends no more, but goes on reading.
    func closeOutput() {
        output.withLock { output in
            if let output { shutdown(output.raw, Int32(SHUT_WR)) }
            output = nil
        }
    }

    /// Reads no more.
    func closeInput() { input.withLock { $0 = nil } }

    /// Is gone.
    func hangUp() {
        output.withLock { $0 = nil }
        input.withLock { $0 = nil }
    }

    /// Stops the server as a signal would.
    func stop() { serving.cancel() }

    func end() async -> MCPConnectionEnd { await serving.value }

    deinit { serving.cancel() }
}

enum PeerError: Error { case closed }
