/// One thing by which a person is known: two answers that share one come from one person.
enum SignerIdentity: Hashable, Sendable {
    /// A name of the allowed signers file, in lower case.
    case name(String)
    case key(KeyFingerprint)
    /// A local user.
    case user(UInt32)

    static func name(of text: String) -> SignerIdentity { .name(text.lowercased()) }
}

/// How many people are behind some answers, counted low: what shares a name or a key counts once, however indirectly.
enum People {
    /// The answers, one group a person.
    static func groups(_ answers: [ApprovalAnswer]) -> [[ApprovalAnswer]] {
        var groups: [(identities: Set<SignerIdentity>, answers: [ApprovalAnswer])] = []
        for answer in answers {
            var merged = (identities: answer.identities, answers: [answer])
            groups.removeAll { group in
                guard !group.identities.isDisjoint(with: merged.identities) else { return false }
                merged.identities.formUnion(group.identities)
                merged.answers = group.answers + merged.answers
                return true
            }
            groups.append(merged)
        }
        return groups.map(\.answers)
    }
}
