/// # MCP
///
/// The Model Context Protocol as agentbox speaks it: JSON-RPC messages, one a line, of both eras. Up to 2025-11-25 a
/// client opens with `initialize`; from 2026-07-28 on each request says by itself what it is. `MCPServer` serves the
/// tools of a `ToolProvider` over standard streams and Unix sockets, `MCPClient` calls them, `MCPBridge` carries bytes
/// between the two without looking. Whoever decides about a call stands behind `ToolProvider`: nothing here does.
package enum MCP {}
