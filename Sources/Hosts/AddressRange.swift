/// A range of addresses, `10.0.0.0/8` or `fd00::/8`; an address alone is a range of one.
package struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    package let base: IPAddress
    package let prefix: Int

    package init(_ text: String) throws(HostRefusal) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { throw HostRefusal("it has more than one `/`") }
        let address = try IPAddress(String(decoding: parts[0], as: UTF8.self))
        base = address
        guard parts.count == 2 else {
            prefix = address.width
            return
        }
        // `::ffff:10.0.0.0/104` would be a range of IPv4 in IPv6's clothes: it is not guessed what was meant.
        guard address.isVersion6 || !parts[0].contains(UInt8(ascii: ":")) else {
            throw HostRefusal("it maps IPv4 into IPv6: write the IPv4 range")
        }
        guard let length = Self.prefixLength(parts[1], width: address.width) else {
            throw HostRefusal("its prefix is not a number from 0 to \(address.width)")
        }
        prefix = length
        guard Self.masked(address, length) == address.bits else {
            throw HostRefusal("it has bits set beyond its prefix")
        }
    }

    /// One address.
    package init(_ address: IPAddress) {
        base = address
        prefix = address.width
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.isVersion6 == base.isVersion6 && Self.masked(address, prefix) == base.bits
    }

    package var description: String { "\(base)/\(prefix)" }

    /// Decimal digits without leading zeros, at most the width of the address.
    package static func prefixLength(_ digits: Substring.UTF8View, width: Int) -> Int? {
        guard (1...3).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let length = Int(String(decoding: digits, as: UTF8.self)), length <= width
        else { return nil }
        return length
    }

    /// The bits of an address without those beyond a prefix.
    package static func masked(_ address: IPAddress, _ prefix: Int) -> UInt128 {
        // Smart shifts: by the full width gives zero.
        let free = address.width - prefix
        return (address.bits >> free) << free
    }
}
