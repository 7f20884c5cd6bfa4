extension Writer {
    /// A string as RFC 8785 (section 3.2.2.2) writes it: the two-character escapes where there are some, `\u00xx` in
    /// lower case for other control characters, everything else as it is.
    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let isContiguous: Void? = text.utf8.withContiguousStorageIfAvailable { escaped($0) }
        if isContiguous == nil { Array(text.utf8).withUnsafeBufferPointer { escaped($0) } }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var index = 0
        while index < text.count {
            index = PlainText.end(in: text, from: index)
            // Bytes of longer sequences stop a plain run, but are written as they are.
            while index < text.count, text[index] >= 0x80 { index += 1 }
            guard index < text.count, let escape = Writer.escape(text[index]) else { continue }
            bytes.append(contentsOf: text[start..<index])
            word(escape)
            if text[index] < 0x20, escape.utf8CodeUnitCount == 4 {
                bytes.append(Writer.hexadecimal(text[index] >> 4))
                bytes.append(Writer.hexadecimal(text[index] & 0xF))
            }
            index += 1
            start = index
        }
        bytes.append(contentsOf: text[start...])
    }

    /// The escape of a byte that needs one; for most control characters its first four characters.
    private static func escape(_ byte: UInt8) -> StaticString? {
        switch byte {
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case 0x08: "\\b"
        case 0x09: "\\t"
        case 0x0A: "\\n"
        case 0x0C: "\\f"
        case 0x0D: "\\r"
        case ..<0x20: "\\u00"
        default: nil
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
