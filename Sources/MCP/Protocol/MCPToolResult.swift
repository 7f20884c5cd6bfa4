import StrictJSON

/// What a call came to, as the model reads it.
package struct MCPToolResult: Hashable, Sendable {
    package var content: [MCPContent]
    /// Fulfils the tool's output schema, if it has one.
    package var structuredContent: JSON?
    /// Nil is the same as false.
    private var errorFlag: Bool?
    package var meta: JSONObject?
    package var others = JSONObject()

    /// The call failed or was denied; `content` says why, so that the model can act on it.
    package var isError: Bool {
        get { errorFlag ?? false }
        set { errorFlag = newValue }
    }

    /// Why, in a form for programs.
    package var reason: JSON? { meta?[Self.reasonKey] }

    /// Under this key of `_meta` a client finds the decision behind a denied call.
    package static let reasonKey = "dev.agentbox/reason"

    package init(
        content: [MCPContent], structuredContent: JSON? = nil, isError: Bool = false, meta: JSONObject? = nil
    ) {
        self.content = content
        self.structuredContent = structuredContent
        errorFlag = isError
        self.meta = meta
    }

    /// A result that is only text.
    package static func text(_ text: String, isError: Bool = false) -> MCPToolResult {
        MCPToolResult(content: [.text(text)], isError: isError)
    }

    /// A structured result. Clients that know no structure read the same as text (2025-06-18, *Structured Content*).
    package static func structured(_ value: JSON, text: String? = nil) -> MCPToolResult {
        MCPToolResult(content: [.text(text ?? value.encodedString())], structuredContent: value)
    }

    /// A call that did not happen, and why: in words, as structure, and in `_meta`.
    ///
    /// The structure repeats the words as `message`, unless it has one: some clients show the model only that. The
    /// server leaves the structure out again where the tool has an output schema: other clients check the structured
    /// content even of errors against it, and would show a complaint about the schema instead of the reason.
    package static func denied(_ text: String, reason: JSON) -> MCPToolResult {
        var reason = reason
        if case .object(var members) = reason, members["message"] == nil {
            members["message"] = .string(text)
            reason = .object(members)
        }
        var meta = JSONObject()
        meta[reasonKey] = reason
        return MCPToolResult(content: [.text(text)], structuredContent: reason, isError: true, meta: meta)
    }

    /// The result as clients of one era accept it.
    func shown(in era: Era, hasOutputSchema: Bool) -> MCPToolResult {
        var shown = self
        if isError && hasOutputSchema && reason != nil { shown.structuredContent = nil }
        // Before 2026-07-28 it is an object or absent; the text says the same.
        if era == .legacy, let value = structuredContent, value.objectValue == nil { shown.structuredContent = nil }
        return shown
    }
}

extension MCPToolResult: WireValue {
    package static let wireName = "a tool's result"

    package init(reading members: inout MemberReader) throws(MCPError) {
        content = []
        for block in try members.array("content") { content.append(try MCPContent(wire: block)) }
        structuredContent = members.optional("structuredContent")
        errorFlag = try members.optionalBool("isError")
        meta = try members.optionalObject("_meta")
        others = members.rest
    }

    package func write(_ members: inout JSONObject) {
        members["content"] = .array(content.map(\.wire))
        members["structuredContent"] = structuredContent
        members["isError"] = errorFlag.map(JSON.bool)
        members["_meta"] = meta.map(JSON.object)
        members.append(others)
    }
}
