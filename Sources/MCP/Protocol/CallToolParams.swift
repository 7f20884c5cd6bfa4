import StrictJSON

/// What `tools/call` asks for.
package struct CallToolParams: Hashable, Sendable {
    package var name: String
    /// Nil is the same as an empty object.
    package var arguments: JSONObject?
    package var others = JSONObject()

    package init(name: String, arguments: JSONObject? = nil) {
        self.name = name
        self.arguments = arguments
    }
}

extension CallToolParams: WireValue {
    package static let wireName = "`params`"

    package init(reading members: inout MemberReader) throws(MCPError) {
        name = try members.string("name")
        arguments = try members.optionalObject("arguments")
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members["name"] = .string(name)
        members["arguments"] = arguments.map(JSON.object)
        members.append(others)
    }
}
