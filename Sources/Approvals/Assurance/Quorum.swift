/// Whether the answers to a request suffice.
package enum Quorum {
    /// A no ends it. Else as many distinct people as the request asks for have to say yes to the same thing, or one has
    /// to break the glass.
    ///
    /// - Parameter answers: Accepted by `ApprovalJudge` for this request; those of others are left out. Judge them again
    ///   when one is added: a key may have been revoked since.
    package static func verdict(
        of answers: [ApprovalAnswer], for request: ApprovalRequest, now: Moment
    ) -> QuorumVerdict {
        let own = answers.filter { $0.statement.request == request.id && $0.statement.nonce == request.nonce }
        if let no = own.first(where: { $0.statement.verdict == .deny }) {
            return .denied(by: no.approver, reason: no.statement.reason)
        }
        let valid = own.filter { now < $0.statement.expires }
        if let alone = valid.first(where: { $0.statement.scope == .breakGlass }) {
            return .granted(grant([[alone]]))
        }
        var most = 0
        for offer in request.offers {
            let people = People.groups(
                valid.filter { $0.statement.scope == offer.scope && $0.statement.subject == offer.subject })
            if people.count >= request.requirement.quorum { return .granted(grant(people)) }
            most = max(most, people.count)
        }
        return .waiting(missing: request.requirement.quorum - most)
    }

    /// - Parameter people: At least one, each with at least one answer, all about the same.
    private static func grant(_ people: [[ApprovalAnswer]]) -> QuorumVerdict.Grant {
        // Of one person's answers the best counts.
        let best = people.compactMap { $0.max { $0.approver.assurance < $1.approver.assurance } }
        let statement = best[0].statement
        let least = best.map(\.approver.assurance).min() ?? .localUser
        return QuorumVerdict.Grant(
            scope: statement.scope, subject: statement.subject, approvers: best.map(\.approver),
            assurance: best.count > 1 && least >= .key ? .twoPeople : least,
            expires: best.map(\.statement.expires).min() ?? statement.expires)
    }
}
