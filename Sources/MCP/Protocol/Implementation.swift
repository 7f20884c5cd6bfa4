import StrictJSON

/// The name that a client or a server gives itself. Nobody verifies it: for display and for the ledger only.
package struct Implementation: Hashable, Sendable {
    package var name: String
    package var version: String
    package var title: String?
    package var others = JSONObject()

    package init(name: String, version: String, title: String? = nil) {
        self.name = name
        self.version = version
        self.title = title
    }
}

extension Implementation: WireValue {
    package static let wireName = "an implementation"

    package init(reading members: inout MemberReader) throws(MCPError) {
        name = try members.string("name")
        version = try members.string("version")
        title = try members.optionalString("title")
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members["name"] = .string(name)
        members["title"] = title.map(JSON.string)
        members["version"] = .string(version)
        members.append(others)
    }
}
