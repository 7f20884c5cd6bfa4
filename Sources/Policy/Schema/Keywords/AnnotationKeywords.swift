import Diagnostics
import StrictJSON

/// Keywords that say something to people and assert nothing. `format` is one of them in draft 2020-12, unless a dialect
/// asks for more.
enum AnnotationKeywords: KeywordFamily {
    static let keywords: Set<String> = [
        "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "format", "$comment",
        "$schema", "$id",
    ]

    private static let dialect = "https://json-schema.org/draft/2020-12/schema"

    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        for keyword in ["title", "description", "format", "$comment", "$schema", "$id"] {
            guard let operand = schema[keyword], operand.stringValue == nil else { continue }
            compiler.refuseOperand(keyword, expected: "a string", found: operand)
        }
        for keyword in ["deprecated", "readOnly", "writeOnly"] {
            guard let operand = schema[keyword], operand.boolValue == nil else { continue }
            compiler.refuseOperand(keyword, expected: "true or false", found: operand)
        }
        if let operand = schema["examples"], operand.arrayValue == nil {
            compiler.refuseOperand("examples", expected: "an array", found: operand)
        }
        if let dialect = schema["$schema"]?.stringValue { check(dialect, &compiler) }
        // An identifier changes what references mean, and there are none; beneath the root it starts a new document.
        if schema["$id"] != nil, !compiler.isRoot {
            compiler.refuse(at: "$id", "unknown-keyword", "the keyword `$id` is implemented at the root only")
        }
        return []
    }

    private static func check(_ dialect: String, _ compiler: inout SchemaCompiler) {
        if !compiler.isRoot {
            compiler.refuse(at: "$schema", "unknown-keyword", "the keyword `$schema` is implemented at the root only")
        } else if dialect != Self.dialect, dialect != Self.dialect + "#" {
            compiler.refuse(
                at: "$schema", "unknown-dialect", "the dialect \(VisibleText.quoted(dialect)) is not implemented",
                remedy: "write the schema in \(Self.dialect)")
        }
    }
}
