/// A question that waits for an answer: what may be said yes to, and on which terms.
package struct ApprovalRequest: Hashable, Sendable {
    package var id: String
    package var nonce: Nonce
    package var run: String
    /// The person accountable for the task.
    package var principal: String
    /// True under `agentbox run`: then, and only then, the local user's word can count (A1).
    package var agentIsConfined: Bool
    package var requirement: ApprovalRequirement
    package var asked: Moment
    /// After this no answer is taken.
    package var expires: Moment
    /// What can be said yes to, at most one of each scope.
    package var offers: [Offer]

    /// Something that was shown, and that a statement may be about.
    package struct Offer: Hashable, Sendable {
        /// Not `breakGlass`, which is about what `once` offers.
        package var scope: ApprovalStatement.Scope
        package var subject: SubjectDigest
        package var shown: SubjectDigest

        package init(scope: ApprovalStatement.Scope, subject: SubjectDigest, shown: SubjectDigest) {
            self.scope = scope
            self.subject = subject
            self.shown = shown
        }
    }

    package init(
        id: String, nonce: Nonce, run: String, principal: String, agentIsConfined: Bool,
        requirement: ApprovalRequirement, asked: Moment, expires: Moment, offers: [Offer]
    ) {
        self.id = id
        self.nonce = nonce
        self.run = run
        self.principal = principal
        self.agentIsConfined = agentIsConfined
        self.requirement = requirement
        self.asked = asked
        self.expires = expires
        self.offers = offers
    }

    /// What a statement of that scope has to be about.
    package func offer(for scope: ApprovalStatement.Scope) -> Offer? {
        let wanted: ApprovalStatement.Scope = scope == .breakGlass ? .once : scope
        return offers.first { $0.scope == wanted }
    }
}
