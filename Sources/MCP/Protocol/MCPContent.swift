import StrictJSON

/// One block of a tool's result: text, an image, sound, a link to a resource or a resource itself.
package struct MCPContent: Hashable, Sendable {
    package var type: String
    /// Everything but the type.
    package var others: JSONObject

    package init(type: String, others: JSONObject) {
        self.type = type
        self.others = others
    }

    package static func text(_ text: String) -> MCPContent {
        var others = JSONObject()
        others["text"] = .string(text)
        return MCPContent(type: "text", others: others)
    }

    /// The text of a text block.
    package var text: String? { type == "text" ? others["text"]?.stringValue : nil }

    /// The members that each type of block must have, all strings but the resource.
    private static let required = [
        "text": ["text"], "image": ["data", "mimeType"], "audio": ["data", "mimeType"],
        "resource_link": ["name", "uri"],
    ]
}

extension MCPContent: WireValue {
    package static let wireName = "a content block"

    package init(reading members: inout MemberReader) throws(MCPError) {
        type = try members.string("type")
        others = members.rest
        if type == "resource" { _ = try members.object("resource") }
        for key in Self.required[type] ?? [] { _ = try members.string(key) }
    }

    package func write(_ members: inout JSONObject) {
        members["type"] = .string(type)
        members.append(others)
    }
}
