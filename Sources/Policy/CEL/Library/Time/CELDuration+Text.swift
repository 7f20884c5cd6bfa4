extension CELDuration {
    private static let maximumLength = 128

    /// `duration(string)`: a sign, then decimal numbers each with its unit, `1h30m`, `1.5s`, `-2ms`; `0` needs none.
    /// Units: h, m, s, ms, us (or µs), ns. What is finer than a nanosecond is refused: nothing is rounded.
    init(parsing text: String) throws(CELFunctionError) {
        guard text.utf8.count <= Self.maximumLength else { throw Self.malformed(text) }
        var rest = text.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        guard !rest.isEmpty else { throw Self.malformed(text) }
        var total: Int128 = 0
        if !rest.elementsEqual("0".utf8) {
            while !rest.isEmpty {
                total += try Self.component(&rest, of: text)
                _ = try CELDuration(totalNanoseconds: total)
            }
        }
        try self.init(totalNanoseconds: isNegative ? -total : total)
    }

    /// `1.5h`, in nanoseconds.
    private static func component(_ rest: inout Substring.UTF8View, of text: String) throws(CELFunctionError) -> Int128
    {
        let whole = digits(&rest)
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = digits(&rest)
        }
        guard whole.count + fraction.count > 0, let unit = unit(&rest) else { throw malformed(text) }
        // 18 digits of at most an hour in nanoseconds stay below 2¹²⁷.
        guard whole.count <= 18, fraction.count <= 18 else { throw malformed(text) }
        let wholes = number(whole) * unit
        let parts = number(fraction) * unit
        let scale = fraction.reduce(Int128(1)) { scale, _ in scale * 10 }
        guard parts % scale == 0 else {
            throw CELFunctionError("duration \(CELFunctionError.quoted(text)) is finer than a nanosecond")
        }
        return wholes + parts / scale
    }

    private static func digits(_ rest: inout Substring.UTF8View) -> Substring.UTF8View {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest.dropFirst(digits.count)
        return digits
    }

    private static func number(_ digits: Substring.UTF8View) -> Int128 {
        digits.reduce(0) { $0 * 10 + Int128($1 - UInt8(ascii: "0")) }
    }

    /// The nanoseconds of the unit that the text goes on with.
    private static func unit(_ rest: inout Substring.UTF8View) -> Int128? {
        // `ms` before `m`. Micro is written with the micro sign or with the Greek letter.
        let units: [(String, Int128)] = [
            ("ms", 1_000_000), ("us", 1000), ("\u{B5}s", 1000), ("\u{3BC}s", 1000), ("ns", 1), ("s", 1_000_000_000),
            ("m", 60_000_000_000), ("h", 3_600_000_000_000),
        ]
        for (name, nanoseconds) in units where rest.starts(with: name.utf8) {
            rest = rest.dropFirst(name.utf8.count)
            return nanoseconds
        }
        return nil
    }

    private static func malformed(_ text: String) -> CELFunctionError {
        CELFunctionError("\(CELFunctionError.quoted(text)) is not a duration: write it as `1h30m` or `1.5s`")
    }

    /// `string(duration)`: seconds with as many decimals as they need, `5400s`, `-0.002s`.
    var text: String {
        let sign = seconds < 0 || nanoseconds < 0 ? "-" : ""
        return "\(sign)\(seconds.magnitude)\(Self.fraction(nanoseconds.magnitude))s"
    }

    /// `.5` for 500,000,000 nanoseconds, nothing for none.
    static func fraction(_ nanoseconds: UInt32) -> String {
        if nanoseconds == 0 { return "" }
        var digits = String(nanoseconds)
        digits = String(repeating: "0", count: max(0, 9 - digits.utf8.count)) + digits
        while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
        return "." + digits
    }
}
