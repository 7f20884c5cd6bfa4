import Crypto

/// A public Ed25519 key with its name, in the form that verifiers of signed notes take (C2SP signed-note):
/// `NAME+HASH+BASE64`.
package struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    /// The 32 bytes of the key.
    let publicKey: [UInt8]
    /// The first four bytes of the hash of name and key: which key a signature is to be checked with.
    let identifier: UInt32

    /// The signature type of Ed25519.
    static let algorithm: UInt8 = 1

    /// - Parameter name: `KeyName.isValid`.
    init(name: String, publicKey: [UInt8]) {
        self.name = name
        self.publicKey = publicKey
        let hash = SHA256.hash(data: Array(name.utf8) + [UInt8(ascii: "\n"), Self.algorithm] + publicKey)
        identifier = hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads the form that `description` writes.
    package init(_ text: String) throws(LedgerError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, KeyName.isValid(String(parts[0])) else {
            throw Self.malformed("it has not the form NAME+HASH+KEY")
        }
        guard let bytes = Base64.decode(parts[2]), bytes.first == Self.algorithm, bytes.count == 33 else {
            throw Self.malformed("it holds no Ed25519 key")
        }
        self.init(name: String(parts[0]), publicKey: Array(bytes[1...]))
        guard description == text else { throw Self.malformed("its hash does not fit its name and key") }
    }

    package var description: String {
        "\(name)+\(Self.hexadecimal(identifier))+\(Base64.encode([Self.algorithm] + publicKey))"
    }

    /// The name, if it is one of a log of agentbox.
    package var keyName: KeyName? { KeyName(name) }

    /// True if `signature` is this key's of `message`.
    func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: message)
    }

    static func hexadecimal(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func malformed(_ why: String) -> LedgerError {
        LedgerError(
            .keyMalformed, "that is no verifier key of a log: \(why)",
            remedy: "give the line that `agentbox audit key` prints, or a file that holds it")
    }
}
