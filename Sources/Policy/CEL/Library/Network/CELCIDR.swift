import Hosts

/// A range of addresses as a value of CEL: the type `net.CIDR`. Unlike `AddressRange` it keeps the bits beyond its prefix,
/// and equality minds them: `192.168.0.1/24` is not `192.168.0.0/24`.
struct CELCIDR: Hashable, Sendable {
    static let typeName = "net.CIDR"
    private static let maximumLength = 49

    /// `ip()`: the address as written.
    let ip: CELIP
    private let prefix: Int

    /// `prefixLength()`.
    var prefixLength: Int64 { Int64(prefix) }

    /// `cidr(string)`.
    init(_ text: String) throws(CELFunctionError) {
        func refused(_ reason: String) -> CELFunctionError {
            CELFunctionError("CIDR \(CELFunctionError.quoted(text)) is refused: \(reason)")
        }
        let malformed = refused("it is not an address, `/` and a prefix length")
        guard text.utf8.count <= Self.maximumLength else { throw malformed }
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw malformed }
        let ip = try CELIP(String(decoding: parts[0], as: UTF8.self))
        // The prefix of `::ffff:a00:0/104` counts bits that the IPv4 address does not have.
        guard ip.address.isVersion6 || !parts[0].contains(UInt8(ascii: ":")) else {
            throw refused("an IPv4-mapped IPv6 address is not allowed")
        }
        guard let prefix = AddressRange.prefixLength(parts[1], width: ip.address.width) else {
            throw refused("its prefix is not a number from 0 to \(ip.address.width)")
        }
        self.ip = ip
        self.prefix = prefix
    }

    private init(ip: CELIP, prefix: Int) {
        self.ip = ip
        self.prefix = prefix
    }

    /// `isCIDR(string)`.
    static func isCIDR(_ text: String) -> Bool { (try? CELCIDR(text)) != nil }

    /// `string(cidr)`.
    var text: String { "\(ip.text)/\(prefix)" }

    /// `masked()`: without the bits beyond its prefix.
    var masked: CELCIDR {
        let bits = AddressRange.masked(ip.address, prefix)
        return CELCIDR(ip: CELIP(address: IPAddress(isVersion6: ip.address.isVersion6, bits: bits)), prefix: prefix)
    }

    /// `containsIP(ip)`; false across the families.
    func contains(_ other: CELIP) -> Bool {
        other.address.isVersion6 == ip.address.isVersion6
            && AddressRange.masked(other.address, prefix) == AddressRange.masked(ip.address, prefix)
    }

    /// `containsCIDR(cidr)`: all of it, itself too.
    func contains(_ other: CELCIDR) -> Bool { prefix <= other.prefix && contains(other.ip) }
}
