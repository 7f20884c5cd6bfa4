import Diagnostics

/// Why bytes are no approval, or an approval is none of this call. A value: it is recorded and shown.
package struct ApprovalRefusal: Diagnostic, Hashable {
    /// What was wrong, stable.
    package struct Code: Hashable, Sendable {
        package let rawValue: String
        package init(_ rawValue: String) { self.rawValue = rawValue }

        // Of bytes.
        /// A signature, key, certificate or list that is not what its format says.
        package static let malformed = Code("malformed")
        /// A key type, algorithm or section that is known to be weak, or not known.
        package static let unsupported = Code("unsupported")
        /// A key that is too short.
        package static let weakKey = Code("weak-key")
        /// The signature is none of this key over these bytes.
        package static let badSignature = Code("bad-signature")
        /// Signed for another purpose.
        package static let wrongNamespace = Code("wrong-namespace")

        // Of statements.
        /// The statement is not canonical JSON of exactly the members that there are.
        package static let malformedStatement = Code("malformed-statement")
        /// For another request.
        package static let wrongRequest = Code("wrong-request")
        /// For another call, plan or pattern.
        package static let wrongSubject = Code("wrong-subject")
        /// Another text was shown.
        package static let wrongText = Code("wrong-text")
        package static let expired = Code("expired")
        package static let notYetValid = Code("not-yet-valid")
        /// Valid for longer than the rule lets approvals be.
        package static let tooLong = Code("too-long")
        package static let noReason = Code("no-reason")

        // Of who gave it.
        /// The allowed signers file does not list the key for that name.
        package static let unknownSigner = Code("unknown-signer")
        package static let revoked = Code("revoked")
        /// A security key signed without having been touched.
        package static let noTouch = Code("no-touch")
        /// A security key signed without having verified the person, by PIN or fingerprint.
        package static let noVerification = Code("no-verification")
        /// A certificate that is not for this: authority, time, principal, type, or an option that is not known.
        package static let certificateRefused = Code("certificate-refused")
        /// The peer may not approve: another user, inside a box, or for an agent outside any box.
        package static let peerRefused = Code("peer-refused")
        package static let assuranceTooLow = Code("assurance-too-low")
        package static let wrongRole = Code("wrong-role")
        /// The principal of the task may not approve it.
        package static let ownTask = Code("own-task")
        /// Of WebAuthn: another origin, relying party or challenge.
        package static let wrongOrigin = Code("wrong-origin")
        /// Of WebAuthn: a counter that went back.
        package static let clonedKey = Code("cloned-key")
        /// Nobody may break the glass of this request, or not this person.
        package static let noBreakGlass = Code("no-break-glass")
    }

    package let reason: Code
    package let message: String
    package let remedy: String?

    package init(_ reason: Code, _ message: String, remedy: String? = nil) {
        self.reason = reason
        self.message = message
        self.remedy = remedy
    }

    package var code: String { reason.rawValue }
}
