import Hosts

/// An IP address as a value of CEL: the type `net.IP`.
///
/// One that IPv6 maps from IPv4 and writes in hexadecimal is that IPv4 address; written with dots it is refused, as is a
/// zone.
struct CELIP: Hashable, Sendable {
    static let typeName = "net.IP"
    /// No address is longer: eight groups of four, or six and four decimal numbers.
    private static let maximumLength = 45

    let address: IPAddress

    init(address: IPAddress) { self.address = address }

    /// `ip(string)`.
    init(_ text: String) throws(CELFunctionError) {
        guard text.utf8.count <= Self.maximumLength else { throw Self.malformed(text, "it is too long") }
        do {
            address = try IPAddress(text)
        } catch {
            throw Self.malformed(text, error.reason)
        }
        if !address.isVersion6, text.utf8.contains(UInt8(ascii: ":")), text.utf8.contains(UInt8(ascii: ".")) {
            throw Self.malformed(text, "an IPv4-mapped IPv6 address is not allowed")
        }
    }

    private static func malformed(_ text: String, _ reason: String) -> CELFunctionError {
        CELFunctionError("IP address \(CELFunctionError.quoted(text)) is refused: \(reason)")
    }

    /// `isIP(string)`.
    static func isIP(_ text: String) -> Bool { (try? CELIP(text)) != nil }

    /// `ip.isCanonical(string)`: it is written as RFC 5952 has it. An error if it is no address.
    static func isCanonical(_ text: String) throws(CELFunctionError) -> Bool {
        CELText.equal(try CELIP(text).text, text)
    }

    /// `string(ip)`: RFC 5952.
    var text: String { address.canonicalText }

    /// `family()`: 4 or 6.
    var family: Int64 { address.isVersion6 ? 6 : 4 }

    /// `isUnspecified()`: 0.0.0.0 or ::.
    var isUnspecified: Bool { address.bits == 0 }

    /// `isLoopback()`: 127.0.0.0/8 or ::1.
    var isLoopback: Bool { address.isVersion6 ? address.bits == 1 : has(0x7F, prefix: 8) }

    /// `isLinkLocalUnicast()`: 169.254.0.0/16 or fe80::/10.
    var isLinkLocalUnicast: Bool { address.isVersion6 ? has(0xFE80 >> 6, prefix: 10) : has(0xA9FE, prefix: 16) }

    /// `isLinkLocalMulticast()`: 224.0.0.0/24, or ff02::/16 whatever its flags.
    var isLinkLocalMulticast: Bool {
        address.isVersion6 ? address.bits >> 112 & 0xFF0F == 0xFF02 : has(0xE0_0000, prefix: 24)
    }

    /// `isGlobalUnicast()`: all but the unspecified address, loopback, multicast, link-local unicast and IPv4's broadcast.
    /// Private ranges count as global here.
    var isGlobalUnicast: Bool {
        let isMulticast = address.isVersion6 ? has(0xFF, prefix: 8) : has(0xE, prefix: 4)
        let isBroadcast = !address.isVersion6 && address.bits == 0xFFFF_FFFF
        return !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast && !isBroadcast
    }

    private func has(_ bits: UInt128, prefix: Int) -> Bool { address.bits >> (address.width - prefix) == bits }
}
