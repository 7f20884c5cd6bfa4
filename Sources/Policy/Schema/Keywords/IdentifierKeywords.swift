import Diagnostics
import StrictJSON

/// `$schema`, `$id`, `$anchor`, `$dynamicAnchor` and `$vocabulary`: names for references, which the library took in
/// before. Here only their operands and places are checked.
enum IdentifierKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        for keyword in ["$id", "$anchor", "$dynamicAnchor"] { _ = compiler.text(keyword, of: schema) }
        if let name = compiler.text("$schema", of: schema), !compiler.isResourceRoot {
            check(dialect: name, &compiler)
        }
        if let operand = schema["$vocabulary"] {
            let flags = operand.objectValue?.allSatisfy { $0.value.boolValue != nil }
            if flags != true {
                compiler.refuseOperand("$vocabulary", expected: "an object of true and false", found: operand)
            }
        }
        return []
    }

    /// Core, 8.1.1: only where a resource starts. Generators of schemas repeat it elsewhere, which changes nothing if it
    /// is the same.
    private static func check(dialect name: String, _ compiler: inout SchemaCompiler) {
        let isSame = URIReference(name).document == compiler.dialect.uri
        if isSame, compiler.options.unknownKeywords == .annotate { return }
        compiler.refuse(
            at: "$schema", "misplaced-dialect", "`$schema` stands where no schema with an `$id` starts",
            remedy: "declare the dialect at the root of the schema only")
    }
}
