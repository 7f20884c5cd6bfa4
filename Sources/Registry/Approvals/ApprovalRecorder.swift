import Approvals
import Ledger
import StrictJSON

/// What the ledger says of requests and answers.
struct ApprovalRecorder: Sendable {
    let ledger: Ledger
    let context: RunContext

    /// Of a reason, in bytes.
    private static let longestReason = 1000
    /// Of a statement with its signature or assertion; what is longer nobody can verify from the ledger alone.
    private static let longestStatement = 24 << 10

    func asked(_ request: OpenRequest) async throws(LedgerError) {
        let record = request.record
        let requirement = record.request.requirement
        try await ledger.append(
            ApprovalAskedEntry(
                context: context, call: record.call, tool: record.tool, request: record.id,
                rules: record.rules.map { Int64($0) }, callDigest: request.question.digest.description,
                shownDigest: request.question.shown.digest.description, assurance: requirement.assurance.rawValue,
                quorum: Int64(requirement.quorum), roles: requirement.roles.sorted(),
                expires: record.request.expires.description))
    }

    func answered(
        _ request: OpenRequest, _ answer: OfferedAnswer, _ accepted: ApprovalAnswer
    ) async throws(LedgerError) {
        let approver = accepted.approver
        var entry = entry(request, accepted.statement.verdict == .allow ? .allow : .deny, answer)
        entry.approver = approver.name
        entry.assurance = approver.assurance.rawValue
        entry.method = approver.method.rawValue
        entry.key = approver.key?.description
        entry.reason = accepted.statement.reason?.cut(toBytes: Self.longestReason)
        try await ledger.append(entry)
    }

    /// An answer that counts for nothing. What cannot be recorded is refused all the same.
    func refused(_ request: OpenRequest, _ answer: OfferedAnswer, _ refusal: ApprovalRefusal) async {
        var entry = entry(request, .refused, answer)
        entry.statement = nil
        entry.reason = "\(refusal.code): \(refusal.message)".cut(toBytes: Self.longestReason)
        _ = try? await ledger.append(entry)
    }

    /// A request that nobody can answer any more; it is over, on record or not.
    func ended(_ request: OpenRequest, _ verdict: ApprovalAnsweredEntry.Verdict, _ reason: String?) async {
        _ = try? await ledger.append(
            ApprovalAnsweredEntry(
                context: context, call: request.record.call, request: request.record.id, verdict: verdict,
                reason: reason?.cut(toBytes: Self.longestReason)))
    }

    private func entry(
        _ request: OpenRequest, _ verdict: ApprovalAnsweredEntry.Verdict, _ answer: OfferedAnswer
    ) -> ApprovalAnsweredEntry {
        var pattern: JSON?
        if case .pattern(let offered) = answer.scope {
            pattern = [
                "arguments": .string(offered.arguments.cut(toBytes: 4096)), "count": .integer(Int64(offered.count)),
                "expires": .string(offered.expires.description),
            ]
        }
        return ApprovalAnsweredEntry(
            context: context, call: request.record.call, request: request.record.id, verdict: verdict,
            breakGlass: answer.scope == .breakGlass, scope: answer.scope.statementScope.rawValue, pattern: pattern,
            statement: Self.statement(of: answer.proof))
    }

    private static func statement(of proof: OfferedAnswer.Proof) -> JSON? {
        let json: JSON? =
            switch proof {
            case .localUser: nil
            case .ssh(let statement, let signature):
                [
                    "signed": .string(String(decoding: statement, as: UTF8.self)),
                    "signature": .string(String(decoding: signature, as: UTF8.self)),
                ]
            case .webAuthn(let statement, let assertion):
                ["signed": .string(String(decoding: statement, as: UTF8.self)), "assertion": assertion]
            }
        return json.flatMap { $0.encoded().count <= longestStatement ? $0 : nil }
    }
}
