import Crypto
import Testing

@testable import Approvals

@Suite("A key has one form, and a weak one is none")
struct KeyTests {
    private func key(_ type: String, _ fields: [[UInt8]]) -> [UInt8] {
        var writer = SSHWriter()
        writer.string(type)
        for field in fields { writer.string(field) }
        return writer.bytes
    }

    private func refused(_ blob: [UInt8]) -> ApprovalRefusal.Code? { refusal { try SSHPublicKey(blob: blob) } }

    @Test("keys that ssh-keygen makes are read and written alike", arguments: Keyring.Kind.allCases)
    func real(_ kind: Keyring.Kind) throws {
        let blob = try SharedKeys.keyring().publicBlob(kind.rawValue)
        #expect(try SSHPublicKey(blob: blob).blob == blob)
        for index in blob.indices { #expect(refused(Array(blob[..<index])) != nil) }
        #expect(refused(blob + [0]) == .malformed)
    }

    @Test("points of ed25519 for which anybody can sign")
    func degenerate() {
        let good = Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)
        #expect(refused(key("ssh-ed25519", [good])) == nil)
        let zero = [UInt8](repeating: 0, count: 32)
        let prime = [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
        let points = [
            zero, [1] + zero.dropFirst(), [0xEC] + prime.dropFirst(), prime, [0xEE] + prime.dropFirst(),
            [UInt8](repeating: 0xFF, count: 32),
            Hex.bytes("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05".utf8) ?? [],
            Hex.bytes("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a".utf8) ?? [],
        ]
        for point in points {
            var signed = point
            signed[31] |= 0x80
            for point in [point, signed] {
                #expect(refused(key("ssh-ed25519", [point])) == .weakKey, "\(Hex.text(point))")
                #expect(
                    refused(key("sk-ssh-ed25519@openssh.com", [point, Array("ssh:".utf8)])) == .weakKey)
            }
        }
        // That such a signature exists: R the neutral point and S zero, for the neutral point as a key.
        let neutral = [1] + zero.dropFirst()
        #expect(SSHPublicKey.isValid(neutral + zero, of: Array("anything".utf8), Array(neutral)))
    }

    @Test("curves: the one that the type names, a point on it, uncompressed")
    func curves() {
        let private256 = P256.Signing.PrivateKey()
        let point = Array(private256.publicKey.x963Representation)
        let (type, name) = ("ecdsa-sha2-nistp256", Array("nistp256".utf8))
        #expect(refused(key(type, [name, point])) == nil)
        #expect(refused(key(type, [Array("nistp384".utf8), point])) == .malformed)
        #expect(refused(key("ecdsa-sha2-nistp384", [Array("nistp384".utf8), point])) == .malformed)
        #expect(refused(key(type, [name, Array(private256.publicKey.compressedRepresentation)])) == .malformed)
        #expect(refused(key(type, [name, [0]])) == .malformed)
        #expect(refused(key(type, [name, [0x04] + [UInt8](repeating: 1, count: 64)])) == .malformed)
        var moved = point
        moved[64] ^= 1
        #expect(refused(key(type, [name, moved])) == .malformed)
    }

    @Test("security keys of another purpose")
    func applications() {
        let point = Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)
        for (application, expected) in [
            ("ssh:", nil), ("ssh:work", nil), ("https://example.com", .unsupported), ("", .unsupported),
        ]
            as [(String, ApprovalRefusal.Code?)]
        {
            #expect(refused(key("sk-ssh-ed25519@openssh.com", [point, Array(application.utf8)])) == expected)
        }
    }

    @Test("RSA: long enough, odd, without superfluous zeros; other types not at all")
    func rsa() throws {
        let keyring = try Keyring()
        let blob = try SharedKeys.keyring().publicBlob("rsa")
        guard case .rsa(let exponent, let modulus) = try SSHPublicKey(blob: blob) else { return }
        func rsa(_ exponent: [UInt8], _ modulus: [UInt8]) -> ApprovalRefusal.Code? {
            refused(key("ssh-rsa", [exponent, modulus]))
        }
        #expect(rsa(exponent, [0] + modulus) == nil)
        #expect(rsa(exponent, [0, 0] + modulus) == .malformed)
        #expect(rsa([0] + exponent, [0] + modulus) == .malformed)
        #expect(rsa(exponent, modulus) == .malformed, "negative")
        #expect(rsa([1], [0] + modulus) == .malformed)
        #expect(rsa([2], [0] + modulus) == .malformed)
        #expect(rsa([], [0] + modulus) == .malformed)
        #expect(rsa(exponent, [0] + modulus.dropLast() + [0]) == .malformed)
        #expect(rsa(exponent, [0] + modulus.prefix(128)) == .weakKey)
        #expect(rsa(exponent, [0] + [UInt8](repeating: 0xFF, count: 1025)) == .malformed)
        try keyring.make("short", .rsa, options: ["-b", "1024"])
        #expect(refused(try keyring.publicBlob("short")) == .weakKey)
        for type in ["ssh-dss", "ssh-ed448", "rsa-sha2-512", "ssh-ed25519-cert-v01@openssh.com", "", "none"] {
            #expect(refused(key(type, [[1]])) == .unsupported, "\(type)")
        }
    }

    @Test("signatures: numbers in their one form, of the right length, by an algorithm that is not weak")
    func signatures() throws {
        let keys = try SharedKeys.keyring()
        let message = Array("message".utf8)
        let parts = try SSHSIGParts(try SSHArmour.bytes(try keys.sign(message, with: "ecdsa256")))
        guard case .ecdsa(_, let r, let s) = try SSHSignature(blob: parts.signature) else { return }
        func integer(_ value: [UInt8]) -> [UInt8] { (value.first ?? 0) & 0x80 == 0 ? value : [0] + value }
        func judge(_ numbers: [[UInt8]], _ type: String = "ecdsa-sha2-nistp256") -> ApprovalRefusal.Code? {
            var inner = SSHWriter()
            for number in numbers { inner.string(number) }
            var changed = parts
            changed.signature = key(type, [inner.bytes])
            return refusal {
                try SSHSIG(changed.bytes).verify(message, namespace: Approvals.namespace)
            }
        }
        #expect(judge([integer(r), integer(s)]) == nil)
        #expect(judge([integer(s), integer(r)]) == .badSignature)
        #expect(judge([[0] + integer(r), integer(s)]) == .malformed)
        #expect(judge([integer(r), [0, 0] + integer(s)]) == .malformed)
        #expect(judge([integer(r), []]) == .malformed)
        #expect(judge([integer(r), [0]]) == .malformed)
        #expect(judge([integer(r), [0x80]]) == .malformed)
        #expect(judge([integer(r), integer(s), integer(s)]) == .malformed)
        #expect(judge([integer(r)]) == .malformed)
        #expect(judge([[1], [1]]) == .badSignature)
        #expect(judge([integer(r), integer(s)], "ecdsa-sha2-nistp384") == .badSignature)
        #expect(judge([integer(r), integer(s)], "ssh-rsa") == .unsupported)
        #expect(judge([integer(r), integer(s)], "webauthn-sk-ecdsa-sha2-nistp256@openssh.com") == .unsupported)

        // A signature by RSA is as long as its key, with the zeros that it may begin with.
        var rsa = try SSHSIGParts(try SSHArmour.bytes(try keys.sign(message, with: "rsa")))
        guard case .rsa(let hash, let value) = try SSHSignature(blob: rsa.signature) else { return }
        for (value, expected) in [(value, nil), ([0] + value, .badSignature), (value.dropLast(), .badSignature)]
            as [([UInt8], ApprovalRefusal.Code?)]
        {
            rsa.signature = key("rsa-sha2-\(hash == .sha512 ? "512" : "256")", [Array(value)])
            #expect(refusal { try SSHSIG(rsa.bytes).verify(message, namespace: Approvals.namespace) } == expected)
        }
    }

    @Test("the parts around a signature: version, hash, reserved field")
    func parts() throws {
        let message = Array("message".utf8)
        let binary = try SSHArmour.bytes(try SharedKeys.keyring().sign(message, with: "ed25519"))
        var version = binary
        version[9] = 2
        #expect(refusal { try SSHSIG(version) } == .unsupported)
        let parts = try SSHSIGParts(binary)
        for hash in ["sha1", "SHA512", "sha384", "", "sha512 "] {
            var changed = parts
            changed.hash = Array(hash.utf8)
            #expect(refusal { try SSHSIG(changed.bytes) } == .unsupported, "\(hash)")
        }
        var reserved = parts
        reserved.reserved = [0]
        #expect(refusal { try SSHSIG(reserved.bytes) } == .malformed)
        var other = parts
        other.hash = Array("sha256".utf8)
        #expect(
            refusal { try SSHSIG(other.bytes).verify(message, namespace: Approvals.namespace) } == .badSignature)
        var long = parts
        long.namespace = [UInt8](repeating: 0x61, count: 257)
        #expect(refusal { try SSHSIG(long.bytes) } == .malformed)
        #expect(refusal { try SSHSIG(Array("SSHSIG".utf8) + [UInt8](repeating: 0, count: 30_000)) } == .malformed)
    }
}
