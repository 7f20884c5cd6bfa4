import StrictJSON

/// What an approver signs: this verdict, on this, having been shown this text. The signature is over the canonical form
/// (RFC 8785) of exactly these members.
///
/// ```json
/// {"approver":"alice@example.com","expires":"2027-06-01T12:10:00Z","issued":"2027-06-01T12:00:00Z",
///  "kind":"agentbox.dev/approval/v1","nonce":"…","request":"…","scope":"once","shown":"sha256:…","subject":"sha256:…",
///  "verdict":"allow"}
/// ```
package struct ApprovalStatement: Hashable, Sendable {
    package var verdict: Verdict
    package var scope: Scope
    /// Of the call; of a plan its root; of a pattern its digest.
    package var subject: SubjectDigest
    /// Of the exact text that the approver saw: `ShownText.digest`.
    package var shown: SubjectDigest
    /// The identifier and the nonce of the request that it answers.
    package var request: String
    package var nonce: Nonce
    package var issued: Moment
    /// Until when the approval can be used.
    package var expires: Moment
    /// Who the approver says they are: a name of the allowed signers file.
    package var approver: String
    /// Why; needed to break the glass.
    package var reason: String?

    package enum Verdict: String, Hashable, Sendable, CaseIterable {
        case allow, deny
    }

    package enum Scope: String, Hashable, Sendable, CaseIterable {
        /// One call, once.
        case once
        /// Several calls, each once.
        case plan
        /// Calls of one shape in this run.
        case pattern
        /// One call, once, by one person alone whatever the rule asks for. About the same subject as `once`.
        case breakGlass = "break-glass"
    }

    package init(
        verdict: Verdict, scope: Scope, subject: SubjectDigest, shown: SubjectDigest, request: String, nonce: Nonce,
        issued: Moment, expires: Moment, approver: String, reason: String? = nil
    ) {
        self.verdict = verdict
        self.scope = scope
        self.subject = subject
        self.shown = shown
        self.request = request
        self.nonce = nonce
        self.issued = issued
        self.expires = expires
        self.approver = approver
        self.reason = reason
    }

    /// Answers a request's offer.
    ///
    /// - Parameter scope: `breakGlass`, or that of one of the request's offers.
    /// - Returns: Nil if the request makes no such offer.
    package init?(
        _ verdict: Verdict, to request: ApprovalRequest, scope: Scope = .once, approver: String, reason: String? = nil,
        now: Moment
    ) {
        guard let offer = request.offer(for: scope) else { return nil }
        let longest = scope == .breakGlass ? BreakGlass.longest : request.requirement.validity
        self.init(
            verdict: verdict, scope: scope, subject: offer.subject, shown: offer.shown, request: request.id,
            nonce: request.nonce, issued: now, expires: now + min(longest, request.requirement.validity),
            approver: approver, reason: reason)
    }

    static let kind = "agentbox.dev/approval/v1"

    package var json: JSON {
        var object: JSONObject = [
            "kind": .string(Self.kind), "verdict": .string(verdict.rawValue), "scope": .string(scope.rawValue),
            "subject": .string(subject.description), "shown": .string(shown.description), "request": .string(request),
            "nonce": .string(nonce.description), "issued": .string(issued.description),
            "expires": .string(expires.description), "approver": .string(approver),
        ]
        object["reason"] = reason.map(JSON.string)
        return .object(object)
    }

    /// The bytes to sign: a file with exactly these, without a line feed at its end, is what `ssh-keygen -Y sign` is
    /// given.
    package var bytes: [UInt8] {
        // Strings only: they always have a canonical form.
        (try? json.canonical()) ?? []
    }

    /// The SHA-256 of the bytes: the challenge of WebAuthn.
    package var digest: SubjectDigest { .of(bytes) }
}
