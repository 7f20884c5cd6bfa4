import Approvals
import Manifests
import Policy
import Store
import StrictJSON

/// Calls alike that people approved for this run, as long as it is used.
struct ActivePattern: Sendable {
    /// Of its record in the store: the identifier of the request.
    let key: String
    let calls: CallPattern
    /// The request that it was approved with.
    let asked: ApprovalRecord
    /// Rules that asked.
    let rules: Set<Int>
    let grant: QuorumVerdict.Grant
    /// Of revocations, when it was asked for.
    let epoch: Int64
    private let matcher: PatternMatcher
    /// The yes, and the request as it was judged against, with the pattern among its offers.
    private let answer: KeptAnswer
    private let request: ApprovalRequest

    init(
        _ calls: CallPattern, _ asked: ApprovalRecord, _ grant: QuorumVerdict.Grant, _ matcher: PatternMatcher,
        _ answer: KeptAnswer, to request: ApprovalRequest, epoch: Int64
    ) {
        self.answer = answer
        self.request = request
        key = asked.id
        self.calls = calls
        self.asked = asked
        rules = Set(asked.rules)
        self.grant = grant
        self.matcher = matcher
        self.epoch = epoch
    }

    /// True if the question is about one of its calls.
    func covers(_ call: ResolvedCall, of tool: RegisteredTool, _ decision: Decision, now: Moment) -> Bool {
        now < calls.expires && decision.askingRules.isSubset(of: rules)
            && tool.registration.toolDigest.description == calls.toolDigest && matcher.matches(call.policyCall)
    }

    /// True if the yes would still count: who gave it may still give one, with a key that is still theirs.
    ///
    /// - Parameter judge: With the signers and revoked keys of now.
    func holds(_ judge: ApprovalJudge, now: Moment) -> Bool {
        // The statement was valid when it was given; it is long over by now.
        let given = answer.received
        let verifier = AnswerVerifier(judge: judge, request: request, now: given)
        guard case .success(let accepted) = verifier.verify(answer),
            case .granted = Quorum.verdict(of: [accepted], for: request, now: given)
        else { return false }
        guard case .ssh(_, let signature) = answer.answer.proof else { return true }
        return (try? judge.requireSigner(of: signature, as: accepted.approver.name, now: now)) != nil
    }

    static let state = "active"
    /// Never used, or taken back.
    static let voidState = "void"

    /// To be created in the store when it is approved.
    func record(used: Int) -> StateRecord {
        StateRecord(
            .pattern, key, run: asked.run, state: Self.state,
            body: ["pattern": calls.json, "used": .integer(Int64(used))])
    }
}

/// Whether a call is one of a pattern: decided as an intent with that one rule would.
struct PatternMatcher: Sendable {
    private let intent: CompiledIntent

    /// Nil if the constraints make no sense for the tool.
    init?(_ pattern: CallPattern, of tool: PolicyTool) {
        let empty = """
            apiVersion: agentbox.dev/v1
            kind: Intent
            name: pattern
            purpose: pattern
            principal: pattern
            rules: [{allow: \(pattern.tool.rawValue)}]
            """
        guard var intent = try? Intent.load(Array(empty.utf8), file: "pattern") else { return nil }
        intent.rules = [pattern.rule]
        guard let compiled = try? CompiledIntent(intent, tools: [tool.name: tool]) else { return nil }
        self.intent = compiled
    }

    func matches(_ call: PolicyCall) -> Bool {
        let start = Instant(secondsSince1970: 0)
        // A fresh state has no provenance: `from` never holds in a pattern.
        return intent.decide(call, state: TaskState(startedAt: start), now: start).effect == .allow
    }
}
