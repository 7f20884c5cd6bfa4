import LinuxIO
import StrictJSON

/// One client's conversation with the server, whatever transport carries it.
///
/// A transport hands over each message with the place for its answers and asks `waitForRoom` before it reads on. A line
/// connection keeps one session for all its messages; HTTP one for each request of the modern era, which has no
/// state.
package final class MCPSession: Sendable {
    let server: MCPServer
    let inFlight: InFlight
    private let agreed = Locked<RequestScope.Agreement?>(nil)
    let subscriptions: Subscriptions

    package init(_ server: MCPServer) {
        self.server = server
        inFlight = InFlight(server.settings.limits)
        subscriptions = Subscriptions(limit: server.settings.limits.subscriptions)
    }

    /// Takes one message of `bytes` bytes. Returns as soon as the next can be taken; answers come later.
    package func receive(_ incoming: Incoming, bytes: Int = 0, replyingTo outbox: any MessageOutbox) async {
        switch incoming {
        case .message(.request(let request)): await receive(request, bytes, outbox)
        case .message(.notification(let notification)): receive(notification)
        // The server asks nothing, so nothing that arrives can be an answer.
        case .message(.result), .message(.failure): break
        case .malformed(let malformed):
            guard !malformed.isResponse else { return }
            await outbox.send(.failure(malformed.id, malformed.failure))
        case .batch(let messages):
            guard agreed.withLock({ $0?.version.hasBatches ?? false }) else {
                return await outbox.send(.failure(nil, RPCFailure(.invalidRequest("this revision has no batches"))))
            }
            // Each is answered on its own line, which JSON-RPC 2.0 section 6 leaves to the server.
            for message in messages {
                if case .batch = message { continue }
                await receive(message, bytes: bytes / messages.count, replyingTo: outbox)
            }
        }
    }

    /// Returns when the transport may read on: back-pressure on a client that asks faster than its calls end.
    package func waitForRoom() async { await inFlight.waitForRoom() }

    /// Returns when every request has been answered or has ended.
    package func waitUntilIdle() async { await inFlight.waitUntilIdle() }

    /// Cancels every call and tells subscribers that it is over.
    package func close() {
        inFlight.close()
        subscriptions.close(as: server.settings.info)
    }

    private func receive(_ notification: RPCNotification) {
        // `notifications/initialized` needs nothing; others that are unknown or malformed are ignored, by the protocol.
        guard notification.method == Method.cancelled else { return }
        guard let params = notification.params, let cancelled = try? CancelledParams(wire: params) else { return }
        inFlight.cancel(cancelled.requestID)
        subscriptions.cancel(cancelled.requestID)
    }

    private func receive(_ request: RPCRequest, _ bytes: Int, _ outbox: any MessageOutbox) async {
        do throws(MCPError) {
            guard let method = Method(rawValue: request.method) else { throw MCPError.methodNotFound(request.method) }
            let scope = try RequestScope(request, method, agreed: agreed.withLock { $0 })
            guard method.exists(in: scope.era) else { throw MCPError.methodNotFound(request.method) }
            if let answer = try answerNow(request, method, scope) {
                return await outbox.send(.result(request.id, answer))
            }
            try await begin(request, method, scope, bytes, outbox)
        } catch {
            await outbox.send(.failure(request.id, RPCFailure(error)))
        }
    }

    /// What is answered at once and in order, without the provider: a client must not wait for the tools to load
    /// before it knows with whom it speaks.
    private func answerNow(
        _ request: RPCRequest, _ method: Method, _ scope: RequestScope
    ) throws(MCPError) -> JSONObject? {
        switch method {
        case .ping: return JSONObject()
        case .discover: return server.discoverResult().wireMembers
        case .initialize:
            let params = try InitializeParams(wire: request.params ?? JSONObject())
            let version = ProtocolVersion(rawValue: params.protocolVersion)
            let answer = version.flatMap { $0.era == .legacy ? $0 : nil } ?? .newestLegacy
            let isFirst = agreed.withLock { agreed in
                guard agreed == nil else { return false }
                agreed = RequestScope.Agreement(version: answer, client: params.clientInfo)
                return true
            }
            guard isFirst else { throw MCPError.invalidRequest("this connection is initialized already") }
            return server.initializeResult(answer).wireMembers
        case .listTools, .callTool, .listen: return nil
        }
    }

    private func begin(
        _ request: RPCRequest, _ method: Method, _ scope: RequestScope, _ bytes: Int, _ outbox: any MessageOutbox
    ) async throws(MCPError) {
        let id = request.id
        if method == .listen {
            guard !inFlight.isAnswering(id) else { throw MCPError.invalidRequest("its identifier is in use") }
            return try await subscriptions.open(request, outbox)
        }
        guard !subscriptions.has(id) else { throw MCPError.invalidRequest("its identifier is in use") }
        let work = try work(for: request, method, scope, outbox)
        // A list costs next to nothing: it does not queue behind calls that may wait for a person.
        switch inFlight.begin(id, bytes: bytes, takesPlace: method == .callTool, work) {
        case .begun: break
        case .duplicate: throw MCPError.invalidRequest("its identifier is in use")
        case .closed: throw MCPError.internalError("the connection is closing")
        }
    }
}
