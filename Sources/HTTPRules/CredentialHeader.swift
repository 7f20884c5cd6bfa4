/// Which headers a secret may be put into: origins keep and show most of what they are sent, but not what they take for a
/// credential.
package enum CredentialHeader {
    /// Whatever a manifest says: `Authorization` (RFC 9110, 11.6.2), and what vendors' interfaces define for a token and
    /// nothing else.
    package static let usual: Set<String> = [
        "authorization", "x-api-key", "api-key", "x-auth-token", "x-access-token", "x-vault-token", "private-token",
        "job-token", "x-goog-api-key",
    ]

    /// False for what describes the message or its sender, is for the next machine only, or makes another request of it: a
    /// manifest cannot name these.
    ///
    /// - Parameter name: In any case.
    package static func canBe(_ name: String) -> Bool {
        HeaderName.isValid(name) && !impossible.contains(name.lowercased())
            && !OverridingHeader.names.contains(name.lowercased())
    }

    private static let impossible: Set<String> = [
        "accept", "accept-charset", "accept-encoding", "accept-language", "access-control-request-headers",
        "access-control-request-method", "alt-svc", "cache-control", "connection", "content-disposition",
        "content-encoding", "content-language", "content-length", "content-location", "content-type", "date", "expect",
        "forwarded", "from", "host", "http2-settings", "if-match", "if-modified-since", "if-none-match", "if-range",
        "if-unmodified-since", "keep-alive", "origin", "pragma", "proxy-authenticate", "proxy-authorization",
        "proxy-connection", "range", "referer", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "via",
        "x-forwarded-for", "x-forwarded-host", "x-request-id",
    ]
}
