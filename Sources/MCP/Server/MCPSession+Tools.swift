import StrictJSON

extension MCPSession {
    /// The work of a request that needs the provider. Its parameters are checked before it takes a place.
    func work(
        for request: RPCRequest, _ method: Method, _ scope: RequestScope, _ outbox: any MessageOutbox
    ) throws(MCPError) -> @Sendable (InFlight.Ticket) async -> Void {
        var params = request.params ?? JSONObject()
        params["_meta"] = nil
        guard method == .callTool else {
            var members = MemberReader(params, of: "`params`")
            let cursor = try members.optionalString("cursor")
            return { [self] ticket in
                await answer(request.id, ticket, outbox) { () throws(MCPError) in try await page(at: cursor, scope.era)
                }
            }
        }
        let call = try CallToolParams(wire: params)
        if scope.era == .modern, let key = ["inputResponses", "requestState"].first(where: { call.others[$0] != nil }) {
            // They continue an `input_required` result, which this server never gives.
            throw MCPError.invalidParameters("`\(key)` answers a question that was not asked")
        }
        let gate = scope.meta.progressToken.map { ProgressGate(token: $0, outbox: outbox) }
        return { [self] ticket in
            // INVARIANT: the gate closes within `cancel`, so nothing is sent for a request that was cancelled.
            await withTaskCancellationHandler {
                await answer(request.id, ticket, outbox) { () throws(MCPError) in
                    defer { gate?.close() }
                    return try await result(of: call, scope, MCPProgress(gate))
                }
            } onCancel: {
                gate?.close()
            }
        }
    }

    private func answer(
        _ id: RPCID, _ ticket: InFlight.Ticket, _ outbox: any MessageOutbox,
        _ body: () async throws(MCPError) -> JSONObject
    ) async {
        let reply: RPCMessage
        do throws(MCPError) {
            reply = .result(id, try await body())
        } catch {
            reply = .failure(id, RPCFailure(error))
        }
        guard inFlight.claim(ticket) else { return }
        await outbox.send(reply)
    }

    private func page(at cursor: String?, _ era: Era) async throws(MCPError) -> JSONObject {
        let settings = server.settings
        let tools = await server.provider.tools().map { $0.shown(in: era) }
        let pages = ToolPages(tools, size: settings.pageSize, bytes: settings.pageBytes)
        var page = try pages.page(at: cursor)
        if era == .modern { page.others = server.cacheHints() }
        return server.complete(page.wireMembers, era)
    }

    private func result(
        of call: CallToolParams, _ scope: RequestScope, _ progress: MCPProgress
    ) async throws(MCPError) -> JSONObject {
        let context = MCPCallContext(
            version: scope.version, client: scope.client, traceParent: scope.meta.others["traceparent"]?.stringValue,
            progress: progress)
        let provider = server.provider
        let result = try await provider.call(
            call.name, arguments: .object(call.arguments ?? JSONObject()), context: context)
        var hasOutputSchema = false
        if result.isError && result.structuredContent != nil {
            hasOutputSchema = await provider.tools().contains { $0.name == call.name && $0.outputSchema != nil }
        }
        let shown = result.shown(in: scope.era, hasOutputSchema: hasOutputSchema)
        return server.complete(shown.wireMembers, scope.era)
    }
}
