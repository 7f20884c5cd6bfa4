/// Who gave an answer, and how sure that is.
package struct Approver: Hashable, Sendable {
    /// As the statement and the allowed signers file name them.
    package var name: String
    /// Of this one answer: `A1`, `A2` or `A3`.
    package var assurance: ApprovalRequirement.Assurance
    package var method: Method
    /// The key that signed; nil for a peer.
    package var key: KeyFingerprint?
    /// An authenticator's count of its signatures, as it reports it. Of a browser's credential it has to grow; SSH has no
    /// rule for it, and many keys count all their uses together, so there it is only recorded.
    package var counter: UInt32?

    package enum Method: String, Hashable, Sendable, CaseIterable {
        /// A command on this host, by peer credentials.
        case peer
        /// The terminal of `agentbox run`.
        case terminal
        /// An SSH key.
        case ssh
        /// A hardware key, through SSH.
        case securityKey = "security-key"
        case webauthn
        /// A click in the console, by its session.
        case console
    }

    package init(
        name: String, assurance: ApprovalRequirement.Assurance, method: Method, key: KeyFingerprint? = nil,
        counter: UInt32? = nil
    ) {
        self.name = name
        self.assurance = assurance
        self.method = method
        self.key = key
        self.counter = counter
    }
}

/// `SHA256:` and the base64 of a key's SHA-256, without padding, as `ssh-keygen -l` prints it.
package struct KeyFingerprint: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
