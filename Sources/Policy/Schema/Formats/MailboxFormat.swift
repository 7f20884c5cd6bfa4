import Hosts

/// Mailboxes: `Mailbox` of RFC 5321, 4.1.2, and with characters beyond ASCII that of RFC 6531, 3.3.
enum MailboxFormat {
    private static let maximumLocal = 64
    private static let maximumBytes = 1_024

    static func admits(_ text: String, international: Bool) -> Bool {
        guard text.utf8.count <= maximumBytes, international || text.utf8.allSatisfy({ $0 < 0x80 }),
            let at = text.utf8.lastIndex(of: UInt8(ascii: "@"))
        else { return false }
        let local = text.utf8[..<at]
        let domain = String(text[text.utf8.index(after: at)...])
        guard (1...maximumLocal).contains(local.count) else { return false }
        return (isQuoted(local) || isDotString(local)) && isDomain(domain, international: international)
    }

    private static func isDotString(_ text: Substring.UTF8View) -> Bool {
        text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtomByte) }
    }

    /// `atext` of RFC 5322, 3.2.3.
    private static func isAtomByte(_ byte: UInt8) -> Bool {
        ASCIIReader.isAlphanumeric(byte) || byte >= 0x80 || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isQuoted(_ text: Substring.UTF8View) -> Bool {
        let quote = UInt8(ascii: "\"")
        guard text.count >= 2, text.first == quote, text.last == quote else { return false }
        var isEscaped = false
        for byte in text.dropFirst().dropLast() {
            guard byte >= 0x20, byte != 0x7F else { return false }
            if !isEscaped, byte == quote { return false }
            isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        }
        return !isEscaped
    }

    private static func isDomain(_ text: String, international: Bool) -> Bool {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inner = String(text.dropFirst().dropLast())
            if inner.lowercased().hasPrefix("ipv6:") {
                return (try? IPAddress(version6: String(inner.dropFirst(5)))) != nil
            }
            return (try? IPAddress(version4: inner)) != nil
        }
        guard international, !text.utf8.allSatisfy({ $0 < 0x80 }) else { return HostNameFormat.admits(text) }
        // RFC 6531 takes what IDNA can make a name of, also before it is normalised.
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.first, let last = label.last else { return false }
            return first != UInt8(ascii: "-") && last != UInt8(ascii: "-")
                && label.allSatisfy { ASCIIReader.isAlphanumeric($0) || $0 >= 0x80 || $0 == UInt8(ascii: "-") }
        }
    }
}
