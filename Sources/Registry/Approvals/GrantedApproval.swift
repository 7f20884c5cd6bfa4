import Approvals
import Ledger
import Policy
import Store
import StrictJSON

/// People said yes to one call, and that yes has been used up for it: no other process can use it, and this value goes
/// into one decision.
///
/// INVARIANT: the initialiser is private to this file, where `consume` and `draw` have just seen the store take the yes
/// out of circulation.
struct GrantedApproval: ~Copyable, Sendable {
    /// The identifier of the request that was answered.
    let request: String
    /// Of the call that was approved.
    let callDigest: SubjectDigest
    /// Rules that asked: an approval is none for what another rule asks for.
    let rules: Set<Int>
    let grant: QuorumVerdict.Grant

    private init(request: String, callDigest: SubjectDigest, rules: Set<Int>, grant: QuorumVerdict.Grant) {
        self.request = request
        self.callDigest = callDigest
        self.rules = rules
        self.grant = grant
    }

    /// Uses up the yes to a request. Of any number of processes that try exactly one succeeds, and none after anything
    /// of it was revoked.
    ///
    /// - Parameter epoch: The epoch of revocations when the request was made.
    static func consume(
        _ record: ApprovalRecord, _ grant: QuorumVerdict.Grant, callDigest: SubjectDigest, store: any StateStore,
        fence: FencingToken, epoch: Int64
    ) async throws(Refusal) -> GrantedApproval {
        let isUsed = try await take(
            .approval, record.id, for: record, store, fence, epoch
        ) { found in
            guard var found = ApprovalRecord(found), found.state == .pending else { return nil }
            found.state = .consumed
            return found.record
        }
        guard isUsed else { throw Refusal(.approvalVoid, "the approval was used before") }
        return GrantedApproval(
            request: record.id, callDigest: callDigest, rules: Set(record.rules), grant: grant)
    }

    /// Uses up one of the calls of a pattern.
    static func draw(
        on pattern: ActivePattern, for record: ApprovalRecord, callDigest: SubjectDigest, store: any StateStore,
        fence: FencingToken
    ) async throws(Refusal) -> GrantedApproval {
        let isUsed = try await take(.pattern, pattern.key, for: record, store, fence, pattern.epoch) { found in
            guard found.state == ActivePattern.state, var body = found.body.objectValue,
                let used = body["used"]?.integerValue,
                used < pattern.calls.count
            else { return nil }
            body["used"] = .integer(used + 1)
            var found = found
            found.body = .object(body)
            return found
        }
        guard isUsed else { throw Refusal(.approvalVoid, "the pattern is used up") }
        return GrantedApproval(
            request: record.id, callDigest: callDigest, rules: pattern.rules, grant: pattern.grant)
    }

    /// Compare-and-swap, again as long as others change the record or revoke something else.
    private static func take(
        _ kind: StateRecord.Kind, _ key: String, for request: ApprovalRecord, _ store: any StateStore,
        _ fence: FencingToken, _ since: Int64, _ change: (StateRecord) -> StateRecord?
    ) async throws(Refusal) -> Bool {
        do throws(StoreError) {
            while true {
                let epoch = try await store.revocationEpoch()
                if epoch > since {
                    let revocations = try await store.revocations(after: since)
                    if revocations.contains(where: { $0.covers(request) }) { return false }
                }
                guard let found = try await store.record(kind, key), let changed = change(found) else { return false }
                if try await store.replace(changed, fence: fence, epoch: epoch) { return true }
            }
        } catch {
            throw Refusal(error)
        }
    }

    /// As the decision's entry has it.
    var json: JSON {
        [
            "request": .string(request), "scope": .string(grant.scope.rawValue),
            "assurance": .string(grant.assurance.rawValue),
            "approvers": .array(
                grant.approvers.map { approver in
                    [
                        "name": .string(approver.name), "assurance": .string(approver.assurance.rawValue),
                        "method": .string(approver.method.rawValue),
                    ]
                }),
            "breakGlass": .bool(grant.scope == .breakGlass),
        ]
    }

    /// Reads after the reason for which it was asked for.
    var words: String {
        let names = grant.approvers.map(\.name).joined(separator: " and ")
        switch grant.scope {
        case .once: return "\(names) approved it"
        case .plan: return "\(names) approved it with a plan"
        case .pattern: return "\(names) approved calls like it in this run"
        case .breakGlass: return "\(names) broke the glass for it"
        }
    }
}

extension Revocation {
    /// True if the call that the request is about is covered.
    func covers(_ request: ApprovalRecord) -> Bool {
        scope.covers(
            run: request.run, tool: request.tool, server: request.server, principal: request.request.principal)
    }
}
