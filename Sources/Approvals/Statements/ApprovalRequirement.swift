import Manifests

/// Whose yes counts, how sure it has to be that it is theirs, and how many of them it takes.
///
/// `A4`, two people, asks for two at `A2` or better. Whoever wants two people with hardware keys writes
/// `assurance: A3, quorum: 2`.
package struct ApprovalRequirement: Hashable, Sendable {
    /// Each answer has to reach it: `A1`, `A2` or `A3`.
    package var assuranceOfEach: Assurance
    /// So many distinct people.
    package var quorum: Int
    /// The roles that each of them has in the allowed signers file. None: where one person is enough, it is the task's
    /// principal; else anybody whom the file names.
    package var roles: Set<String>
    /// The task's principal may not be one of them.
    package var excludesPrincipal: Bool
    /// For how many seconds an approval can be used.
    package var validity: Int64
    /// One person with the role `break-glass` may decide alone.
    package var allowsBreakGlass: Bool

    package typealias Assurance = ApprovalTerms.Assurance

    package init(
        assurance: Assurance = .localUser, quorum: Int = 1, roles: Set<String> = [], excludesPrincipal: Bool = false,
        validity: Int64 = ApprovalRequirement.defaultValidity, allowsBreakGlass: Bool = true
    ) {
        assuranceOfEach = assurance == .twoPeople ? .key : assurance
        self.quorum = max(quorum, assurance == .twoPeople ? 2 : 1)
        self.roles = roles
        self.excludesPrincipal = excludesPrincipal
        self.validity = validity
        self.allowsBreakGlass = allowsBreakGlass
    }

    /// What a rule's `by` asks for. Without an assurance that is `A1` of a confined agent's call, else `A2`.
    package init(_ terms: ApprovalTerms?, agentIsConfined: Bool, excludesPrincipal: Bool = false) {
        self.init(
            assurance: terms?.assurance ?? (agentIsConfined ? .localUser : .key), quorum: terms?.quorum ?? 1,
            roles: Set([terms?.role].compactMap(\.self)), excludesPrincipal: excludesPrincipal,
            validity: terms?.expires.map(\.components.seconds) ?? Self.defaultValidity)
    }

    /// Ten minutes, in seconds.
    package static let defaultValidity: Int64 = 600

    /// What fulfils both: of several rules that ask for an approval of one call, all have to be content.
    package func combined(with other: Self) -> Self {
        var both = self
        both.assuranceOfEach = max(assuranceOfEach, other.assuranceOfEach)
        both.quorum = max(quorum, other.quorum)
        both.roles.formUnion(other.roles)
        both.excludesPrincipal = excludesPrincipal || other.excludesPrincipal
        both.validity = min(validity, other.validity)
        both.allowsBreakGlass = allowsBreakGlass && other.allowsBreakGlass
        return both
    }

    /// As the ledger names it: `A4` where two or more people have to reach `A2`.
    package var assurance: Assurance { quorum > 1 && assuranceOfEach >= .key ? .twoPeople : assuranceOfEach }
}

extension ApprovalTerms.Assurance: Comparable {
    /// By strength: `A1` is the weakest.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
