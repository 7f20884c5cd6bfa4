/// What one clause of a format does with its argument.
enum CELFormatClause: Hashable, Sendable {
    case string
    case decimal
    case fixed(precision: Int)
    case scientific(precision: Int)
    case binary
    case octal
    case hexadecimal(upper: Bool)

    static let defaultPrecision = 6

    /// For the message about an argument of a type that the clause does not take.
    var refusal: String {
        switch self {
        case .string:
            "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, "
                + "and timestamps"
        case .decimal: "decimal clause can only be used on integers"
        case .fixed: "fixed-point clause can only be used on doubles"
        case .scientific: "scientific clause can only be used on doubles"
        case .binary: "only integers and bools can be formatted as binary"
        case .octal: "octal clause can only be used on integers"
        case .hexadecimal: "only integers, byte buffers, and strings can be formatted as hex"
        }
    }
}
