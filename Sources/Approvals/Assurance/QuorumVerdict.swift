/// What the answers to one request come to.
package enum QuorumVerdict: Hashable, Sendable {
    /// Enough people said yes, to the same thing.
    case granted(Grant)
    /// That many more people are needed.
    case waiting(missing: Int)
    /// Somebody said no.
    case denied(by: Approver, reason: String?)

    /// An approval as it is recorded and consumed.
    package struct Grant: Hashable, Sendable {
        package var scope: ApprovalStatement.Scope
        package var subject: SubjectDigest
        /// One a person.
        package var approvers: [Approver]
        /// The least of the approvers'; `A4` where two or more people reach `A2`.
        package var assurance: ApprovalRequirement.Assurance
        /// Until when it can be used: the earliest of the statements'.
        package var expires: Moment
    }
}
