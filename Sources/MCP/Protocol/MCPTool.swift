import StrictJSON

/// A tool as a client sees it.
package struct MCPTool: Hashable, Sendable {
    package var name: String
    package var title: String?
    package var description: String?
    /// JSON Schema 2020-12, an object at its root.
    package var inputSchema: JSONObject
    /// What `structuredContent` of every successful result fulfils: the provider sees to it.
    package var outputSchema: JSONObject?
    package var annotations: MCPToolAnnotations?
    /// Icons, `_meta` and what else there is.
    package var others = JSONObject()

    package init(
        name: String, title: String? = nil, description: String? = nil, inputSchema: JSONObject,
        outputSchema: JSONObject? = nil, annotations: MCPToolAnnotations? = nil
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
        self.annotations = annotations
    }

    /// The tool as clients of one era accept it: before 2026-07-28 an output is an object or has no schema.
    func shown(in era: Era) -> MCPTool {
        guard era == .legacy, let outputSchema, outputSchema["type"] != "object" else { return self }
        var tool = self
        tool.outputSchema = nil
        return tool
    }
}

extension MCPTool: WireValue {
    package static let wireName = "a tool"

    package init(reading members: inout MemberReader) throws(MCPError) {
        name = try members.string("name")
        title = try members.optionalString("title")
        description = try members.optionalString("description")
        inputSchema = try members.object("inputSchema")
        outputSchema = try members.optionalObject("outputSchema")
        annotations = try members.optionalValue("annotations")
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members["name"] = .string(name)
        members["title"] = title.map(JSON.string)
        members["description"] = description.map(JSON.string)
        members["inputSchema"] = .object(inputSchema)
        members["outputSchema"] = outputSchema.map(JSON.object)
        members["annotations"] = annotations?.wire
        members.append(others)
    }
}
