import LinuxIO
import StrictJSON

/// The open `subscriptions/listen` requests of one connection.
///
/// The tools of a run do not change while it lasts, so the server promises no notifications: it acknowledges an empty
/// set, as 2026-07-28 asks for what is not supported, and says when the subscription is over.
final class Subscriptions: Sendable {
    private let limit: Int
    private let open = Locked<[RPCID: any MessageOutbox]>([:])

    private static let subscriptionKey = "io.modelcontextprotocol/subscriptionId"

    init(limit: Int) { self.limit = limit }

    func has(_ id: RPCID) -> Bool { open.withLock { $0[id] != nil } }

    func open(_ request: RPCRequest, _ outbox: any MessageOutbox) async throws(MCPError) {
        guard let filter = request.params?["notifications"] else {
            throw MCPError.invalidParameters("`params` has no `notifications`")
        }
        _ = try SubscriptionFilter(wire: filter)
        let problem: MCPError? = open.withLock { open in
            if open[request.id] != nil { return .invalidRequest("its identifier is in use") }
            if open.count >= limit { return .internalError("more than \(limit) subscriptions on one connection") }
            open[request.id] = outbox
            return nil
        }
        if let problem { throw problem }
        var meta = JSONObject()
        meta[Self.subscriptionKey] = request.id.json
        var params = JSONObject()
        params["_meta"] = .object(meta)
        params["notifications"] = SubscriptionFilter().wire
        await outbox.send(.notification(RPCNotification(method: Method.acknowledged, params: params)))
    }

    func cancel(_ id: RPCID) { open.withLock { $0[id] = nil } }

    /// Ends all of them in the orderly way.
    func close(as server: Implementation) {
        let ended = open.withLock { open in
            defer { open = [:] }
            return open
        }
        for (id, outbox) in ended {
            var meta = ServerMeta(server).members
            meta[Self.subscriptionKey] = id.json
            var result = JSONObject()
            result["resultType"] = "complete"
            result["_meta"] = .object(meta)
            outbox.offer(.result(id, result))
        }
    }
}

/// `_meta` of a result: who answers.
struct ServerMeta {
    let members: JSONObject

    init(_ server: Implementation) {
        var members = JSONObject()
        members["io.modelcontextprotocol/serverInfo"] = server.wire
        self.members = members
    }
}
