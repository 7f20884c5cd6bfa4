/// # HTTPEdge
///
/// MCP over Streamable HTTP, in front of the registry's socket: a process of its own, `agentbox-mcp-http`, in a box, so
/// that the host parses no byte of HTTP. It carries messages and decides nothing: what it lets through is decided,
/// confined and recorded by the registry like any other call.
///
///     client ─ HTTP ─▶ HTTPConnection ─▶ RequestGate ─▶ MirroredHeaders ─▶ RegistryLink ─▶ the registry's socket
///
/// By 2026-07-28 each request stands for itself, and has a connection of its own to the registry, which closes with it:
/// that cancels the call. By 2025-11-25 and before, `initialize` makes a session with one connection for all of its
/// requests. The server sends nothing unasked in either era, so there is no stream to GET, and nothing to resume.
package enum HTTPEdge {}
