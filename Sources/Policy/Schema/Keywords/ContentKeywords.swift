import StrictJSON

/// `contentEncoding`, `contentMediaType` and `contentSchema`: what is in a text. They assert nothing (Validation, 8.2).
enum ContentKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        for keyword in ["contentEncoding", "contentMediaType"] { _ = compiler.text(keyword, of: schema) }
        // Compiled so that nothing unknown hides in it.
        if let operand = schema["contentSchema"] { _ = compiler.compile(operand, at: "contentSchema") }
        return []
    }
}
