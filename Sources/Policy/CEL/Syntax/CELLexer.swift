import Diagnostics

/// Takes a source apart into words: CEL's language definition, "Syntax".
struct CELLexer {
    let bytes: [UInt8]
    var position = 0

    init(_ source: String) { bytes = Array(source.utf8) }

    mutating func next() throws(CELFault) -> CELToken {
        skipSpace()
        let start = position
        guard let byte = peek() else { return CELToken(offset: start, kind: .end) }
        if Self.isDigit(byte) || byte == UInt8(ascii: ".") && peek(1).map(Self.isDigit) == true {
            return CELToken(offset: start, kind: try number())
        }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            return CELToken(offset: start, kind: .literal(try text(isRaw: false, isBytes: false)))
        }
        if byte == UInt8(ascii: "`") { return CELToken(offset: start, kind: .quoted(try quotedField())) }
        if Self.isLetter(byte) {
            if let literal = try prefixedText() { return CELToken(offset: start, kind: .literal(literal)) }
            return CELToken(offset: start, kind: .identifier(identifier()))
        }
        for symbol in CELToken.Symbol.byLength where matches(symbol.rawValue) {
            position += symbol.rawValue.utf8.count
            return CELToken(offset: start, kind: .symbol(symbol))
        }
        let rest = String(decoding: bytes[start...].prefix(4), as: UTF8.self)
        let shown = VisibleText.quoted(String(rest.prefix(1)))
        let advice: String? =
            byte == UInt8(ascii: "=")
            ? "to compare, write `==`"
            : byte == UInt8(ascii: "&") || byte == UInt8(ascii: "|") ? "write `&&` or `||`" : nil
        throw .syntax(at: start, "\(shown) cannot stand here", remedy: advice)
    }

    func peek(_ ahead: Int = 0) -> UInt8? {
        let index = position + ahead
        return index < bytes.count ? bytes[index] : nil
    }

    func matches(_ text: String) -> Bool {
        bytes[position...].starts(with: text.utf8)
    }

    /// White space and comments, which go to the end of their line.
    private mutating func skipSpace() {
        while let byte = peek() {
            if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
                while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
            } else if [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(byte) {
                position += 1
            } else {
                return
            }
        }
    }

    mutating func identifier() -> String {
        let start = position
        while let byte = peek(), Self.isLetter(byte) || Self.isDigit(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// `` `content-type` ``
    private mutating func quotedField() throws(CELFault) -> String {
        let start = position
        position += 1
        while let byte = peek(), byte != UInt8(ascii: "`") {
            guard Self.isLetter(byte) || Self.isDigit(byte) || [".", "-", "/", " "].contains(UnicodeScalar(byte)) else {
                throw .syntax(
                    at: position, "a field in backticks holds letters, digits, `.`, `-`, `/` and spaces only",
                    remedy: "write `value[\"field\"]`")
            }
            position += 1
        }
        guard peek() != nil else { throw .syntax(at: start, "the backtick is never closed") }
        guard position > start + 1 else { throw .syntax(at: start, "a field has a name") }
        defer { position += 1 }
        return String(decoding: bytes[(start + 1)..<position], as: UTF8.self)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || byte == UInt8(ascii: "_")
    }

    static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
