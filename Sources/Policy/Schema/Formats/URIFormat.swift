import Hosts

/// The grammar of URIs (RFC 3986, appendix A) and of IRIs (RFC 3987, 2.2), which `URIReference` does not look at.
struct URIFormat {
    private let text: String
    private let international: Bool
    private let parts: URIReference

    init(_ text: String, international: Bool) {
        self.text = text
        self.international = international
        parts = URIReference(text)
    }

    var isURI: Bool { parts.scheme != nil && isReference }

    var isReference: Bool {
        guard let authority = parts.authority else { return isTail && isFirstSegment }
        return isAuthority(authority) && isTail
    }

    private var isTail: Bool {
        holds(parts.path, "/:@") && holds(parts.query ?? "", "/?:@", isPrivate: true)
            && holds(parts.fragment ?? "", "/?:@")
    }

    /// Without a scheme and an authority, what is before the first slash has no colon: it would be a scheme.
    private var isFirstSegment: Bool {
        if parts.scheme != nil { return true }
        return !parts.path.utf8.prefix { $0 != UInt8(ascii: "/") }.contains(UInt8(ascii: ":"))
    }

    private func isAuthority(_ text: String) -> Bool {
        var host = text[...]
        if let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) {
            guard holds(String(text[..<at]), ":") else { return false }
            host = text[text.utf8.index(after: at)...]
        }
        if host.hasPrefix("[") {
            guard let close = host.firstIndex(of: "]") else { return false }
            return isLiteral(host[host.index(after: host.startIndex)..<close])
                && isPort(host[host.index(after: close)...])
        }
        guard let colon = host.utf8.firstIndex(of: UInt8(ascii: ":")) else { return holds(String(host), "") }
        return holds(String(host[..<colon]), "") && isPort(host[colon...])
    }

    private func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.hasPrefix(":") && text.utf8.dropFirst().allSatisfy(ASCIIReader.isDigit)
    }

    /// An IPv6 address, or one of the future: `v1.fe`.
    private func isLiteral(_ text: Substring) -> Bool {
        if (try? IPAddress(version6: String(text))) != nil { return true }
        guard text.utf8.first.map({ $0 | 0x20 }) == UInt8(ascii: "v"),
            let dot = text.utf8.firstIndex(of: UInt8(ascii: "."))
        else { return false }
        let version = text.utf8[..<dot].dropFirst()
        let address = text[text.utf8.index(after: dot)...]
        return !version.isEmpty && version.allSatisfy(HostName.isHexadecimal) && !address.isEmpty
            && !address.utf8.contains(UInt8(ascii: "%")) && holds(String(address), ":")
    }

    /// True if the text holds only unreserved characters, delimiters of parts, whole percent-encodings, and `others`.
    private func holds(_ text: String, _ others: String, isPrivate: Bool = false) -> Bool {
        var digits = 0
        for scalar in text.unicodeScalars {
            guard scalar.isASCII else {
                guard digits == 0, international, Self.isInternational(scalar.value, isPrivate: isPrivate) else {
                    return false
                }
                continue
            }
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            if digits > 0 {
                guard HostName.isHexadecimal(byte) else { return false }
                digits -= 1
            } else if byte == UInt8(ascii: "%") {
                digits = 2
            } else if !ASCIIReader.isAlphanumeric(byte), !"-._~!$&'()*+,;=".utf8.contains(byte),
                !others.utf8.contains(byte)
            {
                return false
            }
        }
        return digits == 0
    }

    /// `ucschar`, and in a query `iprivate`.
    private static func isInternational(_ value: UInt32, isPrivate: Bool) -> Bool {
        switch value {
        case 0xA0...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFEF: true
        case 0x10000...0xDFFFD: value & 0xFFFF <= 0xFFFD
        case 0xE1000...0xEFFFD: true
        case 0xE000...0xF8FF, 0xF0000...0x10FFFD: isPrivate && value & 0xFFFF <= 0xFFFD
        default: false
        }
    }
}
