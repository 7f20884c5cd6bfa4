import Diagnostics

extension AllowedSigners {
    /// Whether the file lets that key or certificate sign under that name for that purpose, now.
    func authorise(
        _ signer: SSHSigner, as name: String, namespace: String, now: Moment
    ) throws(ApprovalRefusal) {
        var refusal: ApprovalRefusal?
        for entry in entries where entry.principals.matches(name) && entry.isOf(signer) {
            do throws(ApprovalRefusal) {
                return try entry.check(signer, as: name, namespace: namespace, now: now)
            } catch {
                refusal = refusal ?? error
            }
        }
        if let refusal { throw refusal }
        let others = entries.filter { $0.isOf(signer) }.flatMap { $0.principals.writtenNames }
        if let other = others.first.map({ VisibleText.line($0, limit: 80) }) {
            throw ApprovalRefusal(
                .unknownSigner,
                "the key `\(signer.key.fingerprint)` is listed for \(other), not for \(VisibleText.quoted(name))",
                remedy: "give --as \(other)")
        }
        throw ApprovalRefusal(
            .unknownSigner,
            "the allowed signers file lists the key `\(signer.key.fingerprint)` not for \(VisibleText.quoted(name))",
            remedy: "check the name in the statement, or add a line with that name and key")
    }

    /// True if the key could sign under that name: whoever holds it may be that person.
    func couldSign(_ signer: SSHSigner, as name: String, namespace: String, now: Moment) -> Bool {
        (try? authorise(signer, as: name, namespace: namespace, now: now)) != nil
    }
}

extension AllowedSigners.Entry {
    fileprivate func isOf(_ signer: SSHSigner) -> Bool {
        switch signer {
        case .key(let key): !isAuthority && key == self.key
        case .certificate(let certificate): isAuthority && certificate.authority == key
        }
    }

    fileprivate func check(
        _ signer: SSHSigner, as name: String, namespace: String, now: Moment
    ) throws(ApprovalRefusal) {
        if case .certificate(let certificate) = signer { try certificate.check(name, now: now) }
        if let namespaces, !namespaces.matches(namespace) {
            throw ApprovalRefusal(
                .wrongNamespace,
                "line \(line) of the allowed signers file does not let the key sign for `\(namespace)`",
                remedy: "add the namespace to the line's `namespaces`")
        }
        if let validAfter, now < validAfter {
            throw ApprovalRefusal(
                .notYetValid, "line \(line) of the allowed signers file lets the key sign from \(validAfter) on")
        }
        if let validBefore, now >= validBefore {
            throw ApprovalRefusal(
                .expired, "line \(line) of the allowed signers file let the key sign before \(validBefore)")
        }
    }
}
