import StrictJSON

/// Whoever has the tools: the registry, or a test.
package protocol ToolProvider: Sendable {
    /// The tools that a client may see, each name once, in an order that stays the same.
    ///
    /// Asked at every `tools/list`: keep the answer. It may take its time, for the server answers `initialize` and
    /// `server/discover` without it.
    func tools() async -> [MCPTool]

    /// Runs one call to its end. A denial is a result (`MCPToolResult.denied`), an unknown tool is an error
    /// (`MCPError.unknownTool`). `arguments` is an object; the provider validates it.
    ///
    /// When the client cancels the request or goes away the task is cancelled. End the call then, and return once
    /// nothing of it is left: the connection waits. What is returned or thrown after that is not sent.
    func call(
        _ name: String, arguments: JSON, context: MCPCallContext
    ) async throws(MCPError) -> MCPToolResult
}

/// What is known of the request behind a call.
package struct MCPCallContext: Sendable {
    package let version: ProtocolVersion
    /// What the client calls itself, unverified.
    package let client: Implementation?
    /// W3C trace context, if the client sent any; unverified too.
    package let traceParent: String?
    package let progress: MCPProgress
}
