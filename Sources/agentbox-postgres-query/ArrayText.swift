import StrictJSON

/// The text of an array (PostgreSQL, "Array Input and Output Syntax"): `{1,NULL,{"a b"}}`, `[2:3]={1,2}`.
enum ArrayText {
    /// As many dimensions as the server allows.
    private static let deepest = 6

    /// Nil for what is none.
    static func read(_ text: String, delimiter: UInt8, _ element: (String) -> JSON) -> JSON? {
        var bytes = Array(text.utf8)[...]
        if bytes.first == UInt8(ascii: "["), let mark = bytes.firstIndex(of: UInt8(ascii: "=")) {
            bytes = bytes[(mark + 1)...]
        }
        guard let value = list(&bytes, delimiter, 0, element), bytes.isEmpty else { return nil }
        return value
    }

    private static func list(
        _ bytes: inout ArraySlice<UInt8>, _ delimiter: UInt8, _ depth: Int, _ element: (String) -> JSON
    ) -> JSON? {
        guard depth < deepest, bytes.popFirst() == UInt8(ascii: "{") else { return nil }
        var values: [JSON] = []
        if bytes.first == UInt8(ascii: "}") {
            bytes.removeFirst()
            return .array(values)
        }
        while let first = bytes.first {
            if first == UInt8(ascii: "{") {
                guard let inner = list(&bytes, delimiter, depth + 1, element) else { return nil }
                values.append(inner)
            } else {
                guard let word = word(&bytes, delimiter) else { return nil }
                values.append(word.isQuoted || word.text != "NULL" ? element(word.text) : .null)
            }
            switch bytes.popFirst() {
            case delimiter: continue
            case UInt8(ascii: "}"): return .array(values)
            default: return nil
            }
        }
        return nil
    }

    private static func word(_ bytes: inout ArraySlice<UInt8>, _ delimiter: UInt8) -> (text: String, isQuoted: Bool)? {
        let isQuoted = bytes.first == UInt8(ascii: "\"")
        if isQuoted { bytes.removeFirst() }
        var text: [UInt8] = []
        while let byte = bytes.first {
            if isQuoted ? byte == UInt8(ascii: "\"") : byte == delimiter || byte == UInt8(ascii: "}") {
                if isQuoted { bytes.removeFirst() }
                return (String(decoding: text, as: UTF8.self), isQuoted)
            }
            bytes.removeFirst()
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            guard let escaped = bytes.popFirst() else { return nil }
            text.append(escaped)
        }
        return nil
    }

    /// The text of a list, every element quoted.
    static func write(_ values: [JSON], delimiter: UInt8, _ text: (JSON) -> String?) -> String {
        let parts = values.map { value -> String in
            if case .array(let inner) = value { return write(inner, delimiter: delimiter, text) }
            guard let text = text(value) else { return "NULL" }
            return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        return "{" + parts.joined(separator: String(UnicodeScalar(delimiter))) + "}"
    }
}
