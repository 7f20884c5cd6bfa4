import StrictJSON

/// A call whose caller does not go away before it is over: the answer, or the end of the connection.
///
/// For servers that are not trusted to honour a cancellation. Whoever has waited long enough tells the server so with
/// `cancel()`, and sees whether an answer comes; one that does not is a server that is still at it.
package struct OpenCall: Sendable {
    /// What came of it.
    package struct Answer: Sendable {
        package let result: Result<MCPToolResult, MCPError>
        /// Of the line that the answer came in; 0 if the server answered with an error, or not.
        package let bytes: Int
    }

    /// Ends with the connection at the latest.
    package let answer: Task<Answer, Never>
    private let client: MCPClient
    private let id: RPCID

    fileprivate init(_ client: MCPClient, _ id: RPCID, _ request: RPCRequest) {
        self.client = client
        self.id = id
        answer = Task {
            let outcome = await client.pending.answer(to: id, nil) { await client.send(.request(request)) }
            do throws(MCPError) {
                let reply = try outcome.get()
                let result = Result { () throws(MCPError) in try MCPClient.toolResult(reply.members) }
                return Answer(result: result, bytes: reply.bytes)
            } catch {
                return Answer(result: .failure(error), bytes: 0)
            }
        }
    }

    /// Tells the server that nobody wants the answer any more. Never waits: a server that does not read is told nothing.
    package func cancel() {
        let params = CancelledParams(requestID: id)
        client.writer.enqueue(
            client.codec.encode(
                .notification(RPCNotification(method: Method.cancelled, params: params.wireMembers))))
    }
}

extension MCPClient {
    /// Sends a call without waiting for its answer.
    package func open(_ name: String, _ arguments: JSONObject) -> OpenCall {
        let id = pending.newID()
        var params = CallToolParams(name: name, arguments: arguments).wireMembers
        let meta = meta(progressToken: nil)
        if !meta.isEmpty { params["_meta"] = .object(meta) }
        return OpenCall(self, id, RPCRequest(id: id, method: Method.callTool.rawValue, params: params))
    }
}
