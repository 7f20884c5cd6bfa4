/// Numbers as `Number.prototype.toString` of ECMAScript writes them, which RFC 8785 (section 3.2.2.3) prescribes.
enum ECMAScriptNumber {
    /// The text of a finite number.
    static func text(_ value: Double) -> String {
        if value == 0 { return "0" }  // -0 too.
        let (digits, point) = shortestDigits(value.magnitude)
        let sign = value < 0 ? "-" : ""
        let count = digits.utf8.count
        switch point {
        case count...21 where count <= 21:
            return sign + digits + String(repeating: "0", count: point - count)
        case 1...21:
            let split = digits.utf8.index(digits.startIndex, offsetBy: point)
            return sign + digits[..<split] + "." + digits[split...]
        case -5...0:
            return sign + "0." + String(repeating: "0", count: -point) + digits
        default:
            let exponent = point - 1
            let first = digits.prefix(1)
            let rest = digits.dropFirst()
            return sign + first + (rest.isEmpty ? "" : "." + rest) + "e" + (exponent < 0 ? "-" : "+")
                + String(exponent.magnitude)
        }
    }

    /// The fewest digits that read back as the same double, nearest to it among those, and where the point stands:
    /// the value is 0.DIGITS × 10^point. The standard library's description has the same digits in another layout.
    private static func shortestDigits(_ value: Double) -> (digits: String, point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        var description = value.description.utf8[...]
        if let mark = description.firstIndex(of: UInt8(ascii: "e")) {
            exponent = Int(Substring(description[description.index(after: mark)...])) ?? 0
            description = description[..<mark]
        }
        for byte in description {
            if byte == UInt8(ascii: ".") { point = digits.count } else { digits.append(byte) }
        }
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        let position = (point ?? digits.count) + exponent - leading
        digits.removeFirst(leading)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (String(decoding: digits, as: UTF8.self), position)
    }
}
