import Diagnostics

/// Why bytes are not the JSON that agentbox reads, or why a value has no canonical form.
public struct JSONError: Diagnostic, Equatable {
    /// What went wrong, in kebab case.
    public let code: String
    /// What went wrong and where, in words.
    public let message: String
    /// What to send instead.
    public let remedy: String?
    /// Where in the input, in bytes from its start. Nil for errors of `canonical()`, which has no input.
    public let offset: Int?

    /// The codes that there are.
    enum Code: String {
        case byteOrderMark = "byte-order-mark"
        case controlCharacter = "control-character"
        case depth
        case duplicateKey = "duplicate-key"
        case invalidEscape = "invalid-escape"
        case invalidNumber = "invalid-number"
        case invalidUTF8 = "invalid-utf8"
        case loneSurrogate = "lone-surrogate"
        case notRepresentable = "not-representable"
        case numberOutOfRange = "number-out-of-range"
        case size
        case trailingComma = "trailing-comma"
        case trailingData = "trailing-data"
        case unexpectedByte = "unexpected-byte"
        case unexpectedEnd = "unexpected-end"
    }

    init(_ code: Code, _ message: String, remedy: String? = nil, offset: Int? = nil) {
        self.code = code.rawValue
        self.message = message
        self.remedy = remedy
        self.offset = offset
    }

    /// Equality is on the code, as for every diagnostic.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
