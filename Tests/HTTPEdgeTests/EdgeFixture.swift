import Glibc
import LinuxIO
import MCP
import StrictJSON
import TestSupport
import Testing

@testable import HTTPEdge

/// A registry's socket with a server of two tools behind it, and an edge in front of it, on ports of the loopback.
final class EdgeFixture: Sendable {
    /// `echo` answers with its text; `wait` reports progress until it is cancelled, or for so many milliseconds.
    struct Provider: ToolProvider {
        let cancelled = Locked(0)

        func tools() async -> [MCPTool] {
            ["echo", "wait"].map { name in
                MCPTool(
                    name: name, title: nil, description: "For tests.",
                    inputSchema: [
                        "type": "object", "properties": ["text": ["type": "string", "x-mcp-header": "Text"]],
                    ],
                    outputSchema: nil, annotations: MCPToolAnnotations())
            }
        }

        func call(_ name: String, arguments: JSON, context: MCPCallContext) async throws(MCPError) -> MCPToolResult {
            if name == "wait" {
                let end = ContinuousClock.now + .milliseconds(arguments["milliseconds"]?.integerValue ?? 60_000)
                var count = 0.0
                while ContinuousClock.now < end {
                    if await Reactor.shared.sleep(until: .now + .milliseconds(20)) == .cancelled {
                        cancelled.withLock { $0 += 1 }
                        break
                    }
                    count += 1
                    context.progress.report(count)
                }
            }
            return MCPToolResult(
                content: [.text(arguments["text"]?.stringValue ?? "")], structuredContent: nil, isError: false)
        }
    }

    let provider = Provider()
    let port: UInt16
    private let folder: TemporaryFolder
    private let tasks: [Task<Void, any Error>]

    init(_ adjust: (inout EdgeSettings) -> Void = { _ in }) throws {
        folder = try TemporaryFolder()
        let socket = try UnixSocket.listen(at: folder("registry"))
        let server = MCPServer(provider, MCPServerSettings(info: Implementation(name: "test", version: "1")))
        let (listening, port) = try Self.listen()
        self.port = port
        var settings = EdgeSettings(socket: folder("registry"), hosts: MCPHTTP.loopbackHosts(port: port), token: nil)
        settings.silence = .milliseconds(300)
        adjust(&settings)
        let edge = EdgeServer(settings)
        tasks = [
            Task { try await server.listen(on: socket, connections: 64) }, Task { try await edge.run(on: listening) },
        ]
    }

    deinit { for task in tasks { task.cancel() } }

    private static func listen() throws -> (Int32, UInt16) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = bind(socket, address, size)
                _ = Glibc.listen(socket, 64)
                getsockname(socket, address, &size)
            }
        }
        return (socket, UInt16(bigEndian: address.sin_port))
    }

    /// A connection of a client.
    func connect() throws -> Client { try Client(port) }

    /// One request on a connection of its own: the whole answer.
    func send(_ text: String) async throws -> Answer {
        let client = try connect()
        client.write(text)
        return Answer(await client.readAll())
    }

    /// A POST of JSON, with the fields that 2026-07-28 asks for where `isModern`.
    func post(
        _ method: String, _ params: JSONObject = [:], id: JSON? = 1, isModern: Bool = true,
        fields: [String: String] = [:]
    ) async throws -> Answer {
        try await send(request(method, params, id: id, isModern: isModern, fields: fields))
    }

    func request(
        _ method: String, _ params: JSONObject = [:], id: JSON? = 1, isModern: Bool = true,
        fields: [String: String] = [:],
        closes: Bool = true
    ) -> String {
        var params = params
        var own: [String: String] = [
            "Host": "127.0.0.1:\(port)", "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
        ]
        if closes { own["Connection"] = "close" }
        if isModern {
            var meta = params["_meta"]?.objectValue ?? JSONObject()
            meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28"
            meta["io.modelcontextprotocol/clientCapabilities"] = [:]
            meta["io.modelcontextprotocol/clientInfo"] = ["name": "test", "version": "1"]
            params["_meta"] = .object(meta)
            own["MCP-Protocol-Version"] = "2026-07-28"
            own["Mcp-Method"] = method
            own["Mcp-Name"] = params["name"]?.stringValue
        }
        var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method), "params": .object(params)]
        message["id"] = id
        let body = JSON.object(message).encodedString()
        own["Content-Length"] = String(body.utf8.count)
        let head = own.merging(fields) { _, new in new }.map { "\($0.key): \($0.value)\r\n" }.joined()
        return "POST /mcp HTTP/1.1\r\n\(head)\r\n\(body)"
    }

    /// A session of the legacy era: its identifier.
    func open() async throws -> String {
        let answer = try await post(
            "initialize",
            ["protocolVersion": "2025-11-25", "capabilities": [:], "clientInfo": ["name": "test", "version": "1"]],
            isModern: false)
        return try #require(answer.field("mcp-session-id"), "\(answer.text)")
    }
}

/// A socket of a client, blocking.
final class Client: Sendable {
    private let socket: SharedDescriptor

    init(_ port: UInt16) throws {
        let raw = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        socket = Descriptor(owning: raw).shared()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        let problem = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if problem != 0 { throw SystemError.last("connect") }
    }

    /// False if nobody reads it any more.
    @discardableResult
    func write(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { Glibc.send(socket.raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            == bytes.count
    }

    /// All that comes until the other side closes.
    func readAll() async -> String {
        var text: [UInt8] = []
        while let piece = await readSome() { text += piece }
        return String(decoding: text, as: UTF8.self)
    }

    /// All that comes until it holds `part`.
    func read(until part: String) async -> String {
        var text: [UInt8] = []
        while !String(decoding: text, as: UTF8.self).contains(part), let piece = await readSome() { text += piece }
        return String(decoding: text, as: UTF8.self)
    }

    private func readSome() async -> [UInt8]? {
        guard (try? await Reactor.shared.waitReadable(socket, until: .now + .seconds(20))) == .ready else { return nil }
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(socket.raw, &piece, piece.count, 0)
        return count > 0 ? Array(piece[..<count]) : nil
    }
}

/// An answer of HTTP.
struct Answer {
    let text: String

    init(_ text: String) { self.text = text }

    /// 0 if there was none.
    var status: Int { Int(text.dropFirst(9).prefix(3)) ?? 0 }
    var body: String { text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? "" }
    var json: JSON? { try? JSON(parsing: body) }
    /// Of the error in the body.
    var code: Int64? { json?["error"]?["code"]?.integerValue }

    func field(_ name: String) -> String? {
        text.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name + ":") }
            .map { $0.dropFirst(name.count + 1).filter { $0 != " " } }
    }
}
