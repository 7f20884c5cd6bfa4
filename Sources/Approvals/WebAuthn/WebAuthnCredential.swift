/// A browser's credential, as it was registered for a person. Who adds its line to the allowed signers file vouches for
/// who holds it; what made it is not asked, so that it lies in hardware is the authenticator's own word.
package struct WebAuthnCredential: Hashable, Sendable {
    package let id: [UInt8]
    /// Who it belongs to: a name as in the allowed signers file.
    package let name: String
    let key: COSEKey
    /// The key in CBOR.
    let encodedKey: [UInt8]
    package let kind: Kind

    /// Whether it can leave the device that made it, by its own word.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// It stays: a hardware key.
        case device
        /// It may be copied to other devices, as passkeys are: a key.
        case synced
    }

    /// `SHA256:…` of the key in CBOR.
    package var fingerprint: KeyFingerprint { KeyFingerprint(sha256: encodedKey) }

    /// For `allowCredentials`.
    package var idText: String { Base64.urlText(id) }

    /// The line of the allowed signers file that lets it approve.
    package var directive: String {
        "# agentbox: webauthn \(name) \(kind.rawValue) \(idText) \(Base64.urlText(encodedKey))"
    }

    init(id: [UInt8], name: String, key: COSEKey, encodedKey: [UInt8], kind: Kind) {
        self.id = id
        self.name = name
        self.key = key
        self.encodedKey = encodedKey
        self.kind = kind
    }

    /// Reads the words of a directive; nil for a kind that there is not, or what is not base64.
    init?(name: String, kind: String, id: String, key: String) throws(ApprovalRefusal) {
        guard let kind = Kind(rawValue: kind), let id = Base64.urlBytes(Array(id.utf8)), !id.isEmpty,
            id.count <= AuthenticatorData.longestCredentialID, let encoded = Base64.urlBytes(Array(key.utf8))
        else { return nil }
        self.init(
            id: id, name: name, key: try COSEKey(try CBORReader.value(encoded)), encodedKey: encoded, kind: kind)
    }
}
