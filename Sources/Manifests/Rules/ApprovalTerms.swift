/// `by: {role: maintainer, quorum: 1, assurance: A2, notPrincipal: true, expires: 10m}`: whose approval counts, and how it is given.
package struct ApprovalTerms: Hashable, Sendable {
    /// Who may approve; nil means the principal.
    package var role: String?
    /// How many people have to approve; nil means as many as the assurance asks for.
    package var quorum: Int?
    /// The least that an approval has to prove of who gave it.
    package var assurance: Assurance?
    /// The task's principal may not be among them.
    package var excludesPrincipal: Bool
    /// How long people may take, and an approval can be used.
    package var expires: Duration?

    /// Whoever can give an approval may give it.
    package init(
        role: String? = nil, quorum: Int? = nil, assurance: Assurance? = nil, excludesPrincipal: Bool = false,
        expires: Duration? = nil
    ) {
        self.role = role
        self.quorum = quorum
        self.assurance = assurance
        self.excludesPrincipal = excludesPrincipal
        self.expires = expires
    }

    /// How sure it is who approved.
    package enum Assurance: String, Hashable, Sendable, CaseIterable {
        /// The local user, outside of every sandbox.
        case localUser = "A1"
        /// A key.
        case key = "A2"
        /// A hardware key with touch.
        case hardwareKey = "A3"
        /// Two people.
        case twoPeople = "A4"
    }
}
