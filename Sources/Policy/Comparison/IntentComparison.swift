import Manifests
import StrictJSON

/// How what one intent lets through differs from what another does: tool by tool, and for the task as a whole.
///
/// Decided on the typed constraints, exactly where they permit it. Every *wider* and *incomparable* of a tool comes with
/// a call that was decided under both intents; what cannot be decided is `unknown`, with the reason.
///
/// ```swift
/// let comparison = try IntentComparison(before, after)
/// for tool in comparison.tools where tool.relation == .wider { print(tool.gained?.words ?? "") }
/// ```
///
/// A rule's budget is part of its tool, and the bounds of the task are compared apart. Paths lead where their texts say,
/// unless a witness names links. Bounded: see `BoxSearch.maximumSteps` and `ValueClasses.maximumClasses`.
package struct IntentComparison: Sendable {
    /// Every tool that either intent has a rule about, by name.
    package let tools: [ToolComparison]
    package let task: TaskComparison

    /// Compares `second` to `first`: *wider* means that `second` lets more through. Both are compiled against the same
    /// tools.
    package init(_ first: CompiledIntent, _ second: CompiledIntent) {
        let names = Set(first.lookups.keys).union(second.lookups.keys).sorted()
        tools = names.compactMap { name in
            guard let tool = second.tools[name] ?? first.tools[name] else { return nil }
            return ToolComparer(tool: tool, first: first, second: second).compare()
        }
        task = TaskComparison(first, second)
    }

    /// The relation of the intents as a whole.
    package var relation: Relation {
        let all = tools.map(\.relation) + [task.relation]
        if all.contains(.incomparable) { return .incomparable }
        let isWider = all.contains(.wider)
        let isNarrower = all.contains(.narrower)
        if isWider && isNarrower { return .incomparable }
        if all.contains(.unknown) { return .unknown }
        return isWider ? .wider : isNarrower ? .narrower : .equal
    }

    package func json() -> JSON {
        [
            "relation": .string(relation.rawValue), "task": task.json(), "tools": .array(tools.map { $0.json() }),
        ]
    }
}

extension CompiledIntent {
    /// The rules about one tool, in the order of the intent.
    func rules(of tool: ToolName) -> [CompiledRule] { (lookups[tool]?.indices ?? []).map { rules[$0] } }
}
