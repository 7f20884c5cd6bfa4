import Crypto
import StrictJSON

/// What a browser answers when a credential is used: `AuthenticatorAssertionResponse`, and the credential's identifier.
package struct WebAuthnAssertion: Sendable {
    package var credentialID: [UInt8]
    package var clientDataJSON: [UInt8]
    package var authenticatorData: [UInt8]
    package var signature: [UInt8]

    package init(
        credentialID: [UInt8], clientDataJSON: [UInt8], authenticatorData: [UInt8], signature: [UInt8]
    ) {
        self.credentialID = credentialID
        self.clientDataJSON = clientDataJSON
        self.authenticatorData = authenticatorData
        self.signature = signature
    }

    /// Reads `credentialID`, `clientDataJSON`, `authenticatorData` and `signature`, in base64url without padding as browsers
    /// write them, each in its one form. Other members are the caller's; nil if one of these is missing.
    package init?(_ json: JSON) {
        func bytes(_ key: String) -> [UInt8]? {
            json[key]?.stringValue.flatMap { Base64.urlBytes(Array($0.utf8)) }
        }
        guard let id = bytes("credentialID"), let client = bytes("clientDataJSON"),
            let data = bytes("authenticatorData"), let signature = bytes("signature")
        else { return nil }
        self.init(credentialID: id, clientDataJSON: client, authenticatorData: data, signature: signature)
    }

    /// What the credential's count is to be kept under.
    package var credentialText: String { Base64.urlText(credentialID) }

    /// Whether the credential signed that challenge on that page, with its holder present and verified (WebAuthn
    /// Level 2, section 7.2, steps 7 to 21).
    ///
    /// - Parameter lastCounter: The count that was kept of the credential's last use; 0 before the first.
    /// - Returns: The count to keep.
    package func verify(
        _ credential: WebAuthnCredential, challenge: [UInt8], _ party: RelyingParty,
        lastCounter: UInt32
    ) throws(ApprovalRefusal) -> UInt32 {
        guard credentialID == credential.id else {
            throw ApprovalRefusal(.unknownSigner, "the assertion is by another credential")
        }
        try ClientData.check(clientDataJSON, type: "webauthn.get", challenge: challenge, origin: party.origin)
        let data = try AuthenticatorData(authenticatorData)
        guard data.isFor(party.id) else {
            throw ApprovalRefusal(.wrongOrigin, "the assertion was made for another page than `\(party.id)`")
        }
        try data.checkPerson()
        let signed = authenticatorData + Array(SHA256.hash(data: clientDataJSON))
        guard signature.count <= SSHSignature.longest, credential.key.isValid(signature, of: signed) else {
            throw ApprovalRefusal(.badSignature, "the signature is none of this credential over these bytes")
        }
        // A credential that is declared to stay on its device does not begin to travel.
        guard data.isBackupEligible == (credential.kind == .synced) else {
            throw ApprovalRefusal(.clonedKey, "the authenticator says otherwise than before whether it can be copied")
        }
        guard data.counter > lastCounter || (data.counter == 0 && lastCounter == 0) else {
            throw ApprovalRefusal(
                .clonedKey,
                "the authenticator has counted to \(data.counter), and had before to \(lastCounter): it may be a copy",
                remedy: "remove the credential, and register it again")
        }
        return data.counter
    }
}
