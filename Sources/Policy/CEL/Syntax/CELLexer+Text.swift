extension CELLexer {
    /// A text or bytes with a prefix, such as `r"\d"` or `b'\xff'`; nil if an identifier starts here.
    mutating func prefixedText() throws(CELFault) -> CELValue? {
        var isRaw = false
        var isBytes = false
        for length in 0..<2 {
            switch peek(length) {
            case UInt8(ascii: "r") where !isRaw, UInt8(ascii: "R") where !isRaw: isRaw = true
            case UInt8(ascii: "b") where !isBytes, UInt8(ascii: "B") where !isBytes: isBytes = true
            default: return nil
            }
            guard let quote = peek(length + 1), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
                continue
            }
            position += length + 1
            return try text(isRaw: isRaw, isBytes: isBytes)
        }
        return nil
    }

    /// From the opening quote on. Three quotes open a text that may hold line feeds.
    mutating func text(isRaw: Bool, isBytes: Bool) throws(CELFault) -> CELValue {
        let start = position
        guard let quote = peek() else { throw .syntax(at: start, "a text was expected") }
        let isLong = peek(1) == quote && peek(2) == quote
        position += isLong ? 3 : 1
        var content: [UInt8] = []
        while true {
            guard let byte = peek() else { throw .syntax(at: start, "the text is never closed") }
            if byte == quote, !isLong || peek(1) == quote && peek(2) == quote {
                position += isLong ? 3 : 1
                break
            }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r"), !isLong {
                throw .syntax(at: start, "the text is not closed on its line", remedy: "write `\\n`, or three quotes")
            }
            if byte == UInt8(ascii: "\\"), !isRaw {
                try escape(isBytes: isBytes, into: &content)
            } else {
                content.append(byte)
                position += 1
            }
        }
        if isBytes { return .bytes(content) }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw .syntax(at: start, "the text is not valid UTF-8")
        }
        return .string(text)
    }

    private static let simpleEscapes: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A,
        UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09, UInt8(ascii: "v"): 0x0B, UInt8(ascii: "\\"): 0x5C,
        UInt8(ascii: "?"): 0x3F, UInt8(ascii: "\""): 0x22, UInt8(ascii: "'"): 0x27, UInt8(ascii: "`"): 0x60,
    ]

    private mutating func escape(isBytes: Bool, into content: inout [UInt8]) throws(CELFault) {
        let start = position
        position += 1
        guard let letter = peek() else { throw .syntax(at: start, "the text is never closed") }
        if let byte = Self.simpleEscapes[letter] {
            position += 1
            content.append(byte)
            return
        }
        let value: UInt32
        switch letter {
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            position += 1
            value = try digits(2, radix: 16, from: start)
        case UInt8(ascii: "u") where !isBytes:
            position += 1
            value = try digits(4, radix: 16, from: start)
        case UInt8(ascii: "U") where !isBytes:
            position += 1
            value = try digits(8, radix: 16, from: start)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            value = try digits(3, radix: 8, from: start)
        default:
            throw .syntax(
                at: start, "there is no such escape sequence",
                remedy: "for a backslash write `\\\\`, or a raw text such as `r\"\\d\"`")
        }
        // In bytes an escape is a byte; in a text it is a code point.
        if isBytes {
            content.append(UInt8(truncatingIfNeeded: value))
        } else {
            guard let scalar = UnicodeScalar(value) else { throw .syntax(at: start, "this is no Unicode code point") }
            content += Array(String(Character(scalar)).utf8)
        }
    }

    private mutating func digits(_ count: Int, radix: UInt32, from start: Int) throws(CELFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = peek().flatMap(Self.hexValue), digit < radix else {
                throw .syntax(at: start, "the escape sequence needs \(count) digits")
            }
            value = value * radix + digit
            position += 1
        }
        return value
    }
}
