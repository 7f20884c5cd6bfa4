import Glibc

@testable import Approvals

/// A request and statements that answer it.
struct Question {
    var request: ApprovalRequest
    var now: Moment

    static let alice = "alice@example.com"
    static let bob = "bob@example.com"
    static let text = ShownText("alice wants to push to main")
    static let call = SubjectDigest.of(Array("one call".utf8))
    static let pattern = SubjectDigest.of(Array("a pattern".utf8))

    /// By default of a confined agent, for which anything that the principal says is enough.
    init(
        _ requirement: ApprovalRequirement = ApprovalRequirement(), agentIsConfined: Bool = true, id: String = "r-1"
    ) {
        now = Moment(secondsSince1970: Int64(time(nil)))
        request = ApprovalRequest(
            id: id, nonce: Nonce.make(), run: "run-1", principal: Self.alice, agentIsConfined: agentIsConfined,
            requirement: requirement, asked: now, expires: now + 900,
            offers: [
                ApprovalRequest.Offer(scope: .once, subject: Self.call, shown: Self.text.digest),
                ApprovalRequest.Offer(scope: .pattern, subject: Self.pattern, shown: Self.text.digest),
            ])
    }

    func statement(
        _ verdict: ApprovalStatement.Verdict = .allow, scope: ApprovalStatement.Scope = .once, by name: String = alice,
        reason: String? = nil, _ change: (inout ApprovalStatement) -> Void = { _ in }
    ) -> ApprovalStatement {
        var statement = ApprovalStatement(
            verdict: verdict, scope: scope, subject: request.offer(for: scope)?.subject ?? Self.call,
            shown: Self.text.digest, request: request.id, nonce: request.nonce, issued: now,
            expires: now + (scope == .breakGlass ? BreakGlass.longest : request.requirement.validity), approver: name,
            reason: reason)
        change(&statement)
        return statement
    }
}

extension Result where Failure == ApprovalRefusal {
    /// Why not; nil for a success.
    var refusal: ApprovalRefusal.Code? {
        if case .failure(let refusal) = self { refusal.reason } else { nil }
    }

    var isSuccess: Bool { refusal == nil }
}

/// The reason for which something is refused; nil if it is not.
func refusal(_ body: () throws -> some Any) -> ApprovalRefusal.Code? {
    do {
        _ = try body()
        return nil
    } catch let error as ApprovalRefusal {
        return error.reason
    } catch {
        return nil
    }
}
