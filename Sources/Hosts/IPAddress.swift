/// An IPv4 or IPv6 address, read strictly.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    package let isVersion6: Bool
    /// The 128 bits of an IPv6 address, or the 32 of an IPv4 one.
    package let bits: UInt128

    package var width: Int { isVersion6 ? 128 : 32 }

    /// The bits are within the width.
    package init(isVersion6: Bool, bits: UInt128) {
        self.isVersion6 = isVersion6
        self.bits = bits
    }

    /// Four decimal numbers without leading zeros.
    package init(version4 text: String) throws(HostRefusal) {
        isVersion6 = false
        bits = UInt128(try Self.version4Bits(text.utf8[...]))
    }

    /// RFC 4291, 2.2, without a zone. An address that is mapped from IPv4 (`::ffff:10.0.0.1`) is that IPv4 address:
    /// the kernel connects to it.
    package init(version6 text: String) throws(HostRefusal) {
        let bits = try Self.version6Bits(text)
        let isMapped = bits >> 32 == 0xFFFF
        isVersion6 = !isMapped
        self.bits = isMapped ? bits & 0xFFFF_FFFF : bits
    }

    /// An address of either kind that stands for itself.
    package init(_ text: String) throws(HostRefusal) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            try self.init(version6: text)
        } else {
            try self.init(version4: text)
        }
    }

    package var description: String {
        if !isVersion6 {
            return (0..<4).reversed().map { String((bits >> ($0 * 8)) & 0xFF) }.joined(separator: ".")
        }
        return (0..<8).reversed().map { String((bits >> ($0 * 16)) & 0xFFFF, radix: 16) }.joined(separator: ":")
    }

    private static func version4Bits(_ text: Substring.UTF8View) throws(HostRefusal) -> UInt32 {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { throw HostRefusal("it is not an IP address of four decimal numbers") }
        var bits: UInt32 = 0
        for part in parts {
            // inet_aton reads 010 as 8 and 0x10 as 16; others read 10, or refuse.
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0"),
                part.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let number = UInt8(String(decoding: part, as: UTF8.self))
            else { throw HostRefusal("it is not an IP address of four decimal numbers") }
            bits = bits << 8 | UInt32(number)
        }
        return bits
    }

    private static func version6Bits(_ text: String) throws(HostRefusal) -> UInt128 {
        let refusal = HostRefusal("it is not an IPv6 address")
        if text.utf8.contains(UInt8(ascii: "%")) { throw HostRefusal("it has an IPv6 zone") }
        // `::` stands for the zeros that are missing, once. What is left and right of it is read alike.
        var halves: [[UInt16]] = [[]]
        var rest = text.utf8[...]
        let colon = UInt8(ascii: ":")
        if rest.starts(with: "::".utf8) {
            rest = rest.dropFirst(2)
            halves.append([])
        }
        while !rest.isEmpty {
            let group = rest.prefix { $0 != colon }
            rest = rest.dropFirst(group.count)
            if rest.isEmpty, group.contains(UInt8(ascii: ".")) {
                let address = try version4Bits(group)
                halves[halves.count - 1] += [UInt16(address >> 16), UInt16(address & 0xFFFF)]
                break
            }
            guard (1...4).contains(group.count), group.allSatisfy(HostName.isHexadecimal),
                let number = UInt16(String(decoding: group, as: UTF8.self), radix: 16)
            else { throw refusal }
            halves[halves.count - 1].append(number)
            if rest.starts(with: "::".utf8) {
                guard halves.count == 1 else { throw refusal }
                rest = rest.dropFirst(2)
                halves.append([])
            } else if !rest.isEmpty {
                rest = rest.dropFirst()
                // A single colon at the end.
                if rest.isEmpty { throw refusal }
            }
        }
        let count = halves.reduce(0) { $0 + $1.count }
        guard halves.count == 2 ? count < 8 : count == 8 else { throw refusal }
        if halves.count == 2 { halves.insert(Array(repeating: 0, count: 8 - count), at: 1) }
        return halves.joined().reduce(0) { $0 << 16 | UInt128($1) }
    }
}
