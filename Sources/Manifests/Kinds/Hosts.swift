import Glibc

/// Host names as rules have them: lower case letters, digits and hyphens. Names beyond ASCII are written in their
/// `xn--` form, so that no look-alike passes a review.
enum HostPattern {
    private static let label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    static let namePattern = "^\(label)(\\.\(label))*$"
    static let pattern = "^(\\*\\.)?\(label)(\\.\(label))*$"

    /// A name, or `*.` and a name.
    static func isValid(_ text: String) -> Bool {
        text.utf8.starts(with: "*.".utf8) ? isName(String(text.dropFirst(2))) : isName(text)
    }

    static func isName(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                && label.allSatisfy { byte in
                    Digits.isDigit(byte) || byte == hyphen || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                }
        }
    }

    private static let hyphen = UInt8(ascii: "-")
}

/// Address ranges: `10.0.0.0/8`, `fd00::/8`.
enum AddressRange {
    static let pattern = "^[0-9a-f:.]+/[0-9]{1,3}$"

    /// An address in its numeric form, and a prefix beyond which the address is zero.
    static func isValid(_ text: String) -> Bool {
        parse(text).map { $0.address == $0.masked } ?? false
    }

    /// What somebody meant who wrote `10.1.2.3/8`, or an address alone.
    static func advice(_ text: String) -> String? {
        if let range = parse(text), let address = range.text(of: range.masked) {
            return "did you mean `\(address)/\(range.prefix)`?"
        }
        guard !text.utf8.contains(UInt8(ascii: "/")) else { return nil }
        return ["/32", "/128"].first { isValid(text + $0) }.map { "for one address write `\(text)\($0)`" }
    }

    private struct Parts {
        var family: Int32
        var address: [UInt8]
        var prefix: Int

        var masked: [UInt8] {
            address.enumerated().map { index, byte in
                let bits = min(8, max(0, prefix - index * 8))
                return byte & ~UInt8(truncatingIfNeeded: 0xFF >> bits)
            }
        }

        func text(of address: [UInt8]) -> String? {
            var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            guard inet_ntop(family, address, &buffer, socklen_t(buffer.count)) != nil else { return nil }
            return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    private static func parse(_ text: String) -> Parts? {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let prefix = Digits.value(parts[1], maximum: 3), !parts[0].contains(0) else {
            return nil
        }
        for (family, bytes) in [(AF_INET, 4), (AF_INET6, 16)] {
            var address = [UInt8](repeating: 0, count: bytes)
            guard inet_pton(family, String(Substring(parts[0])), &address) == 1, prefix <= bytes * 8 else { continue }
            return Parts(family: family, address: address, prefix: prefix)
        }
        return nil
    }
}

extension Shape where Value == String {
    static var addressRange: Shape {
        .text(
            "an address range such as `10.0.0.0/8`", pattern: AddressRange.pattern, length: 4...49,
            suggest: { AddressRange.advice($0) }
        ) { AddressRange.isValid($0) ? $0 : nil }
    }
}
