import Manifests
import StrictJSON

/// What a source of values is, whichever intent names it. Two intents that supply different values under one name have
/// two sources.
enum SourceKey: Hashable, Sendable {
    case inputs(JSON)
    case input(JSON)
    case tokens(Set<NormalValue>)
    case tool(ToolSource)

    init(_ source: CompiledProvenance.Source) {
        switch source {
        case .inputs(let supplied):
            self = .inputs(
                .object(JSONObject(uniqueMembers: supplied.names.map { ($0, supplied.value(named: $0) ?? .null) })))
        case .input(_, let input): self = .input(input.value)
        case .tokens(_, let tokens): self = .tokens(tokens)
        case .tool(_, let source): self = .tool(source)
        }
    }

    /// Values that come from the source, if it is known which do.
    var values: [JSON] {
        switch self {
        case .inputs(let value), .input(let value):
            var scalars: [JSON] = [value]
            value.forEachValue { scalars.append($0) }
            return Array(scalars.prefix(64))
        case .tokens(let tokens): return tokens.prefix(16).map { .string($0.text.text) }
        case .tool: return []
        }
    }

    /// For the key of a rule.
    var json: JSON {
        switch self {
        case .inputs(let value): ["inputs": value]
        case .input(let value): ["input": value]
        case .tokens(let tokens):
            ["tokens": .array(tokens.map { "\($0.kind) \($0.text.text)" }.sorted().map(JSON.string))]
        case .tool(let source): ["tool": .string(source.tool.text), "at": .string(source.pointer.description)]
        }
    }
}

/// What is asked of the provenance of one argument, and how it is told.
///
/// Whether a person supplied a value is a question of the value. Whether an output held it is a question of its own, and
/// where any rule asks that of an argument all its sources are told so.
enum Provenances {
    case ofValues, ofOutputs
}

extension CompiledConstraint {
    /// True if a source is an output.
    var asksForOutputs: Bool {
        switch self {
        case .from(let provenance): provenance.sources.contains { if case .tool = $0 { true } else { false } }
        case .each(let constraints): constraints.contains(where: \.asksForOutputs)
        case .ifPresent(let constraint): constraint.asksForOutputs
        default: false
        }
    }

    /// The constraint without sources that are told as a question of their own. What is absent comes from nowhere.
    func onValue(_ provenances: Provenances) -> CompiledConstraint {
        guard provenances == .ofOutputs else { return self }
        switch self {
        case .from: return .present
        case .ifPresent(let constraint): return .ifPresent(constraint.onValue(provenances))
        case .each(let constraints):
            return .each(
                constraints.map { $0.onValue(provenances) }.filter { if case .present = $0 { false } else { true } })
        default: return self
        }
    }

    /// For each `from` that is told as a question of its own, its sources.
    func sourceLists(_ provenances: Provenances) -> [[SourceKey]] {
        guard provenances == .ofOutputs else { return [] }
        switch self {
        case .from(let provenance): return [provenance.sources.map { SourceKey($0) }]
        // INVARIANT: what is absent is told as if every output had held it. Of such calls the space is exact; those of
        // other sources are more than there are, and no call of them is found.
        case .ifPresent(let constraint): return constraint.sourceLists(provenances)
        case .each(let constraints): return constraints.flatMap { $0.sourceLists(provenances) }
        default: return []
        }
    }
}
