import Hosts

/// A request of HTTP/1.1 to a proxy: `CONNECT host:port`, or an absolute `http://` URL. Strict: what two readers may
/// read in two ways is refused (RFC 9112, 11.2).
enum HTTPProxyRequest {
    private struct Malformed: Error {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    static func read(_ bytes: [UInt8]) -> ProxyRequest {
        guard let length = headLength(of: bytes) else {
            return bytes.count >= ProxyRequest.mostBytes
                ? refusal("431 Request Header Fields Too Large", "a head of HTTP without an end") : .incomplete
        }
        do throws(Malformed) {
            return try read(bytes[..<(length - 4)], length: length)
        } catch {
            return refusal("400 Bad Request", error.reason)
        }
    }

    /// To the end of the empty line; nil if it has not come.
    private static func headLength(of bytes: [UInt8]) -> Int? {
        var at = 3
        while at < bytes.count {
            if bytes[at] == lineFeed, bytes[at - 1] == carriageReturn, bytes[at - 2] == lineFeed,
                bytes[at - 3] == carriageReturn
            {
                return at + 1
            }
            at += 1
        }
        return nil
    }

    private static func read(_ head: ArraySlice<UInt8>, length: Int) throws(Malformed) -> ProxyRequest {
        var lines = try split(head)
        let words = lines.removeFirst().split(separator: space, omittingEmptySubsequences: false)
        guard words.count == 3, isToken(words[0]), isVersion(words[2]) else {
            throw Malformed("no request line of HTTP/1.1")
        }
        // RFC 9112, 3.2: what is in a target is visible ASCII.
        guard !words[1].isEmpty, words[1].allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Malformed("a target with bytes that no URL has")
        }
        let method = String(decoding: words[0], as: UTF8.self)
        let target = String(decoding: words[1], as: UTF8.self)
        let fields = try lines.map { line throws(Malformed) in try Field(line) }
        if method == "CONNECT" {
            return .connect(destination(target), length: length, answers("HTTP/1.1 200 Connection established\r\n\r\n"))
        }
        guard target.lowercased().hasPrefix("http://") else {
            throw Malformed(
                target.hasPrefix("/") ? "a request of a server, and this is a proxy" : "a URL that is not `http://…`")
        }
        let body = try bodyLength(of: fields)
        let rest = target.dropFirst("http://".count)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let authority = String(rest[..<end])
        var path = String(rest[end...].prefix { $0 != "#" })
        if !path.hasPrefix("/") { path = "/" + path }
        return .forward(
            destination(hasPort(authority) ? authority : authority + ":80"), length: length,
            head: rewritten(method, path, authority, fields), body: body, answers(""))
    }

    private static func destination(_ text: String) -> ProxyRequest.Target {
        do {
            return .destination(try Destination(text))
        } catch {
            return .none(error.reason)
        }
    }

    private static func hasPort(_ authority: String) -> Bool {
        guard let colon = authority.lastIndex(of: ":") else { return false }
        return authority.last != "]" && (authority.first != "[" || authority[..<colon].hasSuffix("]"))
    }

    // MARK: the head

    private static func split(_ head: ArraySlice<UInt8>) throws(Malformed) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = head.startIndex
        var at = head.startIndex
        while at < head.endIndex {
            switch head[at] {
            case carriageReturn:
                // A lone one ends a line for some readers.
                guard at + 1 < head.endIndex, head[at + 1] == lineFeed else { throw Malformed("a lone CR") }
                lines.append(head[start..<at])
                at += 2
                start = at
            case lineFeed: throw Malformed("a lone LF")
            case 0: throw Malformed("a NUL")
            default: at += 1
            }
        }
        lines.append(head[start...])
        return lines
    }

    private struct Field {
        let name: String
        let value: ArraySlice<UInt8>

        init(_ line: ArraySlice<UInt8>) throws(Malformed) {
            // Neither a folded line nor a space before the colon: both smuggle.
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), isToken(line[..<colon]) else {
                throw Malformed("a header line without a name")
            }
            name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            value = line[(colon + 1)...].trimmed
        }

        var text: String { String(decoding: value, as: UTF8.self) }
    }

    /// Nil: it is chunked, and ends where it says.
    private static func bodyLength(of fields: [Field]) throws(Malformed) -> Int? {
        let lengths = fields.filter { $0.name == "content-length" }
        let codings = fields.filter { $0.name == "transfer-encoding" }
        guard lengths.count + codings.count <= 1 else { throw Malformed("two lengths of one body") }
        if let coding = codings.first {
            guard coding.text.lowercased() == "chunked" else {
                throw Malformed("a transfer coding that is not `chunked`")
            }
            return nil
        }
        guard let length = lengths.first else { return 0 }
        guard (1...15).contains(length.value.count), length.value.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(length.text)
        else { throw Malformed("a `Content-Length` that is no number") }
        return count
    }

    /// As the server gets it: with the path alone, for that host, and without what is between the program and the proxy
    /// (RFC 9110, 7.6.1). One request a connection: the next one may be for another host.
    private static func rewritten(_ method: String, _ path: String, _ authority: String, _ fields: [Field]) -> [UInt8] {
        var dropped: Set<String> = [
            "host", "connection", "proxy-connection", "keep-alive", "proxy-authorization", "proxy-authenticate", "te",
            "trailer", "upgrade",
        ]
        for field in fields where field.name == "connection" {
            for option in field.text.split(separator: ",") {
                let name = String(option).lowercased().filter { $0 != " " && $0 != "\t" }
                // Attack: the length of the body called a matter of the connection.
                if name != "content-length", name != "transfer-encoding" { dropped.insert(name) }
            }
        }
        var head = Array("\(method) \(path) HTTP/1.1\r\nHost: \(authority)\r\n".utf8)
        for field in fields where !dropped.contains(field.name) {
            head += Array(field.name.utf8) + Array(": ".utf8) + field.value + [carriageReturn, lineFeed]
        }
        return head + Array("Connection: close\r\n\r\n".utf8)
    }

    // MARK: answers

    private static func answers(_ connected: String) -> ProxyRequest.Answers {
        ProxyRequest.Answers(
            connected: Array(connected.utf8),
            notGranted: answer("403 Forbidden", "this call has no grant to connect there"),
            unreachable: answer("502 Bad Gateway", "the destination could not be reached, or leads where it must not"))
    }

    private static func refusal(_ status: String, _ reason: String) -> ProxyRequest {
        .refused(reason, answer: answer(status, "the proxy does not take this: \(reason)"))
    }

    private static func answer(_ status: String, _ text: String) -> [UInt8] {
        let body = "agentbox: \(text)\n"
        return Array(
            """
            HTTP/1.1 \(status)\r
            Content-Type: text/plain\r
            Content-Length: \(body.utf8.count)\r
            Connection: close\r
            \r
            \(body)
            """.utf8)
    }

    // MARK: bytes

    private static let space = UInt8(ascii: " ")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")

    private static func isVersion(_ word: ArraySlice<UInt8>) -> Bool {
        word.elementsEqual("HTTP/1.1".utf8) || word.elementsEqual("HTTP/1.0".utf8)
    }

    /// RFC 9110, 5.6.2.
    private static func isToken(_ word: ArraySlice<UInt8>) -> Bool {
        !word.isEmpty && word.allSatisfy(tokens.contains)
    }

    private static let tokens = Set(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
}

extension ArraySlice<UInt8> {
    /// Without spaces and tabs around.
    fileprivate var trimmed: ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        return drop(while: isSpace).reversed().drop(while: isSpace).reversed()[...]
    }
}
