/// Who made a statement, and whether their word counts for a request. The one place where answers are made.
///
/// ```swift
/// let judge = ApprovalJudge(signers: signers, revocations: revocations)
/// switch judge.judge(peer: peer, statement: statement, for: request, now: now) {
/// case .success(let answer): answers.append(answer)
/// case .failure(let refusal): record(refusal)
/// }
/// switch Quorum.verdict(of: answers, for: request, now: now) { … }
/// ```
package struct ApprovalJudge: Sendable {
    package let signers: AllowedSigners
    package let revocations: RevocationList

    package init(signers: AllowedSigners = .none, revocations: RevocationList = .none) {
        self.signers = signers
        self.revocations = revocations
    }

    /// The word of a local user (`A1`).
    ///
    /// It says yes only for calls of an agent in a box: an agent outside runs as the same user. A no is taken from the
    /// run's owner in any case.
    package func judge(
        peer: PeerEvidence, statement: ApprovalStatement, for request: ApprovalRequest, now: Moment
    ) -> Result<ApprovalAnswer, ApprovalRefusal> {
        Result { () throws(ApprovalRefusal) in
            _ = try StatementCheck.check(statement, for: request, now: now).get()
            guard peer.user == peer.runOwner else {
                throw ApprovalRefusal(.peerRefused, "the run belongs to another user of this host")
            }
            guard !peer.isInsideBox else {
                throw ApprovalRefusal(.peerRefused, "an answer from inside a box counts for nothing")
            }
            guard statement.approver == peer.name else {
                throw ApprovalRefusal(.unknownSigner, "the statement names another approver than the local user")
            }
            let approver = Approver(name: peer.name, assurance: .localUser, method: peer.method)
            let identities = identities(of: peer.name).union([.user(peer.user)])
            guard statement.verdict == .allow else {
                return ApprovalAnswer(statement: statement, approver: approver, identities: identities)
            }
            guard request.agentIsConfined else {
                throw ApprovalRefusal(
                    .peerRefused, "the agent runs as you, outside of any box: it could approve its own calls",
                    remedy: "approve with a key, or start the agent with `agentbox run`")
            }
            return try accept(statement, approver, identities, mayBePrincipal: false, request)
        }
    }

    /// The last step of every way to answer.
    ///
    /// - Parameter mayBePrincipal: The key could have signed as the task's principal too.
    func accept(
        _ statement: ApprovalStatement, _ approver: Approver, _ identities: Set<SignerIdentity>, mayBePrincipal: Bool,
        _ request: ApprovalRequest
    ) throws(ApprovalRefusal) -> ApprovalAnswer {
        let answer = ApprovalAnswer(statement: statement, approver: approver, identities: identities)
        // Whoever is known may say no.
        guard statement.verdict == .allow else { return answer }
        guard statement.scope != .breakGlass else {
            try require(BreakGlass.assurance, approver, request)
            try require(role: BreakGlass.role, approver)
            return answer
        }
        let requirement = request.requirement
        try require(requirement.assuranceOfEach, approver, request)
        let principal = self.identities(of: request.principal)
        let isPrincipal = !identities.isDisjoint(with: principal)
        if requirement.excludesPrincipal, isPrincipal || mayBePrincipal {
            throw ApprovalRefusal(
                .ownTask, "`\(approver.name)` is the principal of the task, who may not approve this",
                remedy: "ask somebody else")
        }
        for role in requirement.roles.sorted() { try require(role: role, approver) }
        if requirement.roles.isEmpty, requirement.quorum == 1, !requirement.excludesPrincipal, !isPrincipal {
            throw ApprovalRefusal(
                .wrongRole, "only the principal of the task may approve this",
                remedy: "name a role in the rule's `by` to let others approve")
        }
        return answer
    }

    private func require(
        _ assurance: ApprovalRequirement.Assurance, _ approver: Approver, _ request: ApprovalRequest
    ) throws(ApprovalRefusal) {
        guard approver.assurance >= assurance else {
            throw ApprovalRefusal(
                .assuranceTooLow,
                "the answer reaches \(approver.assurance.rawValue), and \(assurance.rawValue) is needed",
                remedy: (assurance == .key
                    ? "sign with a key of the allowed signers file" : "sign with a hardware key, by touching it")
                    + ": agentbox approve allow \(request.id) --key FILE --as NAME")
        }
    }

    private func require(role: String, _ approver: Approver) throws(ApprovalRefusal) {
        guard signers.hasRole(role, approver.name) else {
            throw ApprovalRefusal(
                .wrongRole, "`\(approver.name)` does not have the role `\(role)`",
                remedy: "the allowed signers file says who has: `# agentbox: role \(role) NAME`")
        }
    }

    func identities(of name: String) -> Set<SignerIdentity> {
        Set(signers.aliases(of: name).map { SignerIdentity.name(of: $0) })
    }
}
