import Diagnostics

/// Reads the host that an argument names, from a host name, an address, either with a port, or a URL.
///
/// A URL is cut where every client cuts it, or refused: the classic attacks give a checker and a client different ideas
/// of where the host begins and ends (`http://good.example\@evil.example`, `http://good.example@evil.example`).
package enum HostArgument {
    /// Longer texts are nobody's host, and bound the work of everything below.
    package static let maximumLength = 8 << 10

    /// Schemes whose URLs name the host that is connected to, between `//` and the path.
    package static let schemes: Set<String> = [
        "http", "https", "ws", "wss", "ftp", "ftps", "sftp", "ssh", "scp", "rsync", "telnet",
        "git", "git+http", "git+https", "git+ssh", "svn", "svn+ssh", "hg+https", "hg+ssh",
        "smtp", "smtps", "imap", "imaps", "pop3", "pop3s", "ldap", "ldaps", "dns", "ntp", "tcp", "tls", "udp",
        "postgres", "postgresql", "mysql", "mariadb", "redis", "rediss", "amqp", "amqps", "mqtt", "mqtts", "nats",
        "grpc", "grpcs", "oci", "docker",
    ]

    package static func parse(_ text: String) throws(HostRefusal) -> Host { try place(text).host }

    /// Where a text leads, as far as it says.
    package struct Place: Hashable, Sendable {
        /// In lower case; nil of a text that is no URL.
        package var scheme: String?
        package var host: Host
        package var port: UInt16?
    }

    /// Reads the scheme and the port too, where the text has them.
    package static func place(_ text: String) throws(HostRefusal) -> Place {
        guard text.utf8.count <= maximumLength else {
            throw HostRefusal("it is longer than \(maximumLength) bytes")
        }
        if let refusal = Host.forbidden(in: text) { throw refusal }
        // A scheme ends at the first colon; a colon without `//` after it is one before a port, or in an IPv6 address.
        guard let colon = text.utf8.firstIndex(of: colon), text.utf8[colon...].starts(with: "://".utf8) else {
            return try authority(text.utf8[...])
        }
        let scheme = text[..<colon].lowercased()
        guard schemes.contains(scheme) else {
            throw HostRefusal("its scheme \(VisibleText.quoted(scheme)) is not one that names a host")
        }
        let rest = text.utf8[colon...].dropFirst(3)
        let end = rest.firstIndex { $0 == slash || $0 == question || $0 == hash } ?? rest.endIndex
        // Some clients end the host at the first slash only: for them `http://good.example?@evil.example` names the
        // second host.
        if end < rest.endIndex, rest[end] != slash, rest[end...].contains(at) {
            throw HostRefusal("it holds an `@` after a `?` or `#` that follows the host")
        }
        var place = try authority(rest[..<end])
        place.scheme = scheme
        return place
    }

    private static let slash = UInt8(ascii: "/")
    private static let question = UInt8(ascii: "?")
    private static let hash = UInt8(ascii: "#")
    private static let at = UInt8(ascii: "@")
    private static let colon = UInt8(ascii: ":")

    /// `example.com`, `example.com:443`, `10.0.0.1`, `[::1]:80`, and `::1` where there is no port.
    private static func authority(_ text: Substring.UTF8View) throws(HostRefusal) -> Place {
        if text.isEmpty { throw HostRefusal("it names no host") }
        for byte in text {
            switch byte {
            case at: throw HostRefusal("it holds a user name or an `@`")
            case UInt8(ascii: "%"):
                throw HostRefusal("it is percent-encoded, or has an IPv6 zone")
            case slash, question, hash: throw HostRefusal("it holds a path without a scheme before it")
            default: continue
            }
        }
        if text.first == UInt8(ascii: "[") {
            guard let close = text.firstIndex(of: UInt8(ascii: "]")) else {
                throw HostRefusal("it has a `[` without a `]`")
            }
            let port = try port(after: text[text.index(after: close)...])
            let inner = String(decoding: text[text.index(after: text.startIndex)..<close], as: UTF8.self)
            return Place(host: .address(try IPAddress(version6: inner)), port: port)
        }
        guard let first = text.firstIndex(of: colon) else {
            return Place(host: try Host.nameOrVersion4(String(decoding: text, as: UTF8.self)))
        }
        if text[text.index(after: first)...].contains(colon) {
            return Place(host: .address(try IPAddress(version6: String(decoding: text, as: UTF8.self))))
        }
        let port = try port(after: text[first...])
        return Place(host: try Host.nameOrVersion4(String(decoding: text[..<first], as: UTF8.self)), port: port)
    }

    /// Nothing, or a colon and a number from 1 to 65535 without leading zeros.
    private static func port(after host: Substring.UTF8View) throws(HostRefusal) -> UInt16? {
        if host.isEmpty { return nil }
        let digits = host.dropFirst()
        guard host.first == colon, (1...5).contains(digits.count), digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let port = UInt16(String(decoding: digits, as: UTF8.self))
        else { throw HostRefusal("its port is not a number from 1 to 65535") }
        return port
    }
}
