import MCP
import StrictJSON

/// The answer to one HTTP request: one JSON object, or a stream of events that ends with one.
protocol EdgeAnswer: Sendable {
    /// A whole answer; without a message its body is empty.
    func send(_ status: Int, _ message: RPCMessage?, fields: [(name: String, value: String)]) async throws
    /// The head of a stream.
    func beginStream(fields: [(name: String, value: String)]) async throws
    /// A message, as the data of an event.
    func send(event message: RPCMessage) async throws
    /// A line that says nothing, so that nobody takes the connection for dead.
    func keepAlive() async throws
    func endStream() async throws
}

extension EdgeAnswer {
    func refuse(_ refusal: EdgeRefusal, _ id: RPCID? = nil) async throws {
        try await send(refusal.status, .failure(id, refusal.failure), fields: refusal.fields)
    }

    /// Hands on what comes of a request until its answer: as JSON if that is the first to come, else as a stream.
    ///
    /// - Parameter next: The next message of the request; nil if there will be none.
    func carry(
        _ id: RPCID, silence: Duration, fields: [(name: String, value: String)] = [],
        _ next: (ContinuousClock.Instant) async -> RegistryLink.Arrival
    ) async throws {
        var isStreaming = false
        while true {
            switch await next(.now + silence) {
            case .message(let message):
                let message = Self.shown(message)
                guard message.answers(id) else {
                    guard case .notification = message else { continue }
                    if !isStreaming { try await beginStream(fields: fields) }
                    isStreaming = true
                    try await send(event: message)
                    continue
                }
                guard isStreaming else { return try await send(Self.status(of: message), message, fields: fields) }
                try await send(event: message)
                return try await endStream()
            case .nothingYet:
                if !isStreaming { try await beginStream(fields: fields) }
                isStreaming = true
                try await keepAlive()
            case .end:
                // Cancelled, or the run is over: there is no answer.
                if isStreaming { return try await endStream() }
                return try await refuse(.registryGone, id)
            }
        }
    }

    /// 2026-07-28, *Protocol Version Header* and *Server Validation*: errors of the protocol are errors of HTTP too.
    static func status(of message: RPCMessage) -> Int {
        guard case .failure(_, let failure) = message else { return 200 }
        return switch failure.code {
        case RPCFailure.methodNotFound: 404
        case RPCFailure.parseError, RPCFailure.invalidRequest, -32029...(-32020): 400
        default: 200
        }
    }

    /// Tools are listed without `x-mcp-header`: by it clients would repeat arguments in fields, for others to see.
    private static func shown(_ message: RPCMessage) -> RPCMessage {
        guard case .result(let id, var result) = message, let tools = result["tools"]?.arrayValue else {
            return message
        }
        result["tools"] = .array(
            tools.map { tool in
                guard var members = tool.objectValue, let schema = members["inputSchema"] else { return tool }
                members["inputSchema"] = schema.without("x-mcp-header")
                return .object(members)
            })
        return .result(id, result)
    }
}

extension RPCMessage {
    /// True for the answer to the request of that identifier.
    func answers(_ id: RPCID) -> Bool {
        switch self {
        case .result(let answered, _): answered == id
        case .failure(let answered, _): answered == nil || answered == id
        case .request, .notification: false
        }
    }
}

extension JSON {
    /// Without the members of that name, however deep.
    fileprivate func without(_ key: String) -> JSON {
        switch self {
        case .object(let members):
            var kept = JSONObject()
            for (name, value) in members where name != key { kept[name] = value.without(key) }
            return .object(kept)
        case .array(let elements): return .array(elements.map { $0.without(key) })
        default: return self
        }
    }
}
