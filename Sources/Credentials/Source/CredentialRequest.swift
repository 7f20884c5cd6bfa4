import StrictJSON

/// What a call needs a credential for.
package struct CredentialRequest: Sendable, Hashable {
    /// The lease that it is for: 26 lower-case letters and digits, unique. Sources name what they make after it where
    /// they can, so that what a crash left behind can be found.
    package var lease: String
    /// What the credential has to open, in the words of its source, with the call's arguments in place.
    package var scope: JSON
    /// How long it has to live at most.
    package var lifetime: Duration
    package var call: CallBinding

    package init(lease: String, scope: JSON, lifetime: Duration, call: CallBinding) {
        self.lease = lease
        self.scope = scope
        self.lifetime = lifetime
        self.call = call
    }
}

/// The call that a credential is bound to.
package struct CallBinding: Sendable, Hashable {
    package var run: String
    package var call: String
    package var task: String
    package var tool: String
    /// SHA-256 of the canonical call, as `sha256:…`.
    package var callDigest: String
    package var agent: String
    /// Who answers for the task.
    package var principal: String
    /// Who approved the call; empty if nobody had to.
    package var approvers: [String]
    /// The approval's request; nil if there was none.
    package var approval: String?

    package init(
        run: String, call: String, task: String, tool: String, callDigest: String, agent: String, principal: String,
        approvers: [String] = [], approval: String? = nil
    ) {
        self.run = run
        self.call = call
        self.task = task
        self.tool = tool
        self.callDigest = callDigest
        self.agent = agent
        self.principal = principal
        self.approvers = approvers
        self.approval = approval
    }
}
