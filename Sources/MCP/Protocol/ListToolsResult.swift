import StrictJSON

/// One page of `tools/list`.
package struct ListToolsResult: Hashable, Sendable {
    package var tools: [MCPTool]
    /// Where the next page starts; nil on the last.
    package var nextCursor: String?
    package var others = JSONObject()

    package init(tools: [MCPTool], nextCursor: String? = nil) {
        self.tools = tools
        self.nextCursor = nextCursor
    }
}

extension ListToolsResult: WireValue {
    package static let wireName = "a list of tools"

    package init(reading members: inout MemberReader) throws(MCPError) {
        tools = []
        for tool in try members.array("tools") { tools.append(try MCPTool(wire: tool)) }
        nextCursor = try members.optionalString("nextCursor")
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members["tools"] = .array(tools.map(\.wire))
        members["nextCursor"] = nextCursor.map(JSON.string)
        members.append(others)
    }
}
