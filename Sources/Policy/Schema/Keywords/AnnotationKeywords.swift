import StrictJSON

/// Keywords that say something to people and assert nothing.
enum AnnotationKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        for keyword in ["title", "description", "$comment"] { _ = compiler.text(keyword, of: schema) }
        for keyword in ["deprecated", "readOnly", "writeOnly"] {
            guard let operand = schema[keyword], operand.boolValue == nil else { continue }
            compiler.refuseOperand(keyword, expected: "true or false", found: operand)
        }
        if let operand = schema["examples"], operand.arrayValue == nil {
            compiler.refuseOperand("examples", expected: "an array", found: operand)
        }
        return []
    }
}
