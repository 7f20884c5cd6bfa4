import Manifests
import StrictJSON

/// How two intents differ about the task as a whole: when it ends, how many calls it has, when its review is due, and where
/// the agent itself may connect to.
package struct TaskComparison: Sendable {
    package let relation: Relation
    /// What is different, each in a sentence.
    package let changes: [Change]

    /// One thing that is different.
    package struct Change: Hashable, Sendable {
        package let relation: Relation
        /// What is different, and where that makes it wider, a call that shows it.
        package let text: String
    }

    package func json() -> JSON {
        [
            "relation": .string(relation.rawValue),
            "changes": .array(
                changes.map { ["relation": .string($0.relation.rawValue), "text": .string($0.text)] }),
        ]
    }

    init(_ first: CompiledIntent, _ second: CompiledIntent) {
        let changes =
            [Self.calls(first, second), Self.lifetime(first, second), Self.moment(first, second)]
            .compactMap(\.self)
            + [Self.review(first, second), Self.limits(first, second), Self.models(first, second)].compactMap(\.self)
        self.changes = changes
        let isWider = changes.contains { $0.relation == .wider || $0.relation == .incomparable }
        let isNarrower = changes.contains { $0.relation == .narrower || $0.relation == .incomparable }
        relation = isWider ? (isNarrower ? .incomparable : .wider) : (isNarrower ? .narrower : .equal)
    }

    private static func calls(_ first: CompiledIntent, _ second: CompiledIntent) -> Change? {
        change(first.budget.calls, second.budget.calls, "the task's calls", { "\($0)" }) {
            "call number \($0 &+ 1) of a run"
        }
    }

    private static func lifetime(_ first: CompiledIntent, _ second: CompiledIntent) -> Change? {
        change(first.lifetime, second.lifetime, "the task's time", \.words) {
            "a call \($0.words) after the run's start"
        }
    }

    private static func moment(_ first: CompiledIntent, _ second: CompiledIntent) -> Change? {
        change(first.end, second.end, "the task's end", Self.moment) { "a call at \(Self.moment($0))" }
    }

    private static func review(_ first: CompiledIntent, _ second: CompiledIntent) -> Change? {
        change(
            first.reviewBy?.secondsSince1970, second.reviewBy?.secondsSince1970, "the day of review", Self.moment
        ) { "a call at \(Self.moment($0)), which then needs no approval" }
    }

    /// Budgets of sums, values and bytes, as a whole.
    private static func limits(_ first: CompiledIntent, _ second: CompiledIntent) -> Change? {
        let (old, new) = (Allowance(first.limits), Allowance(second.limits))
        let (isWithin, isAround) = (old.covers(new), new.covers(old))
        if isWithin && isAround { return nil }
        let relation: Relation = isWithin ? .narrower : isAround ? .wider : .incomparable
        func words(_ allowance: Allowance) -> String {
            allowance.isUnlimited ? "without a bound" : allowance.limits.map(\.sentence).joined(separator: ", ")
        }
        return Change(relation: relation, text: "the task's other budgets: \(words(old)) → \(words(new))")
    }

    /// By each of them whatever the agent knows can leave.
    private static func models(_ first: CompiledIntent, _ second: CompiledIntent) -> Change? {
        func within(_ models: [ModelEndpoint], by others: [ModelEndpoint]) -> [ModelEndpoint] {
            models.filter { model in
                !others.contains {
                    $0.destination == model.destination && Set($0.within).isSuperset(of: model.within)
                }
            }
        }
        let gained = within(second.models, by: first.models)
        let lost = within(first.models, by: second.models)
        if gained.isEmpty && lost.isEmpty { return nil }
        func words(_ models: [ModelEndpoint]) -> String {
            models.isEmpty
                ? "none"
                : models.map { model in
                    model.destination.description
                        + (model.within.isEmpty ? "" : " within \(model.within.joined(separator: " and "))")
                }.joined(separator: ", ")
        }
        let text = "the agent's model endpoints: \(words(first.models)) → \(words(second.models))"
        guard !gained.isEmpty else { return Change(relation: .narrower, text: text) }
        return Change(
            relation: lost.isEmpty ? .wider : .incomparable,
            text: "\(text), so that whatever the agent knows can leave by \(words(gained))")
    }

    private static func moment(_ seconds: Int64) -> String { Intent.Expiry.at(seconds).text }

    /// Nil means without a bound.
    private static func change<Bound: Comparable>(
        _ first: Bound?, _ second: Bound?, _ what: String, _ words: (Bound) -> String, witness: (Bound) -> String
    ) -> Change? {
        guard first != second else { return nil }
        let isWider = first.map { first in second.map { first < $0 } ?? true } ?? false
        let text = "\(what): \(first.map(words) ?? "without a bound") → \(second.map(words) ?? "without a bound")"
        guard isWider, let first else { return Change(relation: .narrower, text: text) }
        return Change(relation: .wider, text: "\(text), so that \(witness(first)) goes ahead")
    }
}

extension CompiledIntent {
    /// How long a run may last, if that is bounded from its start.
    fileprivate var lifetime: Duration? {
        if case .after(let duration) = expires { return budget.time.map { min($0, duration) } ?? duration }
        return budget.time
    }

    /// The moment at which it ends whenever it started, in seconds since 1970.
    fileprivate var end: Int64? {
        if case .at(let seconds) = expires { seconds } else { nil }
    }
}
