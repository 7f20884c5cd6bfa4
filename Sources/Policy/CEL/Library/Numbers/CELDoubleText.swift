/// The ways in which CEL writes a double. Infinities and NaN are `Infinity`, `-Infinity`, `NaN` in each.
enum CELDoubleText {
    /// Most decimals that `%f` and `%e` give: more than any double has that matter, and a bound on what they write.
    static let maximumPrecision = 1000

    /// `string(double)`: shortest, with an exponent below 10⁻⁴ and from 10⁶.
    static func general(_ value: Double) -> String {
        if let text = special(value) { return text }
        let decimal = DecimalDigits(shortest: value)
        let exponent = decimal.point - 1
        if value == 0 || (-4..<6).contains(exponent) { return plain(value) }
        return sign(value) + scientific(decimal, precision: decimal.digits.count - 1)
    }

    /// `%s` and `%d`: shortest, never with an exponent.
    static func plain(_ value: Double) -> String {
        if let text = special(value) { return text }
        let decimal = DecimalDigits(shortest: value)
        return sign(value) + fixed(decimal, precision: max(0, decimal.digits.count - decimal.point))
    }

    /// `%.Nf`: the exact value, rounded half to even.
    static func fixed(_ value: Double, precision: Int) -> String {
        if let text = special(value) { return text }
        let precision = min(max(0, precision), maximumPrecision)
        var decimal = DecimalDigits(exact: value)
        decimal.round(keeping: decimal.point + precision)
        return sign(value) + fixed(decimal, precision: precision)
    }

    /// `%.Ne`: the exact value, rounded half to even; the exponent has a sign and at least two digits.
    static func scientific(_ value: Double, precision: Int) -> String {
        if let text = special(value) { return text }
        let precision = min(max(0, precision), maximumPrecision)
        var decimal = DecimalDigits(exact: value)
        decimal.round(keeping: 1 + precision)
        return sign(value) + scientific(decimal, precision: precision)
    }

    private static func special(_ value: Double) -> String? {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return nil
    }

    private static func sign(_ value: Double) -> String { value.sign == .minus ? "-" : "" }

    private static func fixed(_ decimal: DecimalDigits, precision: Int) -> String {
        // Places count from the first digit; outside of the digits are zeros.
        let point = decimal.digits.isEmpty ? 0 : decimal.point
        let whole = point > 0 ? text(decimal, from: 0, count: point) : "0"
        return precision == 0 ? whole : whole + "." + text(decimal, from: point, count: precision)
    }

    private static func scientific(_ decimal: DecimalDigits, precision: Int) -> String {
        let exponent = decimal.digits.isEmpty ? 0 : decimal.point - 1
        let fraction = precision == 0 ? "" : "." + text(decimal, from: 1, count: precision)
        let digits = (exponent.magnitude < 10 ? "0" : "") + String(exponent.magnitude)
        return text(decimal, from: 0, count: 1) + fraction + "e" + (exponent < 0 ? "-" : "+") + digits
    }

    private static func text(_ decimal: DecimalDigits, from start: Int, count: Int) -> String {
        let places = (start..<start + count).map { place in
            decimal.digits.indices.contains(place) ? decimal.digits[place] : 0
        }
        return String(decoding: places.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    }
}
