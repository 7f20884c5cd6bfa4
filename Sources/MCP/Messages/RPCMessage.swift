import StrictJSON

/// One JSON-RPC 2.0 message as MCP restricts it: parameters and results are objects, requests have a real identifier.
package enum RPCMessage: Hashable, Sendable {
    case request(RPCRequest)
    case notification(RPCNotification)
    case result(RPCID, JSONObject)
    /// Nil where the request that it answers could not be read.
    case failure(RPCID?, RPCFailure)
}

/// Asks for an answer.
package struct RPCRequest: Hashable, Sendable {
    package var id: RPCID
    package var method: String
    package var params: JSONObject?

    package init(id: RPCID, method: String, params: JSONObject? = nil) {
        self.id = id
        self.method = method
        self.params = params
    }
}

/// Asks for none.
package struct RPCNotification: Hashable, Sendable {
    package var method: String
    package var params: JSONObject?

    package init(method: String, params: JSONObject? = nil) {
        self.method = method
        self.params = params
    }
}

extension RPCMessage {
    /// The message as JSON. An error without an identifier says null: JSON-RPC 2.0 section 5.
    package var json: JSON {
        var members = JSONObject()
        members["jsonrpc"] = "2.0"
        switch self {
        case .request(let request):
            members["id"] = request.id.json
            members["method"] = .string(request.method)
            members["params"] = request.params.map(JSON.object)
        case .notification(let notification):
            members["method"] = .string(notification.method)
            members["params"] = notification.params.map(JSON.object)
        case .result(let id, let result):
            members["id"] = id.json
            members["result"] = .object(result)
        case .failure(let id, let failure):
            members["id"] = id?.json ?? .null
            members["error"] = failure.wire
        }
        return .object(members)
    }
}
