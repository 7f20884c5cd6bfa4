import StrictJSON

/// How far a request has come, as the server reports it.
package struct MCPProgressReport: Hashable, Sendable {
    package let progress: Double
    package let total: Double?
    package let message: String?
}

extension MCPClient {
    /// A server that never ends its list is faulty.
    private static let pageLimit = 1000

    /// Every tool of the server.
    ///
    /// - Parameters:
    ///   - most: Of tools; a server with more is in error.
    ///   - bytes: Of all pages together; the same.
    package func listTools(atMost most: Int = .max, bytes: Int = .max) async throws(MCPError) -> [MCPTool] {
        var tools: [MCPTool] = []
        var left = bytes
        var cursor: String?
        for _ in 0..<Self.pageLimit {
            var params = JSONObject()
            params["cursor"] = cursor.map(JSON.string)
            let reply = try await exchange(Method.listTools.rawValue, params)
            left -= reply.bytes
            guard left >= 0 else { throw MCPError.badReply("a list of tools of more than \(bytes) bytes") }
            let page = try Self.reply { () throws(MCPError) in try ListToolsResult(wire: reply.members) }
            tools += page.tools
            guard tools.count <= most else { throw MCPError.badReply("more than \(most) tools") }
            guard let next = page.nextCursor else { return tools }
            cursor = next
        }
        throw MCPError.badReply("more than \(Self.pageLimit) pages of tools")
    }

    /// Calls a tool. A call that failed or was denied is a result (`isError`); an error means that there is none.
    package func call(
        _ name: String, _ arguments: JSONObject = JSONObject(),
        onProgress: (@Sendable (MCPProgressReport) -> Void)? = nil
    ) async throws(MCPError) -> MCPToolResult {
        let params = CallToolParams(name: name, arguments: arguments).wireMembers
        return try Self.toolResult(try await request(Method.callTool.rawValue, params, onProgress))
    }

    static func toolResult(_ members: JSONObject) throws(MCPError) -> MCPToolResult {
        let kind = members["resultType"] ?? "complete"
        guard kind == "complete" else {
            throw MCPError.badReply(
                "a result of type \(kind.encodedString().shortened), which this client did not offer")
        }
        return try reply { () throws(MCPError) in try MCPToolResult(wire: members) }
    }

    /// Sends one request and waits for its answer. A cancelled task cancels the request.
    func request(
        _ method: String, _ params: JSONObject, _ onProgress: (@Sendable (MCPProgressReport) -> Void)? = nil
    ) async throws(MCPError) -> JSONObject {
        try await exchange(method, params, onProgress).members
    }

    private func exchange(
        _ method: String, _ params: JSONObject, _ onProgress: (@Sendable (MCPProgressReport) -> Void)? = nil
    ) async throws(MCPError) -> PendingRequests.Reply {
        let id = pending.newID()
        var params = params
        let meta = meta(progressToken: onProgress == nil ? nil : id)
        if !meta.isEmpty { params["_meta"] = .object(meta) }
        let request = RPCRequest(id: id, method: method, params: params)
        let outcome = await withTaskCancellationHandler {
            await pending.answer(to: id, onProgress) { await self.send(.request(request)) }
        } onCancel: {
            guard pending.cancel(id) else { return }
            let params = CancelledParams(requestID: id)
            // Unstructured, as the task that asks is over; it ends with the connection's queue.
            Task {
                await self.send(.notification(RPCNotification(method: Method.cancelled, params: params.wireMembers)))
            }
        }
        return try outcome.get()
    }

    func meta(progressToken: RPCID?) -> JSONObject {
        var meta = RequestMeta()
        meta.progressToken = progressToken
        if let version, version.era == .modern {
            meta.protocolVersion = version.rawValue
            meta.clientInfo = info
            meta.clientCapabilities = JSONObject()
        }
        return meta.wireMembers
    }
}
