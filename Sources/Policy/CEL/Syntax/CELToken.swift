/// One word of a source.
struct CELToken: Sendable {
    let offset: Int
    let kind: Kind

    enum Kind: Sendable {
        case literal(CELValue)
        /// A number without its sign: `-9223372036854775808` is one literal, which the parser puts together.
        case magnitude(UInt64)
        case identifier(String)
        /// An identifier in backticks: only the name of a field.
        case quoted(String)
        case symbol(Symbol)
        case end
    }

    enum Symbol: String, Sendable, CaseIterable {
        case and = "&&"
        case or = "||"
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case greater = ">"
        case not = "!"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divide = "/"
        case modulo = "%"
        case dot = "."
        case comma = ","
        case colon = ":"
        case question = "?"
        case openParenthesis = "("
        case closeParenthesis = ")"
        case openBracket = "["
        case closeBracket = "]"
        case openBrace = "{"
        case closeBrace = "}"

        /// Longest first, so that `<=` is not taken for `<`.
        static let byLength = allCases.sorted { $0.rawValue.utf8.count > $1.rawValue.utf8.count }
    }
}
