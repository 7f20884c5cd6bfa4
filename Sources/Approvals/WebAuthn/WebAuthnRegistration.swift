import Diagnostics
import StrictJSON

/// What a browser answers when a credential is made: `AuthenticatorAttestationResponse`.
package struct WebAuthnRegistration: Sendable {
    package var clientDataJSON: [UInt8]
    package var attestationObject: [UInt8]

    package init(clientDataJSON: [UInt8], attestationObject: [UInt8]) {
        self.clientDataJSON = clientDataJSON
        self.attestationObject = attestationObject
    }

    /// Reads `clientDataJSON` and `attestationObject`, in base64url without padding; nil if one is missing.
    package init?(_ json: JSON) {
        guard let client = json["clientDataJSON"]?.stringValue.flatMap({ Base64.urlBytes(Array($0.utf8)) }),
            let object = json["attestationObject"]?.stringValue.flatMap({ Base64.urlBytes(Array($0.utf8)) })
        else { return nil }
        self.init(clientDataJSON: client, attestationObject: object)
    }

    private static let longest = 16 << 10

    /// The credential (WebAuthn Level 2, section 7.1, steps 7 to 19). Attestation of the kinds `none` and `packed` is
    /// read, and proves nothing here.
    ///
    /// - Parameters:
    ///   - name: Whose it will be, as the allowed signers file names them.
    ///   - challenge: Random bytes, made for this registration.
    /// - Returns: What counts once its `directive` stands in the allowed signers file.
    package func credential(
        for name: String, challenge: [UInt8], _ party: RelyingParty
    ) throws(ApprovalRefusal) -> WebAuthnCredential {
        guard ApprovalStatement.isName(name), PatternList(name)?.plainNames.count == 1 else {
            throw ApprovalRefusal(.malformed, "\(VisibleText.quoted(name)) is no name of one person")
        }
        try ClientData.check(clientDataJSON, type: "webauthn.create", challenge: challenge, origin: party.origin)
        guard attestationObject.count <= Self.longest else {
            throw ApprovalRefusal(.malformed, "the attestation is \(attestationObject.count) bytes long")
        }
        let attestation = try CBORReader.value(attestationObject)
        guard case .map(let members) = attestation, members.count == 3, let bytes = attestation["authData"]?.bytesValue,
            case .map(let statement)? = attestation["attStmt"]
        else { throw ApprovalRefusal(.malformed, "the attestation has not the members that it should have") }
        switch attestation["fmt"]?.textValue {
        case "none" where statement.isEmpty, "packed": break
        default:
            throw ApprovalRefusal(
                .unsupported, "the attestation is neither `none` nor `packed`",
                remedy: "register with `attestation: \"none\"`")
        }
        let data = try AuthenticatorData(bytes)
        guard data.isFor(party.id) else {
            throw ApprovalRefusal(.wrongOrigin, "the credential was made for another page than `\(party.id)`")
        }
        try data.checkPerson()
        guard let attested = data.attested else {
            throw ApprovalRefusal(.malformed, "the authenticator's data has no credential")
        }
        return WebAuthnCredential(
            id: attested.credentialID, name: name, key: attested.key, encodedKey: attested.encodedKey,
            kind: data.isBackupEligible ? .synced : .device)
    }
}

extension AuthenticatorData {
    /// Somebody was there, and was who they are.
    func checkPerson() throws(ApprovalRefusal) {
        guard isPresent else {
            throw ApprovalRefusal(.noTouch, "nobody touched the authenticator")
        }
        guard isVerified else {
            throw ApprovalRefusal(
                .noVerification, "the authenticator did not verify who touched it",
                remedy: "set a PIN, and ask with `userVerification: \"required\"`")
        }
    }
}
