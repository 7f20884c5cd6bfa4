import Diagnostics
import Manifests
import Policy
import Replay
import StrictJSON

/// Puts what findings propose into an intent, one after the other, and keeps what is proven to be narrower.
///
/// INVARIANT: what is proposed loads, lets nothing through that the intent did not, and allows every call of the record
/// that the intent allows. What cannot be shown to be so is a finding without a proposal.
struct Tightening {
    private let intent: Intent
    private let usage: IntentUsage
    private let tools: ReplayTools

    init(_ intent: Intent, _ usage: IntentUsage, _ tools: ReplayTools) {
        self.intent = intent
        self.usage = usage
        self.tools = tools
    }

    /// The canonical form of the narrower intent; nil if none of the edits can be kept. Findings whose edit is not kept
    /// say why.
    func apply(_ findings: inout [Finding]) -> JSON? {
        guard findings.contains(where: { $0.edit != nil }) else { return nil }
        let form = intent.canonicalJSON()
        let compiled: CompiledIntent
        do {
            compiled = try tools.compile(intent)
        } catch {
            let why = (error as? any Diagnostic)?.message ?? "\(error)"
            for place in findings.indices where findings[place].edit != nil {
                findings[place].whyNot = "the intent cannot be compiled: \(why)"
            }
            return nil
        }
        let allowed = usage.calls.filter { Self.allows(compiled, $0, tools) }
        var rules = (form["rules"]?.arrayValue ?? []).map { [$0] }
        var members = form.objectValue ?? JSONObject()
        var isChanged = false
        for place in findings.indices {
            guard let edit = findings[place].edit else { continue }
            var (newRules, newMembers) = (rules, members)
            guard IntentForm.applying(edit, to: &newRules, &newMembers) else {
                findings[place].whyNot = "the rule is changed by another proposal"
                continue
            }
            newMembers["rules"] = .array(newRules.flatMap { $0 })
            if let why = whyNot(.object(newMembers), compiled, allowed) {
                findings[place].whyNot = why
            } else {
                (rules, members) = (newRules, newMembers)
                isChanged = true
            }
        }
        return isChanged ? .object(members) : nil
    }

    /// Nil if the intent may be proposed.
    private func whyNot(_ form: JSON, _ old: CompiledIntent, _ allowed: [IntentUsage.UsedCall]) -> String? {
        let compiled: CompiledIntent
        do {
            let proposed = try Intent.load(form.encoded(), file: "the proposed intent")
            compiled = try tools.compile(proposed)
        } catch {
            return "the intent would not load with it"
        }
        let relation = IntentComparison(old, compiled).relation
        guard relation.isSafe else { return "it is not shown to be narrower: it is \(relation.rawValue)" }
        guard let lost = allowed.first(where: { !Self.allows(compiled, $0, tools) }) else { return nil }
        return "a call of \(VisibleText.quoted(lost.tool)) that was allowed would not be"
    }

    /// Each call by itself: budgets and order are bounds of their own.
    private static func allows(_ intent: CompiledIntent, _ call: IntentUsage.UsedCall, _ tools: ReplayTools) -> Bool {
        var session = ReplaySession(intent, tools: tools, now: Instant(secondsSince1970: 0))
        let decision = session.replay(RecordedCall(tool: call.tool, arguments: call.arguments)).decision
        return decision.effect != .deny
    }
}
