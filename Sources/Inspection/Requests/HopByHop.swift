import NIOHTTP1

/// What is said from one machine to the next (RFC 9110, 7.6.1), and not passed on.
enum HopByHop {
    private static let names: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "upgrade", "expect", "http2-settings",
        // The client would go elsewhere, where nobody listens for it.
        "alt-svc",
        // Nobody but agentbox says that.
        Refusal.header,
    ]

    /// Without them, and without what `Connection` names. Framing stays.
    static func removed(from headers: HTTPHeaders) -> HTTPHeaders {
        let named = Set(headers[canonicalForm: "connection"].map { $0.lowercased() })
        var kept = HTTPHeaders()
        for (name, value) in headers {
            let lower = name.lowercased()
            // Attack: `Connection: content-length` would take the framing away.
            let isFraming = lower == "content-length" || lower == "transfer-encoding" || lower == "host"
            if !isFraming, names.contains(lower) || named.contains(lower) { continue }
            kept.add(name: name, value: value)
        }
        return kept
    }
}
