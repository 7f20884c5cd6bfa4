import Approvals
import Store

// Patterns of calls that people allowed for the rest of the run, or a part of it.
extension ApprovalStage {
    func pattern(for question: ApprovalQuestion) -> ActivePattern? {
        let now = Moment.now
        patterns.removeAll { $0.calls.expires <= now }
        return patterns.first { $0.covers(question, now: now) }
    }

    func matcher(
        _ offer: ApprovalOffer, _ request: ApprovalRequest, _ requests: [OpenRequest]
    ) throws(ApprovalRefusal) -> PatternMatcher? {
        guard let pattern = offer.pattern, let first = requests.first else { return nil }
        guard request.requirement.quorum == 1 else {
            throw ApprovalRefusal(
                .wrongSubject, "calls that take several people are approved one by one",
                remedy: "leave `--pattern` out")
        }
        guard let matcher = PatternMatcher(pattern, of: first.question.tool.definition.policyTool),
            matcher.matches(first.question.call.policyCall)
        else {
            throw ApprovalRefusal(
                .wrongSubject, "the pattern does not cover the very call that asks",
                remedy: "name every argument that the call has: `agentbox approve show` shows them")
        }
        return matcher
    }

    func begin(
        _ pattern: CallPattern?, _ matcher: PatternMatcher?, _ grant: QuorumVerdict.Grant, _ requests: [OpenRequest]
    ) async throws(ApprovalRefusal) {
        guard let pattern, let matcher, let first = requests.first else { return }
        let active = ActivePattern(pattern, first.record, grant, matcher, epoch: first.epoch)
        do {
            // The call that asks is the first of them.
            _ = try await setting.store.create(active.record(used: 1), fence: fence)
        } catch {
            throw ApprovalRefusal(.init(error.code), error.message, remedy: error.remedy)
        }
        patterns.append(active)
    }
}
