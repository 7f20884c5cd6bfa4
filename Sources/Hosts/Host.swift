/// Where a call would connect to.
///
/// Names are in lower case, without a trailing dot, each label ASCII; an address that IPv6 maps from IPv4 is the IPv4
/// address. Two texts that any client takes to the same place are equal here, or refused.
package enum Host: Hashable, Sendable, CustomStringConvertible {
    case name(String)
    case address(IPAddress)

    package var description: String {
        switch self {
        case .name(let name): name
        case .address(let address): address.description
        }
    }

    /// Reads a name or an address that stands for itself: no port, no brackets, no URL.
    package init(bare text: String) throws(HostRefusal) {
        if let refusal = Self.forbidden(in: text) { throw refusal }
        if text.utf8.contains(UInt8(ascii: ":")) {
            self = .address(try IPAddress(version6: text))
        } else {
            self = try Self.nameOrVersion4(text)
        }
    }

    /// Reads a name or a dotted IPv4 address.
    package static func nameOrVersion4(_ text: String) throws(HostRefusal) -> Host {
        // WHATWG URL, 3.5: a host whose last label is a number is an IPv4 address or nothing. Shortened (`127.1`),
        // octal (`0177.0.0.1`) and hexadecimal forms mean different hosts to different clients.
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let last = labels.last.flatMap { $0.isEmpty && labels.count > 1 ? labels[labels.count - 2] : $0 }
        if let last, isNumber(last) { return .address(try IPAddress(version4: text)) }
        return .name(try HostName.normalised(text))
    }

    private static func isNumber(_ label: Substring.UTF8View) -> Bool {
        if label.isEmpty { return false }
        if label.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return true }
        var rest = label
        guard rest.popFirst() == UInt8(ascii: "0"), let mark = rest.popFirst() else { return false }
        return (mark | 0x20) == UInt8(ascii: "x") && rest.allSatisfy(HostName.isHexadecimal)
    }

    /// What no host and no URL may hold, wherever it stands.
    package static func forbidden(in text: String) -> HostRefusal? {
        if text.isEmpty { return HostRefusal("it is empty") }
        for byte in text.utf8 {
            switch byte {
            // C strings end at a NUL: what is checked would not be what is dialled. Other controls and spaces are
            // dropped by some clients, which joins what they parted.
            case 0: return HostRefusal("it holds a NUL")
            case 1...0x20, 0x7F: return HostRefusal("it holds a space or a control character")
            // Browsers read a backslash as a slash, others as a part of the name.
            case UInt8(ascii: "\\"): return HostRefusal("it holds a backslash")
            default: continue
            }
        }
        return nil
    }
}

/// Why a text is not a host; reads after "cannot be read as a host: ".
package struct HostRefusal: Error, Hashable {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
