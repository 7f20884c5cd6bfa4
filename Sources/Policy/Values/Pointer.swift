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
