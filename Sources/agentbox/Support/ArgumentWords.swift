import StrictJSON

/// `key=value` words as a call's arguments. The tool's input schema says what a value is: of a string it is the text
/// itself, of anything else JSON.
enum ArgumentWords {
    static func object(from words: [String], schema: JSON) throws(CommandError) -> JSON {
        var object = JSONObject()
        for word in words {
            guard let separator = word.firstIndex(of: "="), separator != word.startIndex else {
                throw CommandError(
                    "`\(word)` is no argument", remedy: "write `key=value`, or give all arguments with --json '{…}'")
            }
            let key = String(word[..<separator])
            guard object[key] == nil else { throw CommandError("the argument `\(key)` is given twice") }
            object[key] = try value(String(word[word.index(after: separator)...]), of: key, schema: schema)
        }
        return .object(object)
    }

    private static func value(_ text: String, of key: String, schema: JSON) throws(CommandError) -> JSON {
        let type = schema["properties"]?[key]?["type"]
        let types = type?.arrayValue?.compactMap(\.stringValue) ?? [type?.stringValue ?? "string"]
        // Where a text is possible the text is meant: `path=42` names a file.
        if types.contains("string") { return .string(text) }
        do {
            return try JSON(parsing: text)
        } catch {
            throw CommandError(
                "the argument `\(key)` has to be of type \(types.joined(separator: " or ")); `\(text)` is no JSON: "
                    + error.message, remedy: example(text, of: key, types, schema).map { "write `\($0)`" })
        }
    }

    /// What may have been meant, as a shell takes it; nil if nobody can tell.
    private static func example(_ text: String, of key: String, _ types: [String], _ schema: JSON) -> String? {
        let property = schema["properties"]?[key]
        let value: String
        if types.contains("array") {
            let parts = text.split(separator: ",").map { JSON.string(String($0)) }
            let isOfTexts = property?["items"]?["type"].map { $0 == "string" } ?? true
            value = isOfTexts ? JSON.array(parts).encodedString() : "[…]"
        } else if types.contains("object") {
            value = "{\"KEY\": …}"
        } else if types.contains("boolean") {
            value = "true"
        } else if types.contains("integer") || types.contains("number") {
            value = "10"
        } else {
            return nil
        }
        return value.contains("'")
            ? nil : "\(key)=" + (value.contains(where: { "[{\"".contains($0) }) ? "'\(value)'" : value)
    }
}
