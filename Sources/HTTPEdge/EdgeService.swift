import LinuxIO
import MCP

/// What becomes of a request that has passed the gate.
final class EdgeService: Sendable {
    private let settings: EdgeSettings
    private let codec: MessageCodec
    private let sessions: LegacySessions

    init(_ settings: EdgeSettings) {
        self.settings = settings
        codec = MessageCodec(settings.limits)
        sessions = LegacySessions(settings)
    }

    /// Serves one request to the end of its answer. A cancelled task ends what it asked for, where the era says so.
    func serve(_ head: RequestHead, _ body: [UInt8], _ answer: some EdgeAnswer) async throws {
        do {
            guard head.method == "POST" else {
                try sessions.end(try head.single(LegacySessions.field))
                return try await answer.send(204, nil, fields: [])
            }
            switch codec.decode(body) {
            case .malformed(let malformed): try await answer.refuse(EdgeRefusal(400, malformed.failure), malformed.id)
            case .batch: try await answer.refuse(.badRequest("batches are not served over HTTP"))
            case .message(.request(let request)): try await serve(head, request, answer)
            case .message(let message): try await take(head, message, answer)
            }
        } catch let refusal as EdgeRefusal {
            try await answer.refuse(refusal)
        }
    }

    private func serve(_ head: RequestHead, _ request: RPCRequest, _ answer: some EdgeAnswer) async throws {
        do {
            guard ModernVersion.isMeant(head, request) else {
                return try await serveLegacy(head, request, answer)
            }
            try MirroredHeaders.check(head, request)
            guard let link = try? RegistryLink(settings) else { throw EdgeRefusal.registryGone }
            // Closed with this request, whatever ends it: that cancels the call.
            defer { link.close() }
            try await link.send(.request(request))
            try await answer.carry(request.id, silence: settings.silence) { deadline in
                await link.next(until: deadline)
            }
        } catch let refusal as EdgeRefusal {
            try await answer.refuse(refusal, request.id)
        }
    }

    private func serveLegacy(_ head: RequestHead, _ request: RPCRequest, _ answer: some EdgeAnswer) async throws {
        let identifier = try head.single(LegacySessions.field)
        guard request.method == "initialize", identifier == nil else {
            let session = try sessions.session(identifier, version: try head.single(MirroredHeaders.versionField))
            let replies = try await session.ask(request)
            return try await answer.carry(request.id, silence: settings.silence) { deadline in
                await replies.next(until: deadline)
            }
        }
        let session = try sessions.make()
        let replies = try await session.ask(request)
        try await answer.carry(
            request.id, silence: .seconds(3600), fields: [("Mcp-Session-Id", session.identifier)]
        ) { deadline in
            let arrival = await replies.next(until: deadline)
            if case .message(.result(_, let result)) = arrival {
                session.agree(on: result["protocolVersion"]?.stringValue)
            } else {
                // What cannot begin is no session.
                sessions.forget(session)
            }
            return arrival
        }
    }

    /// A notification, or an answer to a question that nobody asked.
    private func take(_ head: RequestHead, _ message: RPCMessage, _ answer: some EdgeAnswer) async throws {
        let version = try head.single(MirroredHeaders.versionField)
        let identifier = try head.single(LegacySessions.field)
        if let identifier, version.flatMap({ ProtocolVersion(rawValue: $0) })?.era != .modern {
            let session = try sessions.session(identifier, version: version)
            if case .notification(let notification) = message { try await session.tell(notification) }
        } else if case .notification = message {
            // By 2026-07-28 a client has nothing to notify of over HTTP.
        } else {
            throw EdgeRefusal.badRequest("an answer, and nothing was asked")
        }
        try await answer.send(202, nil, fields: [])
    }
}
