import StrictJSON

/// A server of tools for clients of both eras.
///
///     let server = MCPServer(provider, MCPServerSettings(info: Implementation(name: "agentbox", version: "1.0")))
///     await server.serve(LineChannel.standardStreams)
///
/// It keeps nothing between connections, and nothing between requests but what `initialize` agreed on.
package final class MCPServer: Sendable {
    let provider: any ToolProvider
    package let settings: MCPServerSettings

    package init(_ provider: any ToolProvider, _ settings: MCPServerSettings) {
        self.provider = provider
        self.settings = settings
    }

    /// Only what is there: a method behind a capability that is not declared is unknown.
    private var capabilities: JSONObject {
        var capabilities = JSONObject()
        capabilities["tools"] = .object(JSONObject())
        return capabilities
    }

    func initializeResult(_ version: ProtocolVersion) -> InitializeResult {
        InitializeResult(
            protocolVersion: version.rawValue, capabilities: capabilities, serverInfo: settings.info,
            instructions: settings.instructions)
    }

    /// Names only versions that a request can ask for by itself: the client chooses one of them for its next.
    func discoverResult() -> DiscoverResult {
        var result = DiscoverResult(
            supportedVersions: ProtocolVersion.modern.map(\.rawValue), capabilities: capabilities,
            instructions: settings.instructions)
        result.others = complete(cacheHints(), .modern)
        return result
    }

    /// A result as the era wants it: the modern one says that it is complete and who made it.
    func complete(_ members: JSONObject, _ era: Era) -> JSONObject {
        guard era == .modern else { return members }
        var complete = JSONObject()
        complete["resultType"] = "complete"
        complete.append(members)
        var meta = members["_meta"]?.objectValue ?? JSONObject()
        meta.append(ServerMeta(settings.info).members)
        complete["_meta"] = .object(meta)
        return complete
    }

    /// What is listed depends on the task: it is nobody else's to read from a cache.
    func cacheHints() -> JSONObject {
        var hints = JSONObject()
        hints["ttlMs"] = .integer(Int64(max(.zero, settings.freshness) / .milliseconds(1)))
        hints["cacheScope"] = "private"
        return hints
    }
}
