import Crypto

/// What an authenticator signs over beside the client's data (WebAuthn Level 2, section 6.1).
struct AuthenticatorData: Hashable, Sendable {
    /// 32 bytes.
    let relyingPartyHash: [UInt8]
    let flags: UInt8
    let counter: UInt32
    /// There when a credential is made.
    let attested: Attested?

    struct Attested: Hashable, Sendable {
        var credentialID: [UInt8]
        var key: COSEKey
        /// The key as it was encoded.
        var encodedKey: [UInt8]
    }

    static let longest = 4 << 10
    static let longestCredentialID = 1023

    private static let attestedFlag: UInt8 = 0x40
    private static let extensionsFlag: UInt8 = 0x80
    private static let reserved: UInt8 = 0x22

    init(_ bytes: [UInt8]) throws(ApprovalRefusal) {
        guard bytes.count <= Self.longest else { throw Self.malformed("has \(bytes.count) bytes") }
        var reader = SSHReader(bytes, "authenticator's data")
        relyingPartyHash = Array(try reader.take(32, "relying party"))
        flags = try reader.byte("flags")
        counter = try reader.uint32("counter")
        guard flags & Self.reserved == 0 else { throw Self.malformed("has flags that are not known") }
        var rest = Array(bytes.dropFirst(37))
        var attested: Attested?
        if flags & Self.attestedFlag != 0 {
            _ = try reader.take(16, "model")
            let length = Int(try reader.byte("length")) << 8 | Int(try reader.byte("length"))
            guard (1...Self.longestCredentialID).contains(length) else {
                throw Self.malformed("has a credential identifier of \(length) bytes")
            }
            let identifier = Array(try reader.take(length, "credential identifier"))
            rest = Array(bytes.dropFirst(37 + 18 + length))
            var key = CBORReader(rest)
            let value = try key.value()
            attested = Attested(
                credentialID: identifier, key: try COSEKey(value), encodedKey: Array(rest.prefix(key.position)))
            rest = Array(rest.dropFirst(key.position))
        }
        if flags & Self.extensionsFlag != 0 {
            guard case .map = try CBORReader.value(rest) else { throw Self.malformed("has extensions that are no map") }
        } else if !rest.isEmpty {
            throw Self.malformed("goes on after its end")
        }
        self.attested = attested
    }

    var isPresent: Bool { flags & 0x01 != 0 }
    var isVerified: Bool { flags & 0x04 != 0 }
    /// The credential may be copied to other devices.
    var isBackupEligible: Bool { flags & 0x08 != 0 }

    func isFor(_ relyingParty: String) -> Bool {
        relyingPartyHash == Array(SHA256.hash(data: Array(relyingParty.utf8)))
    }

    private static func malformed(_ message: String) -> ApprovalRefusal {
        ApprovalRefusal(.malformed, "the authenticator's data \(message)")
    }
}
