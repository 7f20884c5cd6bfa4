import Diagnostics

/// What the parser throws inside: nothing that has to be retained, so that no path but the failing one pays for it.
struct ParseFailure: Error {
    let code: JSONError.Code
    let offset: Int

    init(_ code: JSONError.Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }

    /// The error for people. `bytes` is the input, `limits` what it was read with.
    func error(in bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) -> JSONError {
        let place = ", at byte \(offset)"
        switch code {
        case .byteOrderMark:
            return made("the input starts with a byte order mark", "send UTF-8 without one")
        case .controlCharacter:
            return made("a control character stands unescaped in a string\(place)", "write it as `\\u00XX`")
        case .depth:
            return made(
                "arrays and objects are nested deeper than \(min(limits.depth, StrictJSON.deepest)) levels\(place)")
        case .duplicateKey:
            var parser = Parser(bytes, depth: 1)
            parser.position = offset
            let key = (try? parser.string()).map { " \(VisibleText.quoted($0))" } ?? ""
            return made("the key\(key) occurs twice in one object\(place)", "send each key once")
        case .invalidEscape:
            return made("a string holds an escape that JSON does not have\(place)")
        case .invalidNumber:
            return made("a number is not written as JSON writes numbers\(place)")
        case .invalidUTF8:
            return made("the input is not valid UTF-8\(place)")
        case .loneSurrogate:
            return made("a string holds half of a surrogate pair\(place)", "send both halves, or U+FFFD")
        case .numberOutOfRange:
            return made("a number is too large for a double\(place)", "send it as a string")
        case .size:
            return made("the input is longer than \(limits.bytes) bytes")
        case .trailingComma:
            return made("a comma is followed by nothing\(place)", "remove the comma")
        case .trailingData:
            return made("something follows the end of the JSON value\(place)")
        case .unexpectedEnd:
            return made("the input ends in the middle of a value\(place)")
        case .unexpectedByte, .notRepresentable:
            return made("the input is not JSON\(place): \(found(in: bytes))")
        }
    }

    private func made(_ message: String, _ remedy: String? = nil) -> JSONError {
        JSONError(code, message, remedy: remedy, offset: offset)
    }

    private func found(in bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard offset < bytes.count else { return "it ends here" }
        let byte = bytes[offset]
        if byte > 0x20, byte < 0x7F { return "unexpected `\(Unicode.Scalar(byte))`" }
        return "unexpected byte 0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
    }
}
