import Diagnostics

/// An OpenSSH certificate: a key with names and a time, signed by an authority (OpenSSH's PROTOCOL.certkeys). Reading
/// one checks the authority's signature; whether the authority counts, another says.
package struct SSHCertificate: Hashable, Sendable {
    package let key: SSHPublicKey
    package let serial: UInt64
    /// What the authority calls it, as KRLs name it; any bytes.
    package let keyID: [UInt8]
    /// The names that it may be used for; never empty.
    package let principals: [String]
    let validAfter: UInt64
    let validBefore: UInt64
    /// The key's hardware has to verify the person.
    package let requiresVerification: Bool
    package let authority: SSHPublicKey

    static let longest = 16 << 10
    static let mostPrincipals = 256
    private static let suffix = "-cert-v01@openssh.com"
    private static let user: UInt32 = 1

    /// True if a blob that begins with this type is a certificate.
    static func isType(_ type: String) -> Bool { type.hasSuffix(suffix) }

    init(blob: some Collection<UInt8>) throws(ApprovalRefusal) {
        guard blob.count <= Self.longest else {
            throw ApprovalRefusal(.malformed, "the certificate is \(blob.count) bytes long")
        }
        var reader = SSHReader(blob, "certificate")
        let type = try reader.text("type")
        guard Self.isType(type) else { throw reader.malformed("has a type of another kind") }
        _ = try reader.string("nonce", limit: 256)
        key = try SSHPublicKey(type: Self.keyType(of: type), &reader)
        serial = try reader.uint64("serial number")
        guard try reader.uint32("type") == Self.user else {
            throw Self.refused("the certificate is not one of a user")
        }
        keyID = Array(try reader.string("key identifier", limit: 1024))
        principals = try Self.principals(try reader.string("principals", limit: Self.longest))
        validAfter = try reader.uint64("start of validity")
        validBefore = try reader.uint64("end of validity")
        requiresVerification = try Self.critical(try reader.string("critical options", limit: Self.longest))
        // Nothing in them takes anything away; what they give, such as a terminal or use without touch, is not for here.
        _ = try Self.options(try reader.string("extensions", limit: Self.longest), "extension")
        _ = try reader.string("reserved field", limit: 256)
        authority = try SSHPublicKey(blob: try reader.string("authority", limit: SSHPublicKey.longestBlob))
        let signed = Array(reader.consumed)
        let signature = try SSHSignature(blob: try reader.string("signature", limit: SSHSignature.longest))
        try reader.end()
        try authority.verify(signature, over: signed, "certificate's signature")
    }

    /// Whether the certificate is for that name, now.
    func check(_ name: String, now: Moment) throws(ApprovalRefusal) {
        let now = now.secondsSince1970 < 0 ? 0 : UInt64(now.secondsSince1970)
        guard validAfter <= now else { throw Self.refused("the certificate is not valid yet") }
        guard now < validBefore else { throw Self.refused("the certificate has expired") }
        guard principals.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else {
            throw Self.refused("the certificate is not for \(VisibleText.quoted(name))")
        }
    }

    /// `ssh-ed25519-cert-v01@openssh.com` is of `ssh-ed25519`, and those of security keys keep their domain.
    private static func keyType(of type: String) -> String {
        let base = String(type.dropLast(suffix.count))
        return base.hasPrefix("sk-") ? base + "@openssh.com" : base
    }

    private static func principals(_ bytes: ArraySlice<UInt8>) throws(ApprovalRefusal) -> [String] {
        var reader = SSHReader(bytes, "certificate's list of principals")
        var names: [String] = []
        while !reader.isAtEnd {
            names.append(try reader.text("name"))
            guard names.count <= mostPrincipals else { throw reader.malformed("has too many names") }
        }
        guard !names.isEmpty, !names.contains("") else {
            throw refused("the certificate is for nobody, which means for everybody")
        }
        return names
    }

    /// The one critical option that there is a way to honour; whoever set another wanted it honoured.
    private static func critical(_ bytes: ArraySlice<UInt8>) throws(ApprovalRefusal) -> Bool {
        var isVerificationRequired = false
        for (name, value) in try options(bytes, "critical option") {
            guard name == "verify-required", value.isEmpty else {
                throw refused(
                    "the certificate has the critical option \(VisibleText.quoted(name)), which binds it "
                        + "to something else than signing")
            }
            isVerificationRequired = true
        }
        return isVerificationRequired
    }

    /// In the order of their names, each once.
    private static func options(
        _ bytes: ArraySlice<UInt8>, _ what: String
    ) throws(ApprovalRefusal) -> [(name: String, value: ArraySlice<UInt8>)] {
        var reader = SSHReader(bytes, "certificate's list of \(what)s")
        var options: [(name: String, value: ArraySlice<UInt8>)] = []
        while !reader.isAtEnd {
            let name = try reader.text("name")
            if let last = options.last, !last.name.utf8.lexicographicallyPrecedes(name.utf8) {
                throw reader.malformed("is not in order")
            }
            options.append((name, try reader.string("value", limit: longest)))
        }
        return options
    }

    private static func refused(_ message: String) -> ApprovalRefusal {
        ApprovalRefusal(.certificateRefused, message)
    }
}

/// What a signature was made with: a key, or a key with a certificate.
package enum SSHSigner: Hashable, Sendable {
    case key(SSHPublicKey)
    case certificate(SSHCertificate)

    init(blob: some Collection<UInt8>) throws(ApprovalRefusal) {
        var reader = SSHReader(blob, "public key")
        if SSHCertificate.isType(try reader.text("type")) {
            self = .certificate(try SSHCertificate(blob: blob))
        } else {
            self = .key(try SSHPublicKey(blob: blob))
        }
    }

    /// The key itself.
    package var key: SSHPublicKey {
        switch self {
        case .key(let key): key
        case .certificate(let certificate): certificate.key
        }
    }
}
