import Crypto
import CryptoExtras

@testable import Approvals

/// An authenticator and its browser, in software, that can be told to misbehave.
struct SoftwareAuthenticator {
    enum Key {
        case es256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case rs256(_RSA.Signing.PrivateKey)
    }

    var key: Key
    var id: [UInt8] = Array("credential-1".utf8)
    var party = RelyingParty(id: "localhost", origin: "http://localhost:4321")
    /// Present and verified.
    var flags: UInt8 = 0x05
    var counter: UInt32 = 1
    var type: String?
    var extraMembers = ""

    static func kinds() throws -> [Key] {
        [
            .es256(P256.Signing.PrivateKey()), .ed25519(Curve25519.Signing.PrivateKey()),
            .rs256(try .init(keySize: .bits2048)),
        ]
    }

    func register(challenge: [UInt8], format: String = "none") throws -> WebAuthnRegistration {
        let head = authenticatorHead(flags | 0x40)
        let attested =
            [UInt8](repeating: 0, count: 16) + [UInt8(id.count >> 8), UInt8(truncatingIfNeeded: id.count)] + id
            + (try coseKey())
        let statement = format == "none" ? CBOREncoder.map([]) : CBOREncoder.map([(CBOREncoder.text("alg"), [0x26])])
        let object = CBOREncoder.map([
            (CBOREncoder.text("fmt"), CBOREncoder.text(format)), (CBOREncoder.text("attStmt"), statement),
            (CBOREncoder.text("authData"), CBOREncoder.bytes(head + attested)),
        ])
        return WebAuthnRegistration(
            clientDataJSON: clientData("webauthn.create", challenge), attestationObject: object)
    }

    func assert(challenge: [UInt8]) throws -> WebAuthnAssertion {
        let client = clientData("webauthn.get", challenge)
        let data = authenticatorHead(flags)
        let message = data + Array(SHA256.hash(data: client))
        let signature: [UInt8] =
            switch key {
            case .es256(let key): Array(try key.signature(for: message).derRepresentation)
            case .ed25519(let key): Array(try key.signature(for: message))
            case .rs256(let key):
                Array(
                    try key.signature(for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5).rawRepresentation)
            }
        return WebAuthnAssertion(
            credentialID: id, clientDataJSON: client, authenticatorData: data, signature: signature)
    }

    private func clientData(_ type: String, _ challenge: [UInt8]) -> [UInt8] {
        let text =
            #"{"type":"\#(self.type ?? type)","challenge":"\#(Base64.urlText(challenge))","#
            + #""origin":"\#(party.origin)","crossOrigin":false\#(extraMembers)}"#
        return Array(text.utf8)
    }

    private func authenticatorHead(_ flags: UInt8) -> [UInt8] {
        var counter = SSHWriter()
        counter.uint32(self.counter)
        return Array(SHA256.hash(data: Array(party.id.utf8))) + [flags] + counter.bytes
    }

    func coseKey() throws -> [UInt8] {
        switch key {
        case .es256(let key):
            let raw = Array(key.publicKey.rawRepresentation)
            return CBOREncoder.map([
                ([0x01], [0x02]), ([0x03], [0x26]), ([0x20], [0x01]), ([0x21], CBOREncoder.bytes(Array(raw[..<32]))),
                ([0x22], CBOREncoder.bytes(Array(raw[32...]))),
            ])
        case .ed25519(let key):
            return CBOREncoder.map([
                ([0x01], [0x01]), ([0x03], [0x27]), ([0x20], [0x06]),
                ([0x21], CBOREncoder.bytes(Array(key.publicKey.rawRepresentation))),
            ])
        case .rs256(let key):
            let numbers = try key.publicKey.getKeyPrimitives()
            return CBOREncoder.map([
                ([0x01], [0x03]), ([0x03], [0x39, 0x01, 0x00]), ([0x20], CBOREncoder.bytes(Array(numbers.modulus))),
                ([0x21], CBOREncoder.bytes(Array(numbers.publicExponent))),
            ])
        }
    }
}

/// As much as an authenticator writes.
enum CBOREncoder {
    static func head(_ major: UInt8, _ count: Int) -> [UInt8] {
        switch count {
        case ..<24: [major << 5 | UInt8(count)]
        case ..<256: [major << 5 | 24, UInt8(count)]
        default: [major << 5 | 25, UInt8(count >> 8), UInt8(truncatingIfNeeded: count)]
        }
    }

    static func bytes(_ value: [UInt8]) -> [UInt8] { head(2, value.count) + value }
    static func text(_ value: String) -> [UInt8] { head(3, value.utf8.count) + Array(value.utf8) }
    static func map(_ members: [([UInt8], [UInt8])]) -> [UInt8] {
        head(5, members.count) + members.flatMap { $0.0 + $0.1 }
    }
}
