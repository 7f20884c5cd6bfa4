import MCP
import NIOCore
import NIOHTTP1
import StrictJSON

/// An answer on its way to a client of HTTP.
struct HTTPAnswer: EdgeAnswer {
    private let outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    private let version: HTTPVersion
    private let staysOpen: Bool

    init(
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>, version: HTTPVersion, staysOpen: Bool
    ) {
        self.outbound = outbound
        self.version = version
        self.staysOpen = staysOpen
    }

    /// The same, as the last of its connection.
    var closing: HTTPAnswer { HTTPAnswer(outbound, version: version, staysOpen: false) }

    func send(_ status: Int, _ message: RPCMessage?, fields: [(name: String, value: String)]) async throws {
        let body = message.map { MessageCodec().encode($0) } ?? []
        var headers = headers(fields)
        if message != nil { headers.add(name: "Content-Type", value: "application/json") }
        // RFC 9110, section 8.6: a 204 has no length.
        if status != 204 { headers.add(name: "Content-Length", value: String(body.count)) }
        try await outbound.write(.head(head(status, headers)))
        if !body.isEmpty { try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: body)))) }
        try await outbound.write(.end(nil))
    }

    func beginStream(fields: [(name: String, value: String)]) async throws {
        var headers = headers(fields)
        headers.add(name: "Content-Type", value: "text/event-stream")
        headers.add(name: "X-Accel-Buffering", value: "no")
        try await outbound.write(.head(head(200, headers)))
    }

    func send(event message: RPCMessage) async throws {
        // JSON holds no line feed of its own, which would end the data.
        let bytes = Array("event: message\ndata: ".utf8) + MessageCodec().encode(message) + Array("\n\n".utf8)
        try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
    }

    func keepAlive() async throws {
        try await outbound.write(.body(.byteBuffer(ByteBuffer(string: ":\n\n"))))
    }

    func endStream() async throws { try await outbound.write(.end(nil)) }

    private func head(_ status: Int, _ headers: HTTPHeaders) -> HTTPResponseHead {
        HTTPResponseHead(version: version, status: HTTPResponseStatus(statusCode: status), headers: headers)
    }

    private func headers(_ fields: [(name: String, value: String)]) -> HTTPHeaders {
        var headers = HTTPHeaders(fields.map { ($0.name, $0.value) })
        headers.add(name: "Cache-Control", value: "no-store")
        headers.add(name: "X-Content-Type-Options", value: "nosniff")
        if !staysOpen { headers.add(name: "Connection", value: "close") }
        return headers
    }
}
