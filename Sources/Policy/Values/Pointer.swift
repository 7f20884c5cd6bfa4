import StrictJSON

/// JSON pointers, RFC 6901.
enum Pointer {
    /// A reference token as it is written in a pointer.
    static func escaped(_ token: String) -> String {
        guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return token }
        var result = ""
        for scalar in token.unicodeScalars {
            switch scalar {
            case "~": result += "~0"
            case "/": result += "~1"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The reference token that is written so; nil for a `~` that starts neither `~0` nor `~1`.
    static func unescaped(_ text: String) -> String? {
        guard text.utf8.contains(UInt8(ascii: "~")) else { return text }
        var result: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "~") else {
                result.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "0"): result.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): result.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The whole pointer; empty for the document itself.
    static func text(_ tokens: [String]) -> String {
        tokens.map { "/" + escaped($0) }.joined()
    }

    /// An argument's name for a person: `path`, or `/files/0/path` where it lies deeper.
    static func name(_ tokens: [String]) -> String {
        if tokens.count == 1, let only = tokens.first, !only.isEmpty, !only.utf8.contains(UInt8(ascii: "/")) {
            return only
        }
        return tokens.isEmpty ? "the arguments" : text(tokens)
    }
}
