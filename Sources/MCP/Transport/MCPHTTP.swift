/// Streamable HTTP, as far as both of its processes have to agree: `agentbox`, which parses none of it, and
/// `agentbox-mcp-http`, which does (`HTTPEdge`).
package enum MCPHTTP {
    /// The executable.
    package static let program = "agentbox-mcp-http"

    /// The one path that is served.
    package static let path = "/mcp"

    /// How the edge is told what to do, and an agent where it is.
    package enum Variable {
        /// SHA-256 of the bearer token, in hexadecimal; without it none is asked for.
        package static let tokenDigest = "AGENTBOX_HTTP_TOKEN_SHA256"
        /// Values of `Host` that are served, separated by commas.
        package static let hosts = "AGENTBOX_HTTP_HOSTS"
        /// Where an agent in a box finds the server.
        package static let url = "AGENTBOX_URL"
    }

    /// The values of `Host` for a server on a port of the loopback.
    package static func loopbackHosts(port: UInt16) -> [String] {
        ["127.0.0.1", "localhost", "[::1]"].map { "\($0):\(port)" }
    }
}
