import StrictJSON

/// The value that a JSON pointer of `from: {tool: T, at: POINTER}` goes into.
///
/// A result is recorded in one of three forms:
/// - the structured value itself,
/// - a result of MCP's `tools/call`: its `structuredContent`, or else the text of its only content block,
/// - a text that is a whole JSON object or array: the value that it holds.
///
/// Any other text is itself, at the empty pointer.
enum StructuredResult {
    static func of(_ result: JSON) -> JSON {
        if let object = result.objectValue, let content = object["content"]?.arrayValue, isMCP(object, content) {
            if let structured = object["structuredContent"], !structured.isNull { return structured }
            guard content.count == 1, let text = content[0]["text"] else { return result }
            return parsed(text)
        }
        return parsed(result)
    }

    /// True for a result of `tools/call`; a tool may well have a member `content` of its own.
    private static func isMCP(_ object: JSONObject, _ content: [JSON]) -> Bool {
        let known: Set<String> = ["content", "structuredContent", "isError", "_meta", "resultType"]
        return object.keys.allSatisfy(known.contains) && content.allSatisfy { $0["type"]?.stringValue != nil }
    }

    private static func parsed(_ value: JSON) -> JSON {
        guard let text = value.stringValue, let first = text.utf8.first(where: { !" \t\r\n".utf8.contains($0) }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            let json = try? JSON(parsing: text, limits: JSONLimits(bytes: LineReader.longestLine))
        else { return value }
        return json
    }
}
