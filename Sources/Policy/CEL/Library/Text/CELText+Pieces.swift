extension CELText {
    /// `join(separator)`.
    static func join(
        _ texts: [String], separator: String = "", maximumBytes: Int
    ) throws(CELFunctionError) -> String {
        var result: [UInt8] = []
        for (index, text) in texts.enumerated() {
            if index > 0 { try append(separator.utf8, to: &result, maximumBytes) }
            try append(text.utf8, to: &result, maximumBytes)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `replace(old, new, limit)`: the first `limit` places, from the left, that do not overlap; all if it is negative.
    /// An empty `old` is found before each code point and at the end.
    static func replace(
        _ text: String, _ old: String, with new: String, limit: Int64 = -1, maximumBytes: Int
    ) throws(CELFunctionError) -> String {
        var result: [UInt8] = []
        var rest = limit < 0 ? Int64.max : limit
        let bytes = Array(text.utf8)
        var start = 0
        if old.isEmpty {
            while rest > 0 {
                rest -= 1
                try append(new.utf8, to: &result, maximumBytes)
                guard start < bytes.count else { break }
                let end = scalarEnd(in: bytes, from: start)
                try append(bytes[start..<end], to: &result, maximumBytes)
                start = end
            }
        } else {
            let search = ByteSearch(Array(old.utf8))
            while rest > 0, let found = search.first(in: bytes, from: start) {
                rest -= 1
                try append(bytes[start..<found], to: &result, maximumBytes)
                try append(new.utf8, to: &result, maximumBytes)
                start = found + old.utf8.count
            }
        }
        try append(bytes[start...], to: &result, maximumBytes)
        return String(decoding: result, as: UTF8.self)
    }

    /// `split(separator, limit)`: at most `limit` pieces, of which the last is the rest; all if it is negative. An empty
    /// separator gives the code points.
    static func split(_ text: String, separator: String, limit: Int64 = -1) -> [String] {
        if limit == 0 { return [] }
        var cuts = limit < 0 ? Int64.max : limit - 1
        let bytes = Array(text.utf8)
        var pieces: [String] = []
        var start = 0
        func add(_ end: Int, next: Int) {
            pieces.append(String(decoding: bytes[start..<end], as: UTF8.self))
            start = next
            cuts -= 1
        }
        if separator.isEmpty {
            while cuts > 0, start < bytes.count {
                let end = scalarEnd(in: bytes, from: start)
                add(end, next: end)
            }
            // No empty piece after the last code point.
            if start < bytes.count { add(bytes.count, next: bytes.count) }
            return pieces
        }
        let search = ByteSearch(Array(separator.utf8))
        while cuts > 0, let found = search.first(in: bytes, from: start) {
            add(found, next: found + separator.utf8.count)
        }
        add(bytes.count, next: bytes.count)
        return pieces
    }

    private static func append(
        _ bytes: some Collection<UInt8>, to result: inout [UInt8], _ maximumBytes: Int
    ) throws(CELFunctionError) {
        try checkLength(result.count, bytes.count, maximumBytes)
        result += bytes
    }

    /// Where the code point ends that starts at a byte.
    private static func scalarEnd(in bytes: [UInt8], from start: Int) -> Int {
        var end = start + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }
}
