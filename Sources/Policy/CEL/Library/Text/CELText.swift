/// Functions on strings. A string is a sequence of code points: positions and sizes count those, never what a reader
/// sees as one character, and texts are equal if their code points are. Swift's own `==` takes `é` in one code point and
/// in two for equal, and so must not decide a rule.
enum CELText {
    /// `size(string)`: code points.
    static func size(_ text: String) -> Int64 { Int64(text.unicodeScalars.count) }

    /// `==`, by code points.
    static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
    }

    /// -1, 0 or 1. By code points, for which the order of the bytes is the same.
    static func compare(_ left: String, _ right: String) -> Int { compare(left.utf8, right.utf8) }

    /// Of bytes or of the UTF-8 of strings: -1, 0 or 1.
    static func compare(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> Int {
        if left.lexicographicallyPrecedes(right) { return -1 }
        return right.lexicographicallyPrecedes(left) ? 1 : 0
    }

    /// `+`.
    static func concatenate(_ left: String, _ right: String, maximumBytes: Int) throws(CELFunctionError) -> String {
        try checkLength(left.utf8.count, right.utf8.count, maximumBytes)
        return left + right
    }

    static func concatenate(_ left: [UInt8], _ right: [UInt8], maximumBytes: Int) throws(CELFunctionError) -> [UInt8] {
        try checkLength(left.count, right.count, maximumBytes)
        return left + right
    }

    static func checkLength(_ left: Int, _ right: Int, _ maximumBytes: Int) throws(CELFunctionError) {
        let (sum, overflows) = left.addingReportingOverflow(right)
        if overflows || sum > maximumBytes { throw .tooLong(maximumBytes) }
    }

    /// `charAt`: the code point there; nothing at the very end.
    static func charAt(_ text: String, _ index: Int64) throws(CELFunctionError) -> String {
        let scalars = text.unicodeScalars
        let position = try position(index, in: text)
        return position == scalars.endIndex ? "" : String(scalars[position])
    }

    /// `substring(start)`.
    static func substring(_ text: String, _ start: Int64) throws(CELFunctionError) -> String {
        String(text.unicodeScalars[try position(start, in: text)...])
    }

    /// `substring(start, end)`: the end is left out.
    static func substring(_ text: String, _ start: Int64, _ end: Int64) throws(CELFunctionError) -> String {
        let first = try position(start, in: text)
        let last = try position(end, in: text)
        guard first <= last else {
            throw CELFunctionError("invalid substring range: start \(start), end \(end)")
        }
        return String(text.unicodeScalars[first..<last])
    }

    /// The position of the code point with that number; the end for as many as there are.
    static func position(_ index: Int64, in text: String) throws(CELFunctionError) -> String.Index {
        let scalars = text.unicodeScalars
        guard index >= 0, index <= text.utf8.count,
            let position = scalars.index(scalars.startIndex, offsetBy: Int(index), limitedBy: scalars.endIndex)
        else { throw CELFunctionError("index out of range: \(index)") }
        return position
    }

    /// `lowerAscii`: other letters stay.
    static func lowerASCII(_ text: String) -> String {
        map(text) { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    /// `upperAscii`.
    static func upperASCII(_ text: String) -> String {
        map(text) { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 & ~0x20 : $0 }
    }

    private static func map(_ text: String, _ change: (UInt8) -> UInt8) -> String {
        String(decoding: text.utf8.map(change), as: UTF8.self)
    }

    /// `trim`: without the code points at both ends that have Unicode's property White_Space. Zero-width spaces have not.
    static func trim(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }

    /// `reverse`, by code points.
    static func reverse(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text.unicodeScalars.reversed())
        return String(scalars)
    }

    /// `strings.quote`: in double quotes, with what CEL escapes escaped.
    static func quote(_ text: String, maximumBytes: Int) throws(CELFunctionError) -> String {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            if let letter = escape(byte) {
                result += [UInt8(ascii: "\\"), letter]
            } else {
                result.append(byte)
            }
            if result.count > maximumBytes { throw .tooLong(maximumBytes) }
        }
        result.append(UInt8(ascii: "\""))
        if result.count > maximumBytes { throw .tooLong(maximumBytes) }
        return String(decoding: result, as: UTF8.self)
    }

    /// The letter after the backslash, for a byte that is escaped.
    private static func escape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 7: UInt8(ascii: "a")
        case 8: UInt8(ascii: "b")
        case 12: UInt8(ascii: "f")
        case 10: UInt8(ascii: "n")
        case 13: UInt8(ascii: "r")
        case 9: UInt8(ascii: "t")
        case 11: UInt8(ascii: "v")
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): byte
        default: nil
        }
    }
}
