import StrictJSON

/// What the server answers to `server/discover`.
package struct DiscoverResult: Hashable, Sendable {
    package var supportedVersions: [String]
    package var capabilities: JSONObject
    package var instructions: String?
    package var others = JSONObject()

    package init(supportedVersions: [String], capabilities: JSONObject, instructions: String? = nil) {
        self.supportedVersions = supportedVersions
        self.capabilities = capabilities
        self.instructions = instructions
    }
}

extension DiscoverResult: WireValue {
    package static let wireName = "the answer to `server/discover`"

    package init(reading members: inout MemberReader) throws(MCPError) {
        supportedVersions = try members.strings("supportedVersions")
        capabilities = try members.object("capabilities")
        instructions = try members.optionalString("instructions")
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members["supportedVersions"] = .array(supportedVersions.map(JSON.string))
        members["capabilities"] = .object(capabilities)
        members["instructions"] = instructions.map(JSON.string)
        members.append(others)
    }
}
