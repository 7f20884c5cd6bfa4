extension CELValue {
    /// The text that a clause makes of this value, of at most `maximumBytes`. What has parts is the evaluator's to write.
    func formatted(_ clause: CELFormatClause, maximumBytes: Int) throws(CELFunctionError) -> String {
        guard let text = try text(clause, maximumBytes) else {
            throw CELFunctionError("error during formatting: \(clause.refusal), was given \(typeName)")
        }
        if text.utf8.count > maximumBytes { throw .tooLong(maximumBytes) }
        return text
    }

    /// Nil for a type that the clause does not take.
    private func text(_ clause: CELFormatClause, _ maximumBytes: Int) throws(CELFunctionError) -> String? {
        switch clause {
        case .string:
            return try string()
        case .decimal:
            switch self {
            case .int(let value): return String(value)
            case .uint(let value): return String(value)
            case .double(let value): return CELDoubleText.plain(value)
            default: return nil
            }
        case .fixed(let precision):
            return double.map { CELDoubleText.fixed($0, precision: precision) }
        case .scientific(let precision):
            return double.map { CELDoubleText.scientific($0, precision: precision) }
        case .binary:
            if case .bool(let value) = self { return value ? "1" : "0" }
            return integer(radix: 2)
        case .octal:
            return integer(radix: 8)
        case .hexadecimal(let upper):
            return try hexadecimal(upper: upper, maximumBytes)
        }
    }

    /// `%s`.
    private func string() throws(CELFunctionError) -> String? {
        switch self {
        case .null: "null"
        case .bool(let value): CELConversion.string(value)
        case .int(let value): String(value)
        case .uint(let value): String(value)
        case .double(let value): CELDoubleText.plain(value)
        case .string(let value): value
        case .bytes(let value): try CELConversion.string(value)
        case .duration(let value): value.text
        case .timestamp(let value): value.text
        case .type(let name): name
        case .list, .map, .optional, .address, .network: nil
        }
    }

    /// The number that `%f` and `%e` write.
    private var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// With a minus sign if it is negative.
    private func integer(radix: Int, upper: Bool = false) -> String? {
        switch self {
        case .int(let value): String(value, radix: radix, uppercase: upper)
        case .uint(let value): String(value, radix: radix, uppercase: upper)
        default: nil
        }
    }

    /// Of a text and of bytes, each byte in two digits.
    private func hexadecimal(upper: Bool, _ maximumBytes: Int) throws(CELFunctionError) -> String? {
        let bytes: [UInt8]
        switch self {
        case .string(let value): bytes = Array(value.utf8)
        case .bytes(let value): bytes = value
        default: return integer(radix: 16, upper: upper)
        }
        if bytes.count > maximumBytes / 2 { throw .tooLong(maximumBytes) }
        let digits = Array((upper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
