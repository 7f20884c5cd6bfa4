extension ApprovalJudge {
    /// A statement with a signature in SSHSIG: of a key (`A2`), or of a security key that was touched (`A3`).
    ///
    /// - Parameters:
    ///   - signature: What `ssh-keygen -Y sign -n approval@agentbox.dev` wrote, or its binary form.
    ///   - statement: The bytes that were signed.
    package func judge(
        signature: [UInt8], over statement: [UInt8], for request: ApprovalRequest, now: Moment
    ) -> Result<ApprovalAnswer, ApprovalRefusal> {
        Result { () throws(ApprovalRefusal) in
            let said = try ApprovalStatement(parsing: statement)
            let signature = try SSHSIG(signature)
            try signature.verify(statement, namespace: Approvals.namespace)
            let signer = signature.signer
            try revocations.check(signer)
            try signers.authorise(signer, as: said.approver, namespace: Approvals.namespace, now: now)
            try checkVerification(signature, said.approver)
            _ = try StatementCheck.check(said, for: request, now: now).get()

            let key = signer.key
            let approver = Approver(
                name: said.approver, assurance: key.isSecurityKey ? .hardwareKey : .key,
                method: key.isSecurityKey ? .securityKey : .ssh, key: key.fingerprint,
                counter: signature.use?.counter)
            let mayBePrincipal = signers.couldSign(
                signer, as: request.principal, namespace: Approvals.namespace, now: now)
            return try accept(
                said, approver, identities(of: signer, named: said.approver, now: now), mayBePrincipal: mayBePrincipal,
                request)
        }
    }

    /// Whether the key or certificate that signed may do so at this moment too, whenever it did.
    ///
    /// - Throws: `ApprovalRefusal` if it was revoked, is no longer listed for that name, or its time is over.
    package func requireSigner(of signature: [UInt8], as name: String, now: Moment) throws(ApprovalRefusal) {
        let signer = try SSHSIG(signature).signer
        try revocations.check(signer)
        try signers.authorise(signer, as: name, namespace: Approvals.namespace, now: now)
    }

    /// The key, the person's names, and every other name that the key or the certificate could be used for: two keys of
    /// one person must not pass for two people.
    private func identities(of signer: SSHSigner, named name: String, now: Moment) -> Set<SignerIdentity> {
        let others: Set<String> =
            switch signer {
            case .key(let key): signers.plainNames(of: key)
            case .certificate(let certificate):
                Set(
                    certificate.principals.filter {
                        signers.couldSign(signer, as: $0, namespace: Approvals.namespace, now: now)
                    })
            }
        return others.reduce(into: identities(of: name).union([.key(signer.key.fingerprint)])) { all, other in
            all.formUnion(identities(of: other))
        }
    }

    /// Where a PIN or a fingerprint is asked for, by the certificate or by the file, a key without one does not count.
    private func checkVerification(_ signature: SSHSIG, _ name: String) throws(ApprovalRefusal) {
        var isRequired = signers.requiresVerification(name)
        if case .certificate(let certificate) = signature.signer, certificate.requiresVerification { isRequired = true }
        guard isRequired, signature.use?.isVerified != true else { return }
        throw ApprovalRefusal(
            .noVerification, "a security key that verifies the person, by PIN or fingerprint, is required of `\(name)`",
            remedy: "make the key with `-O verify-required`")
    }
}
