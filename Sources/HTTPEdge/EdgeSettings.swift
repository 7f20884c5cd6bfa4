import MCP

/// What the edge serves, and what a client may cost it.
package struct EdgeSettings: Sendable {
    /// The registry's socket.
    package var socket: String
    /// Values of `Host` that are served; an `Origin` has to be `http` or `https` at one of them.
    package var hosts: Set<String>
    package var token: BearerToken.Digest?
    package var limits = MCPLimits()
    /// Connections at a time; further ones are closed at once.
    package var connections = 64
    /// Requests of one connection, one after the other.
    package var requestsPerConnection = 1000
    /// From the first moment of a connection, or the end of the answer before, to the last byte of a request.
    package var requestTime = Duration.seconds(20)
    /// Sessions of the legacy era at a time.
    package var sessions = 16
    /// Without a request; then a session may make room for another.
    package var sessionIdleTime = Duration.seconds(600)
    /// Until an answer begins, even if it has nothing to say yet; and between comments that keep it alive.
    package var silence = Duration.seconds(5)

    package init(socket: String, hosts: [String], token: BearerToken.Digest?) {
        self.socket = socket
        self.hosts = Set(hosts.map { $0.lowercased() })
        self.token = token
    }
}
