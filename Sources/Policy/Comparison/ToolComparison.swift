import Diagnostics
import Manifests
import StrictJSON

/// How two intents differ about one tool.
package struct ToolComparison: Sendable {
    package let tool: ToolName
    package let relation: Relation
    /// A call that the second lets through and the first does not, or not without an approval.
    package let gained: Witness?
    /// A call that only the first lets through.
    package let lost: Witness?
    /// Why the relation is unknown; nil if it is not.
    package let doubt: String?
    /// The rules that only one of the two has, in words.
    package let removed: [String]
    package let added: [String]

    package func json() -> JSON {
        var object = JSONObject()
        object["tool"] = .string(tool.rawValue)
        object["relation"] = .string(relation.rawValue)
        object["gained"] = gained?.json()
        object["lost"] = lost?.json()
        object["doubt"] = doubt.map(JSON.string)
        object["removed"] = .array(removed.map(JSON.string))
        object["added"] = .array(added.map(JSON.string))
        return .object(object)
    }
}

/// Compares two intents about one tool.
struct ToolComparer {
    let tool: PolicyTool
    let first: CompiledIntent
    let second: CompiledIntent

    func compare() -> ToolComparison {
        let difference = RuleDifference(first.rules(of: tool.name), second.rules(of: tool.name), of: tool)
        if difference.isEmpty { return comparison(difference, .init(), .init()) }
        let space = CallSpace(tool, rules: difference.first + difference.second)
        let old = IntentSide(first, difference.first, in: space)
        let new = IntentSide(second, difference.second, in: space)
        let maker = WitnessMaker(space: space, first: first, second: second)
        let calls = [first.budget.calls, second.budget.calls].compactMap(\.self).min()
        let limits = calls.flatMap { CompiledBudget(Budget(.calls($0))) }.map { [$0] } ?? []
        var gains = GainSearch(
            from: old, to: new, maker: maker, .gained, taskLimits: limits, search: BoxSearch())
        gains.run()
        var losses = GainSearch(
            from: new, to: old, maker: maker, .lost, taskLimits: limits, search: gains.search)
        losses.run()
        return comparison(difference, gains.result, losses.result)
    }

    private func comparison(
        _ difference: RuleDifference, _ gains: GainSearch.Result, _ losses: GainSearch.Result
    ) -> ToolComparison {
        var gains = gains
        // What labels decide is known to conditions only.
        if difference.declassifiesMore, gains.finding == .none {
            gains.doubt = "an approval takes labels from the run that it did not take before"
        }
        var relation = Relation(gains: gains.finding, loses: losses.finding)
        // Nothing is gained, and a condition more can only take away: it is narrower, if not equal.
        if gains.finding == .none, losses.finding == .unknown, losses.restsOnCondition { relation = .narrower }
        let doubts = [
            gains.finding == .unknown ? gains.doubt.map { "whether it lets more through: \($0)" } : nil,
            losses.finding == .unknown && relation == .unknown
                ? losses.doubt.map { "whether it lets less through: \($0)" } : nil,
        ].compactMap(\.self)
        return ToolComparison(
            tool: tool.name, relation: relation, gained: gains.witness, lost: losses.witness,
            doubt: doubts.isEmpty ? nil : doubts.joined(separator: "; "),
            removed: difference.removed.map(\.sentence), added: difference.added.map(\.sentence))
    }
}
