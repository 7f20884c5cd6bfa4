import MCP

/// What can be said of a request by its head alone, before a byte of its body is read.
///
/// Attacks: a page in the person's browser that sends requests to the loopback has an `Origin` of its own; one whose
/// name was rebound to 127.0.0.1 has a `Host` of its own; a form of one cannot send JSON; and none of them, nor any
/// other user of the machine, has the token. (2026-07-28 and 2025-11-25, *Streamable HTTP*, security.)
package struct RequestGate: Sendable {
    private let settings: EdgeSettings

    package init(_ settings: EdgeSettings) { self.settings = settings }

    /// - Throws: `EdgeRefusal` if the request is none that is served.
    package func check(_ head: RequestHead) throws(EdgeRefusal) {
        guard let host = try head.single("host"), settings.hosts.contains(host.lowercased()) else {
            throw EdgeRefusal(403, "`Host` names another server")
        }
        if let origin = try head.single("origin"), !isOwn(origin) { throw EdgeRefusal(403, "a foreign `Origin`") }
        if let digest = settings.token {
            guard let token = try head.single("authorization").flatMap({ BearerToken.of($0) }), digest.matches(token)
            else {
                var refusal = EdgeRefusal(401, "no bearer token, or not the right one")
                refusal.fields = [("WWW-Authenticate", "Bearer")]
                throw refusal
            }
        }
        guard head.target.prefix(while: { $0 != "?" }) == MCPHTTP.path else {
            throw EdgeRefusal(404, "MCP is at `\(MCPHTTP.path)`")
        }
        switch head.method {
        case "POST": try checkPost(head)
        case "DELETE": break
        default:
            var refusal = EdgeRefusal(405, "POST messages; there is no stream to GET")
            refusal.fields = [("Allow", "POST, DELETE")]
            throw refusal
        }
    }

    private func checkPost(_ head: RequestHead) throws(EdgeRefusal) {
        guard let type = try head.single("content-type"), Self.mediaType(type) == "application/json" else {
            throw EdgeRefusal(415, "`Content-Type` has to be `application/json`")
        }
        if let encoding = try head.single("content-encoding"), encoding.lowercased() != "identity" {
            throw EdgeRefusal(415, "an encoded body is not read")
        }
        let accepted = head.values("accept").joined(separator: ",").split(separator: ",").map {
            Self.mediaType(String($0))
        }
        for (type, wide) in [("application/json", "application/*"), ("text/event-stream", "text/*")] {
            guard accepted.contains(where: { [type, wide, "*/*"].contains($0) }) else {
                throw EdgeRefusal(406, "`Accept` has to list `application/json` and `text/event-stream`")
            }
        }
        if let length = try head.single("content-length") {
            guard let bytes = Int(length), bytes >= 0 else { throw .badRequest("`Content-Length` is no number") }
            if bytes > settings.limits.messageBytes { throw .tooLarge }
        }
    }

    /// True for a page of this very server, as far as there can be one.
    private func isOwn(_ origin: String) -> Bool {
        for scheme in ["http://", "https://"] where origin.lowercased().hasPrefix(scheme) {
            return settings.hosts.contains(origin.lowercased().dropFirst(scheme.count).description)
        }
        return false
    }

    /// Without parameters, in lower case.
    private static func mediaType(_ value: String) -> String {
        let type = value.prefix { $0 != ";" }
        return type.filter { $0 != " " && $0 != "\t" }.lowercased()
    }
}
