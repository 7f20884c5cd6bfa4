import Approvals
import Policy
import Store

// Patterns of calls that people allowed for the rest of the run, or a part of it.
extension ApprovalStage {
    func pattern(for call: ResolvedCall, of tool: RegisteredTool, _ decision: Decision) -> ActivePattern? {
        let now = Moment.now
        patterns.removeAll { $0.calls.expires <= now }
        return patterns.first { $0.covers(call, of: tool, decision, now: now) }
    }

    /// Uses up one call of a pattern that covers the call; nil if people have to be asked.
    func drawn(_ question: ApprovalQuestion, _ fence: FencingToken) async -> GrantedApproval? {
        guard let pattern = pattern(for: question.call, of: question.tool, question.decision) else { return nil }
        // A key that was revoked or taken off the list since allows nothing more, nor does what cannot be read.
        if let judge = try? await setting.judge(), pattern.holds(judge, now: .now) {
            do {
                return try await GrantedApproval.draw(
                    on: pattern, for: pattern.asked, callDigest: question.digest, store: setting.store, fence: fence)
            } catch {
                // Used up, or taken back: then people are asked.
            }
        } else {
            await retire(pattern)
        }
        patterns.removeAll { $0.key == pattern.key }
        return nil
    }

    /// Says in the store that nothing more is allowed by it.
    func retire(_ pattern: ActivePattern) async {
        while var found = try? await setting.store.record(.pattern, pattern.key), found.state == ActivePattern.state {
            found.state = ActivePattern.voidState
            if (try? await setting.store.replace(found, fence: fence)) != false { break }
        }
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

    /// Puts the pattern into the store. It allows nothing before it is among `patterns`.
    func keep(
        _ pattern: CallPattern, _ matcher: PatternMatcher, _ grant: QuorumVerdict.Grant, _ answer: KeptAnswer,
        to request: ApprovalRequest, _ first: OpenRequest
    ) async throws(ApprovalRefusal) -> ActivePattern {
        let active = ActivePattern(
            pattern, first.record, grant, matcher, answer, to: request, epoch: first.epoch)
        do {
            // The call that asks is the first of them.
            _ = try await setting.store.create(active.record(used: 1), fence: fence)
        } catch {
            throw ApprovalRefusal(.init(error.code), error.message, remedy: error.remedy)
        }
        return active
    }
}
