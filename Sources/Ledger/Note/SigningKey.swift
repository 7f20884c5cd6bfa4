import Crypto

/// The secret Ed25519 key of a log. It signs, and does not print.
package struct SigningKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let key: Curve25519.Signing.PrivateKey
    /// What the signatures are verified with.
    package let verifier: VerifierKey

    private init(name: String, key: Curve25519.Signing.PrivateKey) {
        self.key = key
        verifier = VerifierKey(name: name, publicKey: Array(key.publicKey.rawRepresentation))
    }

    /// A new key.
    init(generating name: KeyName) {
        self.init(name: name.description, key: Curve25519.Signing.PrivateKey())
    }

    /// Reads what `stored` holds; nil for anything else.
    init?(stored text: String) {
        let parts = text.split(separator: "+", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "PRIVATE", parts[1] == "KEY", KeyName.isValid(String(parts[2])),
            let bytes = Base64.decode(parts[4]), bytes.count == 33, bytes[0] == VerifierKey.algorithm,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: Array(bytes[1...]))
        else { return nil }
        self.init(name: String(parts[2]), key: key)
        guard stored == text else { return nil }
    }

    /// The secret, in the form that signers of notes take: for a file that only its owner can read.
    var stored: String {
        let bytes = [VerifierKey.algorithm] + Array(key.rawRepresentation)
        return "PRIVATE+KEY+\(verifier.name)+\(VerifierKey.hexadecimal(verifier.identifier))+\(Base64.encode(bytes))"
    }

    func signature(of message: [UInt8]) throws(LedgerError) -> [UInt8] {
        do {
            return Array(try key.signature(for: message))
        } catch {
            throw LedgerError(.signingFailed, "the ledger's key `\(verifier.name)` cannot sign: \(error)")
        }
    }

    package var description: String { "the signing key of `\(verifier.name)`" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
