extension CELText {
    static func contains(_ text: String, _ part: String) -> Bool {
        part.isEmpty || ByteSearch(Array(part.utf8)).first(in: Array(text.utf8)) != nil
    }

    static func startsWith(_ text: String, _ prefix: String) -> Bool {
        text.utf8.starts(with: prefix.utf8)
    }

    static func endsWith(_ text: String, _ suffix: String) -> Bool {
        text.utf8.count >= suffix.utf8.count && text.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }

    /// `indexOf(part, from)`: -1 if it does not start at `from` or after it; `from` itself for an empty part.
    static func indexOf(_ text: String, _ part: String, from: Int64 = 0) throws(CELFunctionError) -> Int64 {
        let start = try position(from, in: text)
        if part.isEmpty { return from }
        let offset = text.utf8.distance(from: text.startIndex, to: start)
        return index(ByteSearch(Array(part.utf8)).first(in: Array(text.utf8), from: offset), in: text)
    }

    /// `lastIndexOf(part)`: -1 if it starts nowhere; the size for an empty part.
    static func lastIndexOf(_ text: String, _ part: String) -> Int64 {
        if part.isEmpty { return size(text) }
        return index(ByteSearch(Array(part.utf8)).last(in: Array(text.utf8), upTo: .max), in: text)
    }

    /// `lastIndexOf(part, from)`: where it last starts, at `from` or before it; `from` itself for an empty part.
    static func lastIndexOf(_ text: String, _ part: String, from: Int64) throws(CELFunctionError) -> Int64 {
        let limit = try position(from, in: text)
        if part.isEmpty { return from }
        let offset = text.utf8.distance(from: text.startIndex, to: limit)
        return index(ByteSearch(Array(part.utf8)).last(in: Array(text.utf8), upTo: offset), in: text)
    }

    /// The number of the code point that starts at a byte; -1 for none.
    private static func index(_ offset: Int?, in text: String) -> Int64 {
        guard let offset else { return -1 }
        // Bytes 10xxxxxx continue a code point.
        return text.utf8.prefix(offset).reduce(Int64(0)) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    }
}
