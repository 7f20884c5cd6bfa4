import Crypto
import CryptoExtras

/// A credential's public key (RFC 9052, section 7; RFC 9053): ES256 on P-256, EdDSA on Ed25519, RS256.
enum COSEKey: Hashable, Sendable {
    /// The point, uncompressed.
    case es256([UInt8])
    case ed25519([UInt8])
    /// Big-endian, without leading zeros.
    case rs256(exponent: [UInt8], modulus: [UInt8])

    /// The identifiers of the algorithms, for the browser's `pubKeyCredParams`, best first.
    static let algorithms: [Int64] = [-8, -7, -257]

    init(_ cbor: CBOR) throws(ApprovalRefusal) {
        let algorithm = cbor[label: 3]?.integerValue
        switch (cbor[label: 1]?.integerValue, algorithm) {
        case (2, -7): self = .es256(try Self.point(cbor))
        case (1, -8): self = .ed25519(try Self.edwards(cbor))
        case (3, -257): self = try Self.rsa(cbor)
        default:
            throw ApprovalRefusal(
                .unsupported, "the credential's key is none of ES256, EdDSA and RS256",
                remedy: "register it with one of these algorithms")
        }
    }

    /// Checks a signature as WebAuthn has it: ECDSA in DER.
    func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch self {
        case .es256(let point):
            guard let key = try? P256.Signing.PublicKey(x963Representation: point),
                let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: message)
        case .ed25519(let point):
            return signature.count == 64 && SSHPublicKey.isValid(signature, of: message, point)
        case .rs256(let exponent, let modulus):
            return SSHPublicKey.isValid(signature, .sha256, of: message, exponent: exponent, modulus: modulus)
        }
    }

    private static func point(_ cbor: CBOR) throws(ApprovalRefusal) -> [UInt8] {
        try only(cbor, labels: [1, 3, -1, -2, -3])
        guard cbor[label: -1]?.integerValue == 1, let x = cbor[label: -2]?.bytesValue, x.count == 32,
            let y = cbor[label: -3]?.bytesValue, y.count == 32, SSHPublicKey.Curve.p256.contains([0x04] + x + y)
        else { throw malformed("is no point of P-256") }
        return [0x04] + x + y
    }

    private static func edwards(_ cbor: CBOR) throws(ApprovalRefusal) -> [UInt8] {
        try only(cbor, labels: [1, 3, -1, -2])
        guard cbor[label: -1]?.integerValue == 6, let x = cbor[label: -2]?.bytesValue, x.count == 32,
            !EdwardsPoint.isDegenerate(x)
        else { throw malformed("is no point of Ed25519") }
        return x
    }

    private static func rsa(_ cbor: CBOR) throws(ApprovalRefusal) -> COSEKey {
        try only(cbor, labels: [1, 3, -1, -2])
        guard let modulus = cbor[label: -1]?.bytesValue, let exponent = cbor[label: -2]?.bytesValue else {
            throw malformed("has no modulus or no exponent")
        }
        guard modulus.first != 0, exponent.first != 0, exponent.count <= 8 else {
            throw malformed("has numbers with superfluous zeros")
        }
        // The checks of an SSH key are those of this one.
        var writer = SSHWriter()
        writer.string("ssh-rsa")
        writer.positiveInteger(exponent)
        writer.positiveInteger(modulus)
        _ = try SSHPublicKey(blob: writer.bytes)
        return .rs256(exponent: exponent, modulus: modulus)
    }

    private static func only(_ cbor: CBOR, labels: [Int64]) throws(ApprovalRefusal) {
        guard case .map(let members) = cbor,
            members.allSatisfy({ $0.key.integerValue.map(labels.contains) ?? false })
        else { throw malformed("has a member that is not known") }
    }

    private static func malformed(_ message: String) -> ApprovalRefusal {
        ApprovalRefusal(.malformed, "the credential's key \(message)")
    }
}
