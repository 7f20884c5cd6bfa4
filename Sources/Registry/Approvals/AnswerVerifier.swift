import Approvals
import StrictJSON

/// Who gave an answer, whatever it is proven by.
struct AnswerVerifier {
    let judge: ApprovalJudge
    /// With the offer that the answer is about.
    let request: ApprovalRequest
    let now: Moment

    func verify(_ kept: KeptAnswer) -> Result<ApprovalAnswer, ApprovalRefusal> {
        let answer = kept.answer
        let result: Result<ApprovalAnswer, ApprovalRefusal>
        switch answer.proof {
        case .localUser: result = verify(localUser: kept)
        case .ssh(let statement, let signature):
            result = judge.judge(signature: signature, over: statement, for: request, now: now)
        case .webAuthn(let statement, let assertion):
            guard let proof = WebAuthnProof(assertion) else {
                return .failure(ApprovalRefusal(.malformed, "the assertion is not what a browser gives"))
            }
            result = judge.judge(
                proof.assertion, over: statement, proof.party, lastCounter: kept.lastCounter, for: request, now: now)
        }
        return result.flatMap { accepted in
            // What was signed counts, not what came with it; where they differ somebody is deceived.
            guard accepted.statement.verdict == answer.verdict, accepted.statement.scope == answer.scope.statementScope
            else { return .failure(ApprovalRefusal(.wrongSubject, "what was signed says otherwise than the answer")) }
            return .success(accepted)
        }
    }

    /// The local user signs nothing: the statement is ours, about what they were shown.
    private func verify(localUser kept: KeptAnswer) -> Result<ApprovalAnswer, ApprovalRefusal> {
        guard let peer = kept.peer else {
            return .failure(
                ApprovalRefusal(
                    .peerRefused, "being the local user counts only on the run's own socket or terminal"))
        }
        let answer = kept.answer
        // Whoever sees the request through the store may have been shown another text. A no needs none.
        let isShown = answer.shown == request.offer(for: answer.scope.statementScope)?.shown
        guard answer.verdict == .deny || isShown || peer.method == .terminal else {
            return .failure(
                ApprovalRefusal(
                    .wrongText, "another text was shown than the one that is asked about",
                    remedy: "read it again: agentbox approve show \(request.id)"))
        }
        guard
            let statement = ApprovalStatement(
                answer.verdict, to: request, scope: answer.scope.statementScope, approver: peer.name,
                reason: answer.reason, now: kept.received)
        else { return .failure(ApprovalRefusal(.wrongSubject, "the request cannot be answered so")) }
        return judge.judge(peer: peer, statement: statement, for: request, now: now)
    }
}

/// An assertion as the console hands it on: base64url members as browsers write them, and the page's origin.
struct WebAuthnProof {
    let assertion: WebAuthnAssertion
    let party: RelyingParty

    /// Nil if a member is missing, or the page is none of this host's own.
    init?(_ json: JSON) {
        // In one form each: the credential's text is what its count is kept under.
        guard let assertion = WebAuthnAssertion(json), let origin = json["origin"]?.stringValue, Self.isOwn(origin)
        else {
            return nil
        }
        self.assertion = assertion
        party = RelyingParty(id: "localhost", origin: origin)
    }

    /// `http://localhost:PORT`: another page could have shown another text.
    private static func isOwn(_ origin: String) -> Bool {
        let prefix = "http://localhost:"
        guard origin.hasPrefix(prefix) else { return false }
        let port = origin.utf8.dropFirst(prefix.utf8.count)
        return (1...5).contains(port.count) && port.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
