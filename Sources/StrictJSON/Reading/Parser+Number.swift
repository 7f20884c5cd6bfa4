extension Parser {
    /// Longest number that is read. The shortest exact text of a double needs up to 1,079 characters; what is longer
    /// is not data.
    private static let longestNumber = 1200

    /// Powers of ten that a double holds exactly.
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    mutating func number() throws(ParseFailure) -> JSON {
        let start = position
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        var mantissa: UInt64 = 0
        var isExact = true
        let integerStart = position
        let integerDigits = digits(into: &mantissa, &isExact)
        guard integerDigits > 0 else { throw malformed() }
        if integerDigits > 1, bytes[integerStart] == UInt8(ascii: "0") {
            throw ParseFailure(.invalidNumber, at: integerStart)
        }

        var isInteger = true
        var exponent = 0
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            let fractionDigits = digits(into: &mantissa, &isExact)
            guard fractionDigits > 0 else { throw malformed() }
            exponent -= fractionDigits
            isInteger = false
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            exponent += try writtenExponent()
            isInteger = false
        }
        guard position - start <= Parser.longestNumber else { throw ParseFailure(.numberOutOfRange, at: start) }

        if isInteger, isExact, let integer = Parser.integer(mantissa, isNegative) { return .integer(integer) }
        return .number(try double(start, isNegative, isExact ? mantissa : nil, exponent))
    }

    /// Nil for what 64 bits do not hold, and for -0, which only a double has.
    private static func integer(_ magnitude: UInt64, _ isNegative: Bool) -> Int64? {
        guard isNegative else { return Int64(exactly: magnitude) }
        guard magnitude > 0, magnitude <= UInt64(Int64.max) + 1 else { return nil }
        return Int64(truncatingIfNeeded: 0 &- magnitude)
    }

    /// Consumes digits and says how many. `isExact` becomes false if `mantissa` does not hold them all.
    @inline(__always)
    private mutating func digits(into mantissa: inout UInt64, _ isExact: inout Bool) -> Int {
        let start = position
        while position < bytes.count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            if overflow || carry { isExact = false }
            mantissa = sum
            position += 1
        }
        return position - start
    }

    private mutating func writtenExponent() throws(ParseFailure) -> Int {
        position += 1
        var isNegative = false
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
            isNegative = bytes[position] == UInt8(ascii: "-")
            position += 1
        }
        var magnitude: UInt64 = 0
        var isExact = true
        guard digits(into: &magnitude, &isExact) > 0 else { throw malformed() }
        let bounded = isExact ? Int(min(magnitude, 1_000_000)) : 1_000_000
        return isNegative ? -bounded : bounded
    }

    /// Exact where both the digits and the power of ten are doubles (Clinger's fast path: one correctly rounded
    /// operation); everything else is rounded correctly by the standard library.
    private func double(
        _ start: Int, _ isNegative: Bool, _ mantissa: UInt64?, _ exponent: Int
    ) throws(ParseFailure) -> Double {
        if let mantissa, mantissa <= 1 << 53, abs(exponent) < Parser.powers.count {
            let digits = Double(mantissa)
            let value = exponent < 0 ? digits / Parser.powers[-exponent] : digits * Parser.powers[exponent]
            return isNegative ? -value : value
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else { throw ParseFailure(.numberOutOfRange, at: start) }
        return value
    }

    private func malformed() -> ParseFailure {
        ParseFailure(position < bytes.count ? .invalidNumber : .unexpectedEnd, at: position)
    }
}
