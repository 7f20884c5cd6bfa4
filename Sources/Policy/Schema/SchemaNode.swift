import StrictJSON

/// One schema among those of a `SchemaProgram`. Schemas name each other by place, so that they may form cycles.
struct SchemaReference: Hashable, Sendable {
    let index: Int
}

/// A compiled schema object, or `true` or `false`.
enum SchemaNode: Sendable {
    case always
    case never
    case keywords([any SchemaKeyword])
    /// The same, and one of the keywords asks which members and elements the others have looked at. It comes last.
    case tracking([any SchemaKeyword])
}

/// A keyword, or several that only mean something together, with its operands compiled.
protocol SchemaKeyword: Sendable {
    /// True if the value satisfies the keyword. If not, and if the validation collects, each thing that is wrong was
    /// reported with `SchemaValidation.fail`; if it does not collect, the first may end the check.
    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool

    /// Adds what the keyword says about the structure of values. Most say nothing.
    func describe(_ outline: inout SchemaOutline)
}

extension SchemaKeyword {
    func describe(_ outline: inout SchemaOutline) {}
}

/// Keywords that are compiled together.
protocol KeywordFamily: Sendable {
    /// Compiles the family's keywords of one schema object. What is wrong is reported to the compiler.
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword]
}
