import StrictJSON

/// What a client of the legacy era opens with.
package struct InitializeParams: Hashable, Sendable {
    package var protocolVersion: String
    package var capabilities: JSONObject
    package var clientInfo: Implementation
    package var others = JSONObject()

    package init(protocolVersion: String, capabilities: JSONObject = JSONObject(), clientInfo: Implementation) {
        self.protocolVersion = protocolVersion
        self.capabilities = capabilities
        self.clientInfo = clientInfo
    }
}

extension InitializeParams: WireValue {
    package static let wireName = "`params`"

    package init(reading members: inout MemberReader) throws(MCPError) {
        protocolVersion = try members.string("protocolVersion")
        capabilities = try members.object("capabilities")
        clientInfo = try members.optionalValue("clientInfo").orMissing("clientInfo")
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members["protocolVersion"] = .string(protocolVersion)
        members["capabilities"] = .object(capabilities)
        members["clientInfo"] = clientInfo.wire
        members.append(others)
    }
}

/// What the server answers to `initialize`.
package struct InitializeResult: Hashable, Sendable {
    package var protocolVersion: String
    package var capabilities: JSONObject
    package var serverInfo: Implementation
    package var instructions: String?
    package var others = JSONObject()
}

extension InitializeResult: WireValue {
    package static let wireName = "the answer to `initialize`"

    package init(reading members: inout MemberReader) throws(MCPError) {
        protocolVersion = try members.string("protocolVersion")
        capabilities = try members.object("capabilities")
        serverInfo = try members.optionalValue("serverInfo").orMissing("serverInfo")
        instructions = try members.optionalString("instructions")
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members["protocolVersion"] = .string(protocolVersion)
        members["capabilities"] = .object(capabilities)
        members["serverInfo"] = serverInfo.wire
        members["instructions"] = instructions.map(JSON.string)
        members.append(others)
    }
}

extension Optional {
    /// The value, or an error that names the member.
    fileprivate func orMissing(_ key: String) throws(MCPError) -> Wrapped {
        guard let self else { throw MCPError.invalidParameters("no `\(key)`") }
        return self
    }
}
