extension CELLexer {
    /// `12`, `0x1F`, `12u`, `1.5`, `.5`, `1e3`.
    mutating func number() throws(CELFault) -> CELToken.Kind {
        let start = position
        if peek() == UInt8(ascii: "0"), peek(1) == UInt8(ascii: "x") || peek(1) == UInt8(ascii: "X") {
            position += 2
            return try integer(from: start, digits: take { Self.hexValue($0) != nil }, radix: 16)
        }
        let whole = take(Self.isDigit)
        var isDouble = false
        if peek() == UInt8(ascii: "."), peek(1).map(Self.isDigit) == true {
            isDouble = true
            position += 1
            _ = take(Self.isDigit)
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            isDouble = true
            position += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
            guard !take(Self.isDigit).isEmpty else { throw .syntax(at: start, "the number's exponent has no digits") }
        }
        guard isDouble else { return try integer(from: start, digits: whole, radix: 10) }
        guard !(peek().map(Self.isLetter) ?? false),
            let value = Double(String(decoding: bytes[start..<position], as: UTF8.self))
        else { throw .syntax(at: start, "this is no number") }
        guard value.isFinite else { throw .syntax(at: start, "the number is too large") }
        return .literal(.double(value))
    }

    private mutating func integer(
        from start: Int, digits: ArraySlice<UInt8>, radix: Int
    ) throws(CELFault) -> CELToken.Kind {
        guard !digits.isEmpty else { throw .syntax(at: start, "this is no number") }
        guard let magnitude = UInt64(String(decoding: digits, as: UTF8.self), radix: radix) else {
            throw .syntax(at: start, "the number does not fit into 64 bits", remedy: "write it as a double: add `.0`")
        }
        if peek() == UInt8(ascii: "u") || peek() == UInt8(ascii: "U") {
            position += 1
            return .literal(.uint(magnitude))
        }
        if let byte = peek(), Self.isLetter(byte) { throw .syntax(at: start, "this is no number") }
        return .magnitude(magnitude)
    }

    private mutating func take(_ belongs: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = position
        while let byte = peek(), belongs(byte) { position += 1 }
        return bytes[start..<position]
    }
}
