import Diagnostics
import Manifests
import Policy
import StrictJSON

/// The tightest intent that allows what was seen and that a person would still read.
///
/// ```swift
/// let proposal = try IntentProposal(observations, tools: tools)
/// print(proposal.text)
/// ```
package struct IntentProposal: Sendable {
    /// The manifest.
    package let text: String
    /// Calls that it was proposed from, each of which it allows.
    package let calls: Int
    /// Its rules.
    package let rules: Int

    /// Proposes, and replays what was seen under the proposal.
    ///
    /// - Throws: if nothing was seen, or if the proposal would not allow all of it.
    package init(_ observations: Observations, tools: ReplayTools) throws {
        guard !observations.calls.isEmpty else {
            throw ReplayError(
                .nothingSeen, "no call in \(observations.source) was allowed",
                remedy: "`agentbox intent new` writes an intent to start from")
        }
        let groups = CallGroup.groups(observations.calls)
        text = ProposalWriter(observations, tools).text(groups)
        calls = observations.calls.count
        rules = groups.count
        try Self.check(text, observations, tools)
    }

    /// INVARIANT: what is proposed loads, and allows every call that it was proposed from.
    private static func check(_ text: String, _ observations: Observations, _ tools: ReplayTools) throws {
        let intent = try Intent.load(Array(text.utf8), file: "the proposed intent")
        var session = ReplaySession(
            try tools.compile(intent), tools: tools, now: Instant(secondsSince1970: 1_800_000_000))
        for call in observations.calls {
            let recorded = RecordedCall(
                tool: call.tool.rawValue, arguments: call.arguments, result: call.result,
                labels: call.isTrusted ? [] : nil)
            let decision = session.replay(recorded).decision
            guard decision.effect == .allow else {
                throw ReplayError(
                    .badProposal,
                    "the proposed intent would not allow \(observations.placeWord) \(call.place): \(decision.reason)",
                    remedy: "the call cannot be allowed by constraints alone; write the intent by hand")
            }
        }
    }
}
