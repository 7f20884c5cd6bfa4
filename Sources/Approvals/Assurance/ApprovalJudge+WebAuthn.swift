extension ApprovalJudge {
    /// A statement with an assertion of a browser's credential, whose challenge is the statement's digest: a key (`A2`),
    /// or a hardware key (`A3`) if the credential stays on its device, by its own word.
    ///
    /// - Parameters:
    ///   - statement: Its bytes; the browser is given their SHA-256 as the challenge.
    ///   - lastCounter: The count that was kept of the credential's last use; 0 before the first. The answer's
    ///     `approver.counter` is the one to keep now, by compare-and-swap.
    package func judge(
        _ assertion: WebAuthnAssertion, over statement: [UInt8], _ party: RelyingParty, lastCounter: UInt32,
        for request: ApprovalRequest, now: Moment
    ) -> Result<ApprovalAnswer, ApprovalRefusal> {
        Result { () throws(ApprovalRefusal) in
            let said = try ApprovalStatement(parsing: statement)
            guard let credential = signers.credential(assertion.credentialID), credential.name == said.approver else {
                throw ApprovalRefusal(
                    .unknownSigner, "the allowed signers file lists the credential not for `\(said.approver)`",
                    remedy: "register it in the console, and add the line that it shows to the file")
            }
            let counter = try assertion.verify(
                credential, challenge: said.digest.bytes, party, lastCounter: lastCounter)
            _ = try StatementCheck.check(said, for: request, now: now).get()
            let approver = Approver(
                name: said.approver, assurance: credential.kind == .device ? .hardwareKey : .key, method: .webauthn,
                key: credential.fingerprint, counter: counter)
            return try accept(
                said, approver, identities(of: said.approver).union([.key(credential.fingerprint)]),
                mayBePrincipal: false, request)
        }
    }
}
