/// One segment of a path, in the canonical form of RFC 3986, 6.2.2: unreserved characters as they are, everything else
/// that is not a delimiter of the segment's own percent-encoded in upper case.
enum PathSegment {
    /// - Parameter isPattern: A `*` is a pattern's, and stays one; in a path it becomes `%2A`.
    static func canonical(_ bytes: ArraySlice<UInt8>, isPattern: Bool) throws(PathRefusal) -> String {
        var text: [UInt8] = []
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                try require(byte, isEncoded: false)
                decoded.append(byte)
                append(byte, isPattern && byte == star ? true : isPlain(byte), to: &text)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                throw PathRefusal("holds a `%` that begins no code")
            }
            let value = high << 4 | low
            try require(value, isEncoded: true)
            decoded.append(value)
            append(value, isUnreserved(value), to: &text)
        }
        try requireOnce(text)
        guard String(validating: decoded, as: UTF8.self) != nil else { throw PathRefusal("is not UTF-8") }
        // Some servers drop what follows a `;` before they look for dots.
        let name = decoded.prefix { $0 != UInt8(ascii: ";") }
        if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) {
            throw PathRefusal("holds a segment of dots")
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let star = UInt8(ascii: "*")

    /// What no segment may hold, whether it stands there or is encoded: servers, their proxies and their file systems
    /// take it for something else than a part of a name.
    private static func require(_ byte: UInt8, isEncoded: Bool) throws(PathRefusal) {
        let how = isEncoded ? "a percent-encoded " : "a "
        switch byte {
        case 0: throw PathRefusal("holds \(how)NUL")
        case 1..<0x20, 0x7F: throw PathRefusal("holds \(how)control character")
        case UInt8(ascii: "/"): throw PathRefusal("holds a percent-encoded slash")
        case UInt8(ascii: "\\"): throw PathRefusal("holds \(how)backslash")
        case 0x20 where !isEncoded: throw PathRefusal("holds a space")
        case UInt8(ascii: "#") where !isEncoded, UInt8(ascii: "?") where !isEncoded:
            throw PathRefusal("holds a `\(Character(UnicodeScalar(byte)))`")
        case 0x80... where !isEncoded: throw PathRefusal("holds a character beyond ASCII")
        default: return
        }
    }

    private static func append(_ byte: UInt8, _ isPlain: Bool, to text: inout [UInt8]) {
        if isPlain { return text.append(byte) }
        text.append(UInt8(ascii: "%"))
        text.append(hexadecimal[Int(byte >> 4)])
        text.append(hexadecimal[Int(byte & 15)])
    }

    static let hexadecimal = Array("0123456789ABCDEF".utf8)

    /// Attack: who decodes twice finds what one decoding hides, as `%252f` and `%25%32%66` hide a slash.
    ///
    /// - Parameter text: In canonical form, so that hexadecimal digits stand there as they are.
    private static func requireOnce(_ text: [UInt8]) throws(PathRefusal) {
        for place in text.indices.dropLast(4) where text[place...].starts(with: "%25".utf8) {
            guard let high = digit(text[place + 3]), let low = digit(text[place + 4]) else { continue }
            if isHiding(high << 4 | low) { throw PathRefusal("is percent-encoded twice") }
        }
    }

    private static func isHiding(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F || "/\\.%".utf8.contains(byte)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }

    /// Unreserved, or a delimiter that RFC 3986 lets stand in a segment; but `*`, which is a pattern's.
    private static func isPlain(_ byte: UInt8) -> Bool { isUnreserved(byte) || "!$&'()+,;=:@".utf8.contains(byte) }
}
