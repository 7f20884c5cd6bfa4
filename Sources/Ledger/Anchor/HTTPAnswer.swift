/// What a server of checkpoints answered, read from all that it sent until it closed the connection (RFC 9112). Its bytes
/// are a stranger's.
package struct HTTPAnswer: Hashable, Sendable {
    package let status: Int
    package let body: [UInt8]

    /// Nil for anything that is no whole answer.
    package init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        // By bytes, not by characters: a line feed after a carriage return is one character with it.
        let lines = Self.lines(bytes[..<end.lowerBound])
        let words = lines[0].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3, let status = Int(words[1]),
            (100..<600).contains(status)
        else { return nil }
        self.status = status
        var body = Array(bytes[end.upperBound...])
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            let value = String(decoding: line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }, as: UTF8.self)
            switch name {
            case "content-length":
                guard let count = Int(value), count >= 0, count <= body.count else { return nil }
                body = Array(body[..<count])
            case "transfer-encoding":
                guard value.lowercased() == "chunked", let joined = Self.joinedChunks(body) else { return nil }
                body = joined
            default: break
            }
        }
        self.body = body
    }

    private static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = bytes
        while let end = rest.firstRange(of: Array("\r\n".utf8)) {
            lines.append(rest[..<end.lowerBound])
            rest = rest[end.upperBound...]
        }
        return lines + [rest]
    }

    /// The body of chunked coding (section 7.1), without trailers.
    private static func joinedChunks(_ bytes: [UInt8]) -> [UInt8]? {
        var body: [UInt8] = []
        var rest = bytes[...]
        while let line = rest.firstRange(of: Array("\r\n".utf8)) {
            let size = String(decoding: rest[..<line.lowerBound].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard let count = Int(size, radix: 16), count >= 0, count <= bytes.count else { return nil }
            rest = rest[line.upperBound...]
            if count == 0 { return body }
            guard rest.count >= count + 2 else { return nil }
            body += rest.prefix(count)
            rest = rest.dropFirst(count + 2)
        }
        return nil
    }
}
