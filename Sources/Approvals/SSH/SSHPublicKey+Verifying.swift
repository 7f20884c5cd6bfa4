import Crypto
import CryptoExtras

extension SSHPublicKey {
    /// Checks a signature over a message. The signature has to be of the key's own algorithm; one by a security key has
    /// to say that the key was touched.
    ///
    /// - Parameter what: For refusals: reads after "the".
    func verify(
        _ signature: SSHSignature, over message: [UInt8], _ what: String = "signature"
    ) throws(ApprovalRefusal) {
        let isValid: Bool
        switch (self, signature) {
        case (.ed25519(let point), .ed25519(let signature)):
            isValid = Self.isValid(signature, of: message, point)
        case (.ecdsa(let curve, let point), .ecdsa(let other, let r, let s)) where curve == other:
            isValid = curve.isValid(r: r, s: s, of: message, point)
        case (.rsa(let exponent, let modulus), .rsa(let hash, let signature)):
            isValid = Self.isValid(signature, hash, of: message, exponent: exponent, modulus: modulus)
        case (.securityKeyEd25519(let point, let application), .securityKeyEd25519(let signature, let use)):
            isValid = Self.isValid(signature, of: use.signed(message, application), point)
        case (.securityKeyECDSA(let point, let application), .securityKeyECDSA(let r, let s, let use)):
            isValid = Curve.p256.isValid(r: r, s: s, of: use.signed(message, application), point)
        default:
            throw ApprovalRefusal(.badSignature, "the \(what) is by another algorithm than its key's")
        }
        guard isValid else { throw ApprovalRefusal(.badSignature, "the \(what) is none of this key over these bytes") }
        // INVARIANT: ssh-keygen's own check leaves the flag alone. A key that signs untouched, signs for any program.
        if let use = signature.use, !use.isTouched {
            throw ApprovalRefusal(
                .noTouch, "the \(what) was made by a security key that nobody touched",
                remedy: "make the key without `-O no-touch-required`")
        }
    }

    /// True if the blob is a signature of this key over the message, by the key's own algorithm.
    package func verifies(signatureBlob: some Collection<UInt8>, over message: [UInt8]) -> Bool {
        guard let signature = try? SSHSignature(blob: signatureBlob) else { return false }
        return (try? verify(signature, over: message)) != nil
    }

    /// RFC 8032: S below the group's order, R compared as it was sent.
    static func isValid(_ signature: [UInt8], of message: [UInt8], _ point: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: point) else { return false }
        return key.isValidSignature(signature, for: message)
    }

    /// RSASSA-PKCS1-v1_5; the signature is as long as the modulus (RFC 8017, section 8.2.2).
    static func isValid(
        _ signature: [UInt8], _ hash: SSHSIG.Hash, of message: [UInt8], exponent: [UInt8], modulus: [UInt8]
    ) -> Bool {
        guard signature.count == modulus.count, let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent) else {
            return false
        }
        let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
        return switch hash {
        case .sha256: key.isValidSignature(signature, for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5)
        case .sha512: key.isValidSignature(signature, for: SHA512.hash(data: message), padding: .insecurePKCS1v1_5)
        }
    }
}

extension SSHPublicKey.Curve {
    /// ECDSA with the hash that the curve is used with (RFC 5656, section 6.2.1).
    func isValid(r: [UInt8], s: [UInt8], of message: [UInt8], _ point: [UInt8]) -> Bool {
        guard r.count <= coordinateBytes, s.count <= coordinateBytes else { return false }
        let raw = [r, s].flatMap { [UInt8](repeating: 0, count: coordinateBytes - $0.count) + $0 }
        switch self {
        case .p256:
            guard let key = try? P256.Signing.PublicKey(x963Representation: point),
                let signature = try? P256.Signing.ECDSASignature(rawRepresentation: raw)
            else { return false }
            return key.isValidSignature(signature, for: message)
        case .p384:
            guard let key = try? P384.Signing.PublicKey(x963Representation: point),
                let signature = try? P384.Signing.ECDSASignature(rawRepresentation: raw)
            else { return false }
            return key.isValidSignature(signature, for: message)
        case .p521:
            guard let key = try? P521.Signing.PublicKey(x963Representation: point),
                let signature = try? P521.Signing.ECDSASignature(rawRepresentation: raw)
            else { return false }
            return key.isValidSignature(signature, for: message)
        }
    }
}

extension SecurityKeyUse {
    /// What the hardware signs.
    func signed(_ message: [UInt8], _ application: String) -> [UInt8] {
        var counter = SSHWriter()
        counter.uint32(self.counter)
        return Array(SHA256.hash(data: Array(application.utf8))) + [flags] + counter.bytes
            + Array(SHA256.hash(data: message))
    }
}
