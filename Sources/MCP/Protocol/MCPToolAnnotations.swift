import StrictJSON

/// Hints on what a tool does. For the client's eyes: no decision rests on them.
package struct MCPToolAnnotations: Hashable, Sendable {
    package var title: String?
    package var readOnly: Bool?
    package var destructive: Bool?
    package var idempotent: Bool?
    package var openWorld: Bool?
    package var others = JSONObject()

    package init(
        title: String? = nil, readOnly: Bool? = nil, destructive: Bool? = nil, idempotent: Bool? = nil,
        openWorld: Bool? = nil
    ) {
        self.title = title
        self.readOnly = readOnly
        self.destructive = destructive
        self.idempotent = idempotent
        self.openWorld = openWorld
    }
}

extension MCPToolAnnotations: WireValue {
    package static let wireName = "`annotations`"

    package init(reading members: inout MemberReader) throws(MCPError) {
        title = try members.optionalString("title")
        readOnly = try members.optionalBool("readOnlyHint")
        destructive = try members.optionalBool("destructiveHint")
        idempotent = try members.optionalBool("idempotentHint")
        openWorld = try members.optionalBool("openWorldHint")
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members["title"] = title.map(JSON.string)
        members["readOnlyHint"] = readOnly.map(JSON.bool)
        members["destructiveHint"] = destructive.map(JSON.bool)
        members["idempotentHint"] = idempotent.map(JSON.bool)
        members["openWorldHint"] = openWorld.map(JSON.bool)
        members.append(others)
    }
}
