import StrictJSON

/// By which rules a request is served.
struct RequestScope: Sendable {
    let version: ProtocolVersion
    let client: Implementation?
    let meta: RequestMeta

    var era: Era { version.era }

    /// What `initialize` agreed on, for the rest of the connection.
    struct Agreement: Sendable {
        let version: ProtocolVersion
        let client: Implementation
    }

    /// Finds the era of a request, as 2026-07-28 tells servers of both: what names its version in `_meta` stands on its
    /// own, `initialize` opens the legacy era for its connection.
    init(_ request: RPCRequest, _ method: Method, agreed: Agreement?) throws(MCPError) {
        let given = request.params?["_meta"]
        let meta = try given.map { (json) throws(MCPError) in try RequestMeta(wire: json) } ?? RequestMeta()
        self.meta = meta
        if let requested = meta.protocolVersion {
            if let version = ProtocolVersion(rawValue: requested), version.era == .modern {
                self.version = version
                client = meta.clientInfo
                guard meta.clientCapabilities != nil else {
                    throw MCPError.invalidParameters("`_meta` has no `\(RequestMeta.clientCapabilitiesKey)`")
                }
                return
            }
            // A legacy client may repeat what was agreed; then the agreement holds.
            guard agreed?.version.rawValue == requested else { throw MCPError.unsupportedVersion(requested) }
        } else if method == .discover || method == .listen {
            throw MCPError.invalidParameters("`_meta` has no `\(RequestMeta.protocolVersionKey)`")
        }
        if let agreed {
            version = agreed.version
            client = agreed.client
        } else {
            guard method == .initialize || method == .ping else {
                throw MCPError.invalidParameters(
                    "neither `initialize` nor `\(RequestMeta.protocolVersionKey)` in `_meta` says which protocol this is"
                )
            }
            version = .newestLegacy
            client = nil
        }
    }
}
