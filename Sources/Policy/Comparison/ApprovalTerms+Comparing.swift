import Diagnostics
import Manifests

extension ApprovalTerms {
    /// True if every approval that fulfils the other terms fulfils these. False where that is not known: a role may be
    /// held by fewer people than another, and two people need not have keys.
    func covers(_ other: ApprovalTerms) -> Bool {
        let isSameRole = role.map(TextKey.init) == other.role.map(TextKey.init)
        // Without a role it is the principal alone, or anybody else: neither is among the other.
        let isSamePeople =
            role == nil
            ? excludesPrincipal == other.excludesPrincipal : !excludesPrincipal || other.excludesPrincipal
        let isLongEnough = expires.map { own in other.expires.map { $0 <= own } ?? false } ?? true
        return isSameRole && isSamePeople && isLongEnough && people <= other.people
            && Self.isCovered(other.assurance, by: assurance)
    }

    /// How many people have to approve.
    private var people: Int { quorum ?? (assurance == .twoPeople ? 2 : 1) }

    private static func isCovered(_ other: Assurance?, by own: Assurance?) -> Bool {
        switch (own, other) {
        // Nothing is less than A1.
        case (nil, _), (.localUser, _): true
        case (.key, .key), (.key, .hardwareKey), (.hardwareKey, .hardwareKey), (.twoPeople, .twoPeople): true
        default: false
        }
    }

    /// For people: reads after "an approval by".
    var words: String {
        var words = [role.map { VisibleText.quoted($0) } ?? (excludesPrincipal ? "a known signer" : "the principal")]
        if excludesPrincipal { words.append("not the principal") }
        if let quorum { words.append("\(quorum) \(quorum == 1 ? "person" : "people")") }
        if let assurance { words.append("at least \(assurance.rawValue)") }
        if let expires { words.append("for \(expires.words)") }
        return words.joined(separator: ", ")
    }
}

/// The approvals that a call needs: of several rules that ask for one, the terms of each.
///
/// Whether an approval has to fulfil the terms of all of them or of one is not said here: only what is true both ways
/// counts as weaker, and only what is false both ways as no weaker.
struct NeededApprovals: Hashable {
    let terms: Set<ApprovalTerms>

    init(_ terms: some Sequence<ApprovalTerms>) { self.terms = Set(terms) }

    /// The terms of the rules that a decision rests on, if it asks for an approval.
    init?(_ decision: Decision, _ intent: CompiledIntent) {
        guard decision.effect == .approve else { return nil }
        terms = Set(
            decision.rules.filter { $0.outcome == .matched && $0.effect == .approve }.compactMap { report in
                intent.rules.indices.contains(report.index)
                    ? intent.rules[report.index].approval : nil
            })
    }

    /// True if some approval suffices for these and not for the others, however several are taken.
    func isWeaker(than others: NeededApprovals) -> Bool {
        let everyOne = terms.allSatisfy { own in others.terms.contains { $0.covers(own) } }
        let all = others.terms.allSatisfy { other in terms.contains { other.covers($0) } }
        return !everyOne && !all
    }

    var words: String { terms.map(\.words).sorted().joined(separator: "; ") }
}
