import Diagnostics

/// A signature as SSH encodes it: the algorithm's name and what that algorithm gives.
enum SSHSignature: Hashable, Sendable {
    /// R and S, 64 bytes.
    case ed25519([UInt8])
    /// r and s, big-endian, without leading zeros.
    case ecdsa(SSHPublicKey.Curve, r: [UInt8], s: [UInt8])
    case rsa(SSHSIG.Hash, [UInt8])
    case securityKeyEd25519([UInt8], SecurityKeyUse)
    case securityKeyECDSA(r: [UInt8], s: [UInt8], SecurityKeyUse)

    static let longest = 2 << 10

    init(blob: some Collection<UInt8>) throws(ApprovalRefusal) {
        guard blob.count <= Self.longest else {
            throw ApprovalRefusal(.malformed, "the signature is \(blob.count) bytes long")
        }
        var reader = SSHReader(blob, "signature")
        let algorithm = try reader.text("algorithm")
        let value = try reader.string("value", limit: Self.longest)
        switch algorithm {
        case "ssh-ed25519":
            self = .ed25519(try Self.edwards(value, reader))
        case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521":
            let name = String(algorithm.dropFirst("ecdsa-sha2-".count))
            guard let curve = SSHPublicKey.Curve(rawValue: name) else { throw Self.unsupported(algorithm) }
            let (r, s) = try Self.numbers(value, curve)
            self = .ecdsa(curve, r: r, s: s)
        case "rsa-sha2-256":
            self = .rsa(.sha256, Array(value))
        case "rsa-sha2-512":
            self = .rsa(.sha512, Array(value))
        case "sk-ssh-ed25519@openssh.com":
            let signature = try Self.edwards(value, reader)
            self = .securityKeyEd25519(signature, try SecurityKeyUse(&reader))
        case "sk-ecdsa-sha2-nistp256@openssh.com":
            let (r, s) = try Self.numbers(value, .p256)
            self = .securityKeyECDSA(r: r, s: s, try SecurityKeyUse(&reader))
        default:
            throw Self.unsupported(algorithm)
        }
        try reader.end()
    }

    /// What the hardware says of how it was used; nil of other keys.
    var use: SecurityKeyUse? {
        switch self {
        case .securityKeyEd25519(_, let use), .securityKeyECDSA(_, _, let use): use
        default: nil
        }
    }

    private static func edwards(
        _ value: ArraySlice<UInt8>, _ reader: SSHReader
    ) throws(ApprovalRefusal) -> [UInt8] {
        guard value.count == 64 else { throw reader.malformed("has \(value.count) bytes, not 64") }
        return Array(value)
    }

    private static func numbers(
        _ value: ArraySlice<UInt8>, _ curve: SSHPublicKey.Curve
    ) throws(ApprovalRefusal) -> (r: [UInt8], s: [UInt8]) {
        var reader = SSHReader(value, "signature")
        let r = try reader.positiveInteger("r", limit: curve.coordinateBytes)
        let s = try reader.positiveInteger("s", limit: curve.coordinateBytes)
        try reader.end()
        return (r, s)
    }

    private static func unsupported(_ algorithm: String) -> ApprovalRefusal {
        ApprovalRefusal(
            .unsupported, "signatures by \(VisibleText.quoted(algorithm)) are not supported",
            remedy: algorithm == "ssh-rsa" ? "SHA-1 is not taken; sign with rsa-sha2-512" : nil)
    }
}

/// What a security key says of one use (OpenSSH's PROTOCOL.u2f): whether somebody touched it, and how often it signed.
package struct SecurityKeyUse: Hashable, Sendable {
    /// As signed.
    let flags: UInt8
    package let counter: UInt32

    /// The flags of WebAuthn, section 6.1. Extensions and attested data would be signed over, and are not here.
    private static let present: UInt8 = 0x01
    private static let verified: UInt8 = 0x04
    private static let backup: UInt8 = 0x18
    private static let known = present | verified | backup

    init(flags: UInt8, counter: UInt32) {
        self.flags = flags
        self.counter = counter
    }

    init(_ reader: inout SSHReader) throws(ApprovalRefusal) {
        flags = try reader.byte("flags")
        counter = try reader.uint32("counter")
        guard flags & ~Self.known == 0 else {
            throw ApprovalRefusal(.unsupported, "the security key's signature has flags that are not known")
        }
    }

    /// Somebody touched the key.
    package var isTouched: Bool { flags & Self.present != 0 }
    /// The key verified who it was, by PIN or fingerprint.
    package var isVerified: Bool { flags & Self.verified != 0 }
}
