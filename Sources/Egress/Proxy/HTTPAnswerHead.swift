/// The head of the answer to the one request of a connection through the proxy, as the program gets it.
///
/// The server was asked to close after it (RFC 9112, 9.6) and need not say that it does. A program that is not told keeps
/// the connection, and sends its next request, perhaps for another host, to one that is about to end.
enum HTTPAnswerHead: Hashable, Sendable {
    /// More bytes are needed to say.
    case incomplete
    /// The first so many bytes are of an answer before the answer (RFC 9110, 15.2), and go on as they are.
    case interim(length: Int)
    /// The first so many bytes are the head, which goes on so.
    case final([UInt8], length: Int)
    /// No HTTP/1 that is known here: it goes on as it is.
    case other

    /// A longer one goes on as it is.
    static let mostBytes = 32 << 10

    init(_ bytes: [UInt8]) {
        let start = Array("HTTP/1.".utf8)
        guard bytes.starts(with: start.prefix(bytes.count)) else {
            self = .other
            return
        }
        guard let lines = Self.lines(of: bytes) else {
            self = bytes.count < Self.mostBytes ? .incomplete : .other
            return
        }
        let length = lines.reduce(0) { $0 + $1.count }
        // `HTTP/1.1 200 …`
        let status = lines[0].dropFirst(9).prefix(3)
        if lines[0].dropFirst(8).first == UInt8(ascii: " "), status.first == UInt8(ascii: "1") {
            // After a change of protocols nothing of HTTP follows.
            self = status.elementsEqual("101".utf8) ? .other : .interim(length: length)
        } else {
            self = .final(Self.closing(lines), length: length)
        }
    }

    /// With their ends, the last one empty; nil if there is none yet. Servers that end lines with LF alone are read by many.
    private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>]? {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: lineFeed) {
            let line = bytes[start...end]
            if !lines.isEmpty, line.count == 1 || line.elementsEqual([carriageReturn, lineFeed]) {
                return lines + [line]
            }
            lines.append(line)
            start = end + 1
        }
        return nil
    }

    /// Without what is between server and proxy (RFC 9110, 7.6.1), and with what is between proxy and program.
    private static func closing(_ lines: [ArraySlice<UInt8>]) -> [UInt8] {
        var dropped: Set<String> = ["connection", "keep-alive", "proxy-connection"]
        for line in lines.dropFirst() where name(of: line) == "connection" {
            let value = String(decoding: line.drop { $0 != UInt8(ascii: ":") }.dropFirst(), as: UTF8.self)
            for option in value.split(separator: ",") {
                let name = option.lowercased().filter { !$0.isWhitespace }
                // Attack: the length of the body called a matter of the connection.
                if name != "content-length", name != "transfer-encoding" { dropped.insert(name) }
            }
        }
        var head = Array(lines[0])
        var isDropping = false
        for line in lines.dropFirst().dropLast() {
            // A folded line is the one before it, continued.
            if line.first != UInt8(ascii: " "), line.first != UInt8(ascii: "\t") {
                isDropping = dropped.contains(name(of: line))
            }
            if !isDropping { head += line }
        }
        return head + Array("Connection: close\r\n\r\n".utf8)
    }

    private static func name(of line: ArraySlice<UInt8>) -> String {
        String(decoding: line.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self).lowercased()
            .filter { !$0.isWhitespace }
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
}
