import StrictJSON

/// What a YAML scalar without quotes means by the core schema of YAML 1.2.2, section 10.3.2. Nothing of YAML 1.1:
/// `no`, `on`, `0b1`, `1_000`, `12:30:00`, `2027-06-01`, `<<` and `=` are texts, `0777` is 777.
enum CoreSchema {
    enum Resolution {
        case value(JSON)
        /// JSON has no such value: `.inf`, `.nan`, or a number beyond the doubles.
        case notRepresentable
    }

    static func resolve(_ text: String) -> Resolution {
        switch text {
        case "", "~", "null", "Null", "NULL": return .value(.null)
        case "true", "True", "TRUE": return .value(.bool(true))
        case "false", "False", "FALSE": return .value(.bool(false))
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN":
            return .notRepresentable
        default: return number(text) ?? .value(.string(text))
        }
    }

    private static func number(_ text: String) -> Resolution? {
        let bytes = Array(text.utf8)
        if bytes.starts(with: Array("0o".utf8)) || bytes.starts(with: Array("0x".utf8)) {
            return prefixed(bytes)
        }
        guard let form = decimalForm(bytes) else { return nil }
        if form == .integer, let integer = Int64(text) {
            // `-0` stays a double, as in JSON.
            return .value(integer == 0 && bytes[0] == UInt8(ascii: "-") ? .number(-0.0) : .integer(integer))
        }
        guard let double = Double(text), double.isFinite else { return .notRepresentable }
        return .value(.number(double))
    }

    /// `0o17` and `0xFF`, without a sign.
    private static func prefixed(_ bytes: [UInt8]) -> Resolution? {
        let radix: UInt8 = bytes[1] == UInt8(ascii: "x") ? 16 : 8
        let digits = bytes.dropFirst(2)
        guard !digits.isEmpty else { return nil }
        var value: Int64 = 0
        var overflow = false
        for byte in digits {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, digit < radix else { return nil }
            let (shifted, high) = value.multipliedReportingOverflow(by: Int64(radix))
            let (sum, carry) = shifted.addingReportingOverflow(Int64(digit))
            overflow = overflow || high || carry
            value = sum
        }
        return overflow ? .notRepresentable : .value(.integer(value))
    }

    private enum Form { case integer, float }

    /// `[-+]?[0-9]+`, or `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
    private static func decimalForm(_ bytes: [UInt8]) -> Form? {
        var rest = bytes[...]
        func isSign(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }
        func digits() -> Int {
            let run = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(run.count)
            return run.count
        }
        if isSign(rest.first) { rest = rest.dropFirst() }
        let whole = digits()
        if rest.isEmpty { return whole > 0 ? .integer : nil }
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = digits()
        }
        guard whole + fraction > 0 else { return nil }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if isSign(rest.first) { rest = rest.dropFirst() }
            guard digits() > 0 else { return nil }
        }
        return rest.isEmpty ? .float : nil
    }
}
