extension Parser {
    /// A key: a string that leaves its fingerprint behind.
    mutating func key() throws(ParseFailure) -> String {
        let start = position + 1
        scratch.removeAll(keepingCapacity: true)
        let key = try string()
        if scratch.isEmpty {
            fingerprint = Fingerprint.of(UnsafeBufferPointer(rebasing: bytes[start..<position - 1]))
        } else {
            fingerprint = scratch.withUnsafeBufferPointer { Fingerprint.of($0) }
        }
        return key
    }

    /// The string whose opening quote stands at `position`.
    mutating func string() throws(ParseFailure) -> String {
        let start = position + 1
        var isASCII = true
        position = start
        while true {
            position = PlainText.end(in: bytes, from: position)
            guard position < bytes.count else { throw ParseFailure(.unexpectedEnd, at: position) }
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let text = UnsafeBufferPointer(rebasing: bytes[start..<position])
                position += 1
                return Parser.text(text, isASCII: isASCII)
            }
            if byte == UInt8(ascii: "\\") { return try stringWithEscapes(from: start) }
            guard byte >= 0x80 else { throw ParseFailure(.controlCharacter, at: position) }
            isASCII = false
            position += try UTF8Sequence.length(in: bytes, at: position)
        }
    }

    /// The rest of a string that holds an escape: `position` is at the first, what precedes it is checked.
    private mutating func stringWithEscapes(from start: Int) throws(ParseFailure) -> String {
        scratch.removeAll(keepingCapacity: true)
        var pieceStart = start
        while true {
            guard position < bytes.count else { throw ParseFailure(.unexpectedEnd, at: position) }
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                scratch.append(contentsOf: bytes[pieceStart..<position])
                position += 1
                return scratch.withUnsafeBufferPointer { Parser.text($0, isASCII: false) }
            case UInt8(ascii: "\\"):
                scratch.append(contentsOf: bytes[pieceStart..<position])
                try escape()
                pieceStart = position
            case 0x80...:
                position += try UTF8Sequence.length(in: bytes, at: position)
            case ..<0x20:
                throw ParseFailure(.controlCharacter, at: position)
            default:
                position = max(position + 1, PlainText.end(in: bytes, from: position))
            }
        }
    }

    /// Appends what the escape at `position` stands for.
    private mutating func escape() throws(ParseFailure) {
        let start = position
        position += 1
        let byte = try peek()
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(byte)
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"): try unicodeEscape(from: start)
        default: throw ParseFailure(.invalidEscape, at: start)
        }
    }

    private mutating func unicodeEscape(from start: Int) throws(ParseFailure) {
        let first = try hexadecimal(start)
        guard first & 0xF800 == 0xD800 else {
            appendUTF8(first)
            return
        }
        // A low half alone, or a high half that no low half follows, has no UTF-8: readers differ in what they make
        // of it (U+FFFD, three bytes, an error), so it is refused.
        guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw ParseFailure(.loneSurrogate, at: start) }
        position += 2
        let second = try hexadecimal(start)
        guard second & 0xFC00 == 0xDC00 else { throw ParseFailure(.loneSurrogate, at: start) }
        appendUTF8(0x10000 + ((first & 0x3FF) << 10 | (second & 0x3FF)))
    }

    private mutating func hexadecimal(_ start: Int) throws(ParseFailure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = try peek()
            let digit: UInt8 =
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
                case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
                case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
                default: throw ParseFailure(.invalidEscape, at: start)
                }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func appendUTF8(_ scalar: UInt32) {
        switch scalar {
        case ..<0x80:
            scratch.append(UInt8(scalar))
        case ..<0x800:
            scratch.append(UInt8(0xC0 | scalar >> 6))
            scratch.append(UInt8(0x80 | scalar & 0x3F))
        case ..<0x10000:
            scratch.append(UInt8(0xE0 | scalar >> 12))
            scratch.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            scratch.append(UInt8(0x80 | scalar & 0x3F))
        default:
            scratch.append(UInt8(0xF0 | scalar >> 18))
            scratch.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            scratch.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            scratch.append(UInt8(0x80 | scalar & 0x3F))
        }
    }

    /// INVARIANT: the bytes are valid UTF-8; every caller has checked them, so that they are not checked twice.
    @inline(__always)
    private static func text(_ bytes: UnsafeBufferPointer<UInt8>, isASCII: Bool) -> String {
        String(copying: UTF8Span(unchecked: bytes.span, isKnownASCII: isASCII))
    }
}
