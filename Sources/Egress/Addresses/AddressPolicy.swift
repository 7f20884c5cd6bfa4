import Hosts

/// Which addresses a name may lead to: public ones, and what the grant opens besides.
///
/// Attack: a name of the agent's choice, or one whose owner is bribed or hacked, resolves to the host's loopback, to a
/// machine of the private network, or to the metadata service of a cloud, which gives credentials to whoever asks.
package enum AddressPolicy {
    /// What the address is, if it is none that a grant opens by itself: "private", "loopback"; nil if it may be dialled.
    package static func refusal(of address: IPAddress, opened: [AddressRange]) -> String? {
        if opened.contains(where: { $0.contains(address) }) { return nil }
        if let inner = embedded(in: address) {
            // A translator in between dials the inner one.
            if opened.contains(where: { $0.contains(inner) }) { return nil }
            return special(inner).map { "\($0), by way of a translator" }
        }
        return special(address)
    }

    /// What is said of a destination that leads there. What gives credentials to whoever asks nobody is told how to open.
    package static func words(_ destination: Destination, _ address: IPAddress, _ word: String) -> String {
        let hint = word.contains("metadata") ? "" : "; `within` of what grants it opens ranges"
        return "\(destination) leads to \(address.canonicalText), which is \(word)\(hint)"
    }

    /// The IPv4 address that an IPv6 address carries for a translator: NAT64 (RFC 6052) and 6to4 (RFC 3056).
    private static func embedded(in address: IPAddress) -> IPAddress? {
        guard address.isVersion6 else { return nil }
        if address.bits >> 32 == 0x0064_FF9B << 64 {
            return IPAddress(isVersion6: false, bits: address.bits & 0xFFFF_FFFF)
        }
        if address.bits >> 112 == 0x2002 {
            return IPAddress(isVersion6: false, bits: (address.bits >> 80) & 0xFFFF_FFFF)
        }
        // ::ffff:0:0/96 is IPv4 to the kernel; who made this value by hand gets the same answer.
        if address.bits >> 32 == 0xFFFF { return IPAddress(isVersion6: false, bits: address.bits & 0xFFFF_FFFF) }
        return nil
    }

    private static func special(_ address: IPAddress) -> String? {
        if let found = table.first(where: { $0.range.contains(address) }) { return found.name }
        // RFC 4291, 2.4: what is not in 2000::/3 is nobody's on the internet.
        return address.isVersion6 && address.bits >> 125 != 1 ? "reserved" : nil
    }

    /// IANA's registries of special-purpose addresses, and metadata services that lie outside of those.
    private static let table: [(range: AddressRange, name: String)] = [
        ("0.0.0.0/8", "unspecified"), ("10.0.0.0/8", "private"), ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"), ("169.254.169.254/32", "a metadata service"), ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"), ("192.0.0.0/24", "reserved"), ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "a 6to4 relay"), ("192.168.0.0/16", "private"), ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"), ("203.0.113.0/24", "documentation"), ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"), ("168.63.129.16/32", "a metadata service"),
        ("::/128", "unspecified"), ("::1/128", "loopback"), ("64:ff9b:1::/48", "a local translator"),
        ("100::/64", "discarded"), ("2001:db8::/32", "documentation"), ("2001::/23", "reserved"),
        ("3fff::/20", "documentation"), ("5f00::/16", "reserved"), ("fd00:ec2::254/128", "a metadata service"),
        ("fc00::/7", "private"), ("fe80::/10", "link-local"), ("fec0::/10", "site-local"), ("ff00::/8", "multicast"),
    ].map { text, name in
        do {
            return (try AddressRange(text), name)
        } catch {
            preconditionFailure("`\(text)`: \(error)")
        }
    }
}
