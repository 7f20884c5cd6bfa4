/// A format as `string.format` reads it: text, and clauses that take the arguments in turn.
struct CELFormat: Hashable, Sendable {
    enum Piece: Hashable, Sendable {
        case text(String)
        /// Takes the next argument.
        case clause(CELFormatClause)
    }

    let pieces: [Piece]

    /// Reads `%s`, `%d`, `%.2f` and the like; `%%` is a percent sign.
    init(parsing format: String) throws(CELFunctionError) {
        var pieces: [Piece] = []
        var text: [UInt8] = []
        var rest = format.utf8[...]
        while let byte = rest.popFirst() {
            if byte != UInt8(ascii: "%") {
                text.append(byte)
            } else if rest.first == UInt8(ascii: "%") {
                rest.removeFirst()
                text.append(byte)
            } else {
                if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
                text = []
                pieces.append(.clause(try Self.clause(&rest)))
            }
        }
        if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
        self.pieces = pieces
    }

    /// How many arguments it takes.
    var argumentCount: Int {
        pieces.count {
            if case .clause = $0 { true } else { false }
        }
    }

    private static func clause(_ rest: inout Substring.UTF8View) throws(CELFunctionError) -> CELFormatClause {
        var precision: Int?
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(digits.count)
            guard (1...4).contains(digits.count), let number = Int(String(decoding: digits, as: UTF8.self)),
                number <= CELDoubleText.maximumPrecision
            else {
                throw CELFunctionError(
                    "could not parse formatting clause: the precision is not a number up to "
                        + "\(CELDoubleText.maximumPrecision)")
            }
            precision = number
        }
        guard let letter = rest.popFirst() else {
            throw CELFunctionError("could not parse formatting clause: unexpected end of the format")
        }
        switch letter {
        case UInt8(ascii: "f"): return .fixed(precision: precision ?? CELFormatClause.defaultPrecision)
        case UInt8(ascii: "e"): return .scientific(precision: precision ?? CELFormatClause.defaultPrecision)
        case _ where precision != nil:
            throw CELFunctionError("could not parse formatting clause: only `%f` and `%e` take a precision")
        case UInt8(ascii: "s"): return .string
        case UInt8(ascii: "d"): return .decimal
        case UInt8(ascii: "b"): return .binary
        case UInt8(ascii: "o"): return .octal
        case UInt8(ascii: "x"): return .hexadecimal(upper: false)
        case UInt8(ascii: "X"): return .hexadecimal(upper: true)
        default:
            let name = letter < 0x80 ? String(UnicodeScalar(letter)) : "\u{FFFD}"
            throw CELFunctionError(
                "could not parse formatting clause: unrecognized formatting clause \(CELFunctionError.quoted(name))")
        }
    }
}
