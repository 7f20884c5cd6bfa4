/// A public key as SSH knows it (RFC 4253, section 6.6; RFC 5656; RFC 8709; OpenSSH's PROTOCOL.u2f).
package enum SSHPublicKey: Hashable, Sendable {
    /// 32 bytes.
    case ed25519([UInt8])
    /// The point, uncompressed: `0x04`, X, Y.
    case ecdsa(Curve, point: [UInt8])
    /// Big-endian, without leading zeros.
    case rsa(exponent: [UInt8], modulus: [UInt8])
    /// A security key; the application is what it was made for, such as `ssh:`.
    case securityKeyEd25519([UInt8], application: String)
    case securityKeyECDSA(point: [UInt8], application: String)

    package enum Curve: String, Hashable, Sendable, CaseIterable {
        case p256 = "nistp256"
        case p384 = "nistp384"
        case p521 = "nistp521"
    }

    /// True if the key lies in hardware that wants to be touched.
    package var isSecurityKey: Bool {
        switch self {
        case .securityKeyEd25519, .securityKeyECDSA: true
        default: false
        }
    }
}
