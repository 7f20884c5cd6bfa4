import StrictJSON

/// `_meta` of a request: all of it in the modern era, the progress token and what else a client puts there before.
package struct RequestMeta: Hashable, Sendable {
    /// What the client names, supported or not; nil in the legacy era.
    package var protocolVersion: String?
    package var clientInfo: Implementation?
    package var clientCapabilities: JSONObject?
    package var logLevel: LoggingLevel?
    package var progressToken: RPCID?
    /// Trace context and what else came along.
    package var others = JSONObject()

    package init() {}

    /// The name of the key by which a request shows that it is modern.
    static let protocolVersionKey = "io.modelcontextprotocol/protocolVersion"
    static let clientInfoKey = "io.modelcontextprotocol/clientInfo"
    static let clientCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities"
    static let logLevelKey = "io.modelcontextprotocol/logLevel"
}

extension RequestMeta: WireValue {
    package static let wireName = "`_meta`"

    package init(reading members: inout MemberReader) throws(MCPError) {
        protocolVersion = try members.optionalString(Self.protocolVersionKey)
        clientInfo = try members.optionalValue(Self.clientInfoKey)
        clientCapabilities = try members.optionalObject(Self.clientCapabilitiesKey)
        if let level = try members.optionalString(Self.logLevelKey) {
            guard let known = LoggingLevel(rawValue: level) else {
                throw MCPError.invalidParameters("unknown log level `\(level.shortened)`")
            }
            logLevel = known
        }
        progressToken = try members.optionalID("progressToken")
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members[Self.protocolVersionKey] = protocolVersion.map(JSON.string)
        members[Self.clientInfoKey] = clientInfo?.wire
        members[Self.clientCapabilitiesKey] = clientCapabilities.map(JSON.object)
        members[Self.logLevelKey] = logLevel.map { .string($0.rawValue) }
        members["progressToken"] = progressToken?.json
        members.append(others)
    }
}

/// Severities of RFC 5424. The server logs nothing to clients, but a level that does not exist is still an error.
package enum LoggingLevel: String, Sendable {
    case debug, info, notice, warning, error, critical, alert, emergency
}
