/// A statement that was checked against its request, with who made it. Only `ApprovalJudge` makes one.
package struct ApprovalAnswer: Hashable, Sendable {
    package let statement: ApprovalStatement
    package let approver: Approver
    /// Equal for two answers that come from one person, under whatever name or key.
    let identities: Set<SignerIdentity>

    init(statement: ApprovalStatement, approver: Approver, identities: Set<SignerIdentity>) {
        self.statement = statement
        self.approver = approver
        self.identities = identities
    }
}
