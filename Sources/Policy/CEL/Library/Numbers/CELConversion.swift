/// Conversions between numbers, texts, bytes and booleans: `int(x)`, `uint(x)`, `double(x)`, `bool(x)`, `bytes(x)`,
/// `string(x)`. What would lose more than a fraction is an error. Those of time are at `CELTimestamp` and `CELDuration`.
enum CELConversion {
    /// The longest text of a number that is read: the exact value of a double has some 1,080 characters.
    private static let maximumLength = 2048

    static func int(_ value: UInt64) throws(CELFunctionError) -> Int64 {
        guard let result = Int64(exactly: value) else { throw outOfRange("int", value) }
        return result
    }

    /// Cut towards zero. Both ends are open: -2⁶³ as a double may have been rounded to.
    static func int(_ value: Double) throws(CELFunctionError) -> Int64 {
        guard value > -0x1p63, value < 0x1p63 else { throw outOfRange("int", value) }
        return Int64(value)
    }

    /// Decimal digits after a sign or none.
    static func int(_ text: String) throws(CELFunctionError) -> Int64 {
        guard text.utf8.count <= maximumLength, let value = Int64(text) else { throw malformed("int", text) }
        return value
    }

    static func uint(_ value: Int64) throws(CELFunctionError) -> UInt64 {
        guard let result = UInt64(exactly: value) else { throw outOfRange("uint", value) }
        return result
    }

    /// Cut towards zero; what is negative is an error, however small.
    static func uint(_ value: Double) throws(CELFunctionError) -> UInt64 {
        guard value >= 0, value < 0x1p64 else { throw outOfRange("uint", value) }
        return UInt64(value)
    }

    /// Decimal digits, without a sign.
    static func uint(_ text: String) throws(CELFunctionError) -> UInt64 {
        guard text.utf8.count <= maximumLength, let first = text.utf8.first,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first), let value = UInt64(text)
        else { throw malformed("uint", text) }
        return value
    }

    /// Rounded to the nearest.
    static func double(_ value: Int64) -> Double { Double(value) }
    static func double(_ value: UInt64) -> Double { Double(value) }

    /// A decimal number with a fraction and an exponent if need be, `NaN`, `Infinity` or `Inf` with a sign. What is too
    /// large for a double is an error, not infinity; hexadecimal is not taken.
    static func double(_ text: String) throws(CELFunctionError) -> Double {
        guard text.utf8.count <= maximumLength else { throw malformed("double", text) }
        switch text {
        case "NaN": return .nan
        case "Infinity", "+Infinity", "Inf", "+Inf": return .infinity
        case "-Infinity", "-Inf": return -.infinity
        default: break
        }
        guard isDecimal(text.utf8[...]), let value = Double(text) else { throw malformed("double", text) }
        guard value.isFinite else {
            throw CELFunctionError("range error: \(CELFunctionError.quoted(text)) as a double")
        }
        return value
    }

    static func bool(_ text: String) throws(CELFunctionError) -> Bool {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": return true
        case "0", "f", "F", "false", "FALSE", "False": return false
        default: throw malformed("bool", text)
        }
    }

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func string(_ value: Bool) -> String { value ? "true" : "false" }
    static func string(_ value: Int64) -> String { String(value) }
    static func string(_ value: UInt64) -> String { String(value) }
    /// The shortest text that reads back as the same number, with an exponent below 10⁻⁴ and from 10⁶: `1e+06`.
    static func string(_ value: Double) -> String { CELDoubleText.general(value) }

    /// Bytes that are not UTF-8 are an error: nothing is replaced.
    static func string(_ bytes: [UInt8]) throws(CELFunctionError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CELFunctionError("invalid UTF-8 in bytes")
        }
        return text
    }

    /// `1`, `1.`, `.5`, `-1.5e-3`.
    private static func isDecimal(_ text: Substring.UTF8View) -> Bool {
        var rest = text
        func skipDigits() -> Int {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(digits.count)
            return digits.count
        }
        func skip(_ marks: Unicode.Scalar...) -> Bool {
            guard let first = rest.first, marks.contains(where: { UInt8(ascii: $0) == first }) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = skip("+", "-")
        var digits = skipDigits()
        if skip(".") { digits += skipDigits() }
        if digits == 0 { return false }
        if skip("e", "E") {
            _ = skip("+", "-")
            if skipDigits() == 0 { return false }
        }
        return rest.isEmpty
    }

    private static func outOfRange(_ type: String, _ value: some CustomStringConvertible) -> CELFunctionError {
        CELFunctionError("range error: \(value) as \(type)")
    }

    private static func malformed(_ type: String, _ text: String) -> CELFunctionError {
        CELFunctionError("type conversion error: \(CELFunctionError.quoted(text)) as \(type)")
    }
}
