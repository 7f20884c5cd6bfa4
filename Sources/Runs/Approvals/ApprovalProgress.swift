import Approvals
import Registry
import StrictJSON

/// How far a request is that several people have to say yes to.
package struct ApprovalProgress: Hashable, Sendable {
    /// Who said yes so far, by the names under which they did.
    package let given: [String]
    /// How many more are needed.
    package let missing: Int
    private let requirement: ApprovalRequirement

    /// - Parameter answers: Those to that request, in their order.
    package init(_ record: ApprovalRecord, _ answers: [GivenAnswer]) {
        requirement = record.request.requirement
        var given: [String] = []
        var missing = requirement.quorum
        for answer in answers {
            // What the asking process has counted, and nothing else: an answer may lie there that it never took.
            guard answer.answer.verdict == .allow, case .waiting(let left)? = answer.outcome else { continue }
            let name = answer.claimedName ?? record.request.principal
            if !given.contains(name) { given.append(name) }
            missing = left
        }
        self.given = given
        self.missing = missing
    }

    /// `1 of 2 said yes (bob@example.com), 1 more with the role `maintainer``; nil of what one person decides.
    package var words: String? {
        let quorum = requirement.quorum
        guard quorum > 1 else { return nil }
        let names = given.isEmpty ? "" : " (\(given.joined(separator: ", ")))"
        let roles = requirement.roles.sorted().map { "`\($0)`" }.joined(separator: " and ")
        return "\(quorum - missing) of \(quorum) said yes\(names)"
            + (missing > 0 ? ", \(missing) more needed\(roles.isEmpty ? "" : " with the role \(roles)")" : "")
    }

    package var json: JSON {
        [
            "needed": .integer(Int64(requirement.quorum)), "missing": .integer(Int64(missing)),
            "given": .array(given.map(JSON.string)),
        ]
    }
}

extension GivenAnswer {
    /// Whom it says to be from; nil of the local user. The asking process has verified it of an answer that it took.
    fileprivate var claimedName: String? {
        switch answer.proof {
        case .localUser: nil
        case .ssh(let statement, _), .webAuthn(let statement, _):
            (try? ApprovalStatement(parsing: statement))?.approver
        }
    }
}
