import Crypto
import CryptoExtras
import Diagnostics

extension SSHPublicKey {
    /// Longest key, in bytes: RSA of 8192 bits and its exponent fit.
    static let longestBlob = 2 << 10
    static let smallestModulus = 2048
    static let largestModulus = 8192

    /// The name that the key's blob begins with.
    package var type: String {
        switch self {
        case .ed25519: "ssh-ed25519"
        case .ecdsa(let curve, _): "ecdsa-sha2-" + curve.rawValue
        case .rsa: "ssh-rsa"
        case .securityKeyEd25519: "sk-ssh-ed25519@openssh.com"
        case .securityKeyECDSA: "sk-ecdsa-sha2-nistp256@openssh.com"
        }
    }

    /// Reads a key from the bytes that base64 stands for in a key file.
    package init(blob: some Collection<UInt8>) throws(ApprovalRefusal) {
        guard blob.count <= Self.longestBlob else {
            throw ApprovalRefusal(.malformed, "the public key is \(blob.count) bytes long")
        }
        var reader = SSHReader(blob, "public key")
        let type = try reader.text("type")
        try self.init(type: type, &reader)
        try reader.end()
    }

    /// Reads what follows the type.
    init(type: String, _ reader: inout SSHReader) throws(ApprovalRefusal) {
        switch type {
        case "ssh-ed25519":
            self = .ed25519(try Self.edwardsPoint(&reader))
        case "sk-ssh-ed25519@openssh.com":
            let point = try Self.edwardsPoint(&reader)
            self = .securityKeyEd25519(point, application: try Self.application(&reader))
        case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521":
            guard let curve = Curve(rawValue: String(type.dropFirst("ecdsa-sha2-".count))) else {
                throw Self.unsupported(type)
            }
            self = .ecdsa(curve, point: try Self.point(curve, &reader))
        case "sk-ecdsa-sha2-nistp256@openssh.com":
            let point = try Self.point(.p256, &reader)
            self = .securityKeyECDSA(point: point, application: try Self.application(&reader))
        case "ssh-rsa":
            let exponent = try reader.positiveInteger("exponent", limit: 8)
            let modulus = try reader.positiveInteger("modulus", limit: Self.largestModulus / 8)
            self = .rsa(exponent: exponent, modulus: modulus)
            try Self.checkRSA(exponent: exponent, modulus: modulus)
        default:
            throw Self.unsupported(type)
        }
    }

    /// The key as its type and fields; `init(blob:)` reads exactly this.
    package var blob: [UInt8] {
        var writer = SSHWriter()
        writer.string(type)
        switch self {
        case .ed25519(let point):
            writer.string(point)
        case .ecdsa(let curve, let point):
            writer.string(curve.rawValue)
            writer.string(point)
        case .rsa(let exponent, let modulus):
            writer.positiveInteger(exponent)
            writer.positiveInteger(modulus)
        case .securityKeyEd25519(let point, let application):
            writer.string(point)
            writer.string(application)
        case .securityKeyECDSA(let point, let application):
            writer.string(Curve.p256.rawValue)
            writer.string(point)
            writer.string(application)
        }
        return writer.bytes
    }

    /// As `ssh-keygen -l` shows it.
    package var fingerprint: KeyFingerprint { KeyFingerprint(sha256: blob) }

    private static func edwardsPoint(_ reader: inout SSHReader) throws(ApprovalRefusal) -> [UInt8] {
        let point = Array(try reader.string("point", limit: 32))
        guard point.count == 32 else { throw reader.malformed("has a point of \(point.count) bytes, not 32") }
        guard !EdwardsPoint.isDegenerate(point) else {
            throw ApprovalRefusal(.weakKey, "the public key is a point for which anybody can make signatures")
        }
        return point
    }

    private static func point(_ curve: Curve, _ reader: inout SSHReader) throws(ApprovalRefusal) -> [UInt8] {
        guard try reader.text("curve") == curve.rawValue else {
            throw reader.malformed("names a curve that is not that of its type")
        }
        let point = Array(try reader.string("point", limit: 1 + 2 * curve.coordinateBytes))
        guard point.count == 1 + 2 * curve.coordinateBytes, point.first == 0x04 else {
            throw reader.malformed("has a point that is not an uncompressed one of its curve")
        }
        guard curve.contains(point) else { throw reader.malformed("has a point that does not lie on its curve") }
        return point
    }

    private static func application(_ reader: inout SSHReader) throws(ApprovalRefusal) -> String {
        let application = try reader.text("application", limit: 256)
        // A key of a web site or another program must not be taken for one of SSH.
        guard application.hasPrefix("ssh:") else {
            throw ApprovalRefusal(
                .unsupported, "the security key was made for \(VisibleText.quoted(application)), not for `ssh:`")
        }
        return application
    }

    private static func checkRSA(exponent: [UInt8], modulus: [UInt8]) throws(ApprovalRefusal) {
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard bits >= smallestModulus else {
            throw ApprovalRefusal(
                .weakKey, "the RSA key has \(bits) bits; \(smallestModulus) are needed at least",
                remedy: "make an ed25519 key")
        }
        guard bits <= largestModulus else {
            throw ApprovalRefusal(.unsupported, "the RSA key has \(bits) bits; the limit is \(largestModulus)")
        }
        guard (modulus.last ?? 0) & 1 == 1, (exponent.last ?? 0) & 1 == 1, exponent != [1],
            (try? _RSA.Signing.PublicKey(n: modulus, e: exponent)) != nil
        else { throw ApprovalRefusal(.malformed, "the RSA key is none: its numbers are not those of a key") }
    }

    private static func unsupported(_ type: String) -> ApprovalRefusal {
        ApprovalRefusal(
            .unsupported, "keys of type \(VisibleText.quoted(type)) are not supported",
            remedy: "use ed25519, ecdsa, rsa of 2048 bits, or a security key")
    }
}

extension SSHPublicKey.Curve {
    /// Of X, and of Y.
    var coordinateBytes: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    /// - Parameter point: Uncompressed, of the right length.
    func contains(_ point: [UInt8]) -> Bool {
        switch self {
        case .p256: (try? P256.Signing.PublicKey(x963Representation: point)) != nil
        case .p384: (try? P384.Signing.PublicKey(x963Representation: point)) != nil
        case .p521: (try? P521.Signing.PublicKey(x963Representation: point)) != nil
        }
    }
}

/// Points of edwards25519 that are no keys.
enum EdwardsPoint {
    /// True for the points of small order, for which there are signatures of any message, and for encodings whose y is
    /// not below the field's prime.
    static func isDegenerate(_ point: [UInt8]) -> Bool {
        var y = point
        if !y.isEmpty { y[y.count - 1] &= 0x7F }
        let isCanonical = y.reversed().lexicographicallyPrecedes(prime.reversed())
        return !isCanonical || smallOrder.contains(y)
    }

    /// 2^255 - 19, little-endian.
    private static let prime: [UInt8] = [0xED] + Array(repeating: 0xFF, count: 30) + [0x7F]

    /// The y of the eight points whose order divides eight: 0, 1, -1, and the two of order eight.
    private static let smallOrder: Set<[UInt8]> = {
        let zero = [UInt8](repeating: 0, count: 32)
        let one = [1] + [UInt8](repeating: 0, count: 31)
        let minusOne = [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
        let eighth = [
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        ]
        return Set([zero, one, minusOne] + eighth.compactMap { Hex.bytes($0.utf8) })
    }()
}

extension KeyFingerprint {
    init(sha256 blob: [UInt8]) {
        self.init("SHA256:" + Base64.text(Array(SHA256.hash(data: blob))).replacing("=", with: ""))
    }
}
