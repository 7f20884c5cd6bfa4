import Diagnostics
import Manifests
import StrictJSON

/// The sources of one `from`, ready to be asked.
///
/// Of an array or an object every scalar in it has to come from one of the sources; an empty one does. Booleans and null
/// come from nowhere, nor do values that are so short that many are equal (`NormalValue.isTelling`), nor those that the
/// tool's own schema lists with `enum` or `const`: where one of those is meant, `oneOf` says so.
struct CompiledProvenance: Sendable {
    let sources: [Source]

    enum Source: Sendable {
        case inputs(SuppliedValues)
        case input(String, SuppliedInput)
        case tokens(String, Set<NormalValue>)
        /// The place of the source among those of the intent.
        case tool(Int, ToolSource)

        /// Reads after "which is none of: ".
        var name: String {
            switch self {
            case .inputs: "a value of `inputs`"
            case .input(let name, _): "the input `\(name)`"
            case .tokens(let name, _): "a token of the input `\(name)`"
            case .tool(_, let source): source.name
            }
        }
    }

    func judge(_ value: JSON, at pointer: [String], _ facts: inout CallFacts) -> Answer {
        firstStranger(in: value, at: pointer, facts) == nil ? .holds : .fails
    }

    /// Why a value has no provenance: reads after "`to` is `x`, ".
    func why(_ value: JSON, at pointer: [String], _ facts: inout CallFacts) -> String {
        guard let stranger = firstStranger(in: value, at: pointer, facts) else { return "which has its provenance" }
        let place = stranger.pointer.dropFirst(pointer.count)
        let subject =
            place.isEmpty
            ? "which" : "of which `\(Pointer.text(Array(place)))` is \(CompiledConstraint.shown(stranger.value)), which"
        return "\(subject) \(why(stranger, facts))"
    }

    private func why(_ stranger: Stranger, _ facts: CallFacts) -> String {
        switch stranger.reason {
        case .says(let nothing): return nothing
        case .elsewhere:
            let names = sources.map(\.name).joined(separator: ", ")
            let isFromTool = sources.contains { if case .tool = $0 { true } else { false } }
            guard isFromTool else { return "is none of: \(names)" }
            if facts.state.origins.written.covers(stranger.value) {
                return "is none of: \(names); an argument of an earlier call held it, so outputs prove nothing of it"
            }
            if facts.state.provenance.isIncomplete {
                return "is none of: \(names); there were more values than a run remembers"
            }
            return "is none of: \(names)"
        }
    }

    // MARK: Scalars

    private struct Stranger {
        let value: JSON
        let pointer: [String]
        let reason: Reason

        enum Reason {
            /// It is of a kind that has no provenance.
            case says(String)
            case elsewhere
        }
    }

    private func firstStranger(in value: JSON, at pointer: [String], _ facts: CallFacts) -> Stranger? {
        if isNamed(value, at: pointer) { return nil }
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if let found = firstStranger(in: element, at: pointer + [String(index)], facts) { return found }
            }
            return nil
        case .object(let members):
            for (name, member) in members {
                if let found = firstStranger(in: member, at: pointer + [name], facts) { return found }
            }
            return nil
        default:
            return isFromSource(value, at: pointer, facts).map { Stranger(value: value, pointer: pointer, reason: $0) }
        }
    }

    /// True if the value is the one input that the source names, or of `inputs` the one that is called as the argument
    /// is. Such an equality is no coincidence, however short the value.
    private func isNamed(_ value: JSON, at pointer: [String]) -> Bool {
        sources.contains { source in
            switch source {
            case .input(_, let input): return NormalValue.isEqual(input.value, value)
            case .inputs(let supplied):
                let name = pointer.last { Int($0) == nil }
                return name.flatMap { supplied.value(named: $0) }.map { NormalValue.isEqual($0, value) } ?? false
            case .tokens, .tool: return false
            }
        }
    }

    /// Nil if it is.
    private func isFromSource(_ value: JSON, at pointer: [String], _ facts: CallFacts) -> Stranger.Reason? {
        switch value {
        case .null, .bool: return .says("is \(value.kind): such a value shows no provenance, name it with `oneOf`")
        default: break
        }
        guard NormalValue.isTelling(value) else {
            return .says("is too short to show where it comes from: name it with `oneOf` or `{input: NAME}`")
        }
        if facts.schema?.lists(value, at: pointer) == true {
            return .says("is one of the values that the tool's schema lists: name it with `oneOf`")
        }
        let forms = NormalValue.forms(of: value)
        let isKnown = sources.contains { source in
            switch source {
            case .inputs(let supplied): forms.contains(where: supplied.telling.contains)
            case .input(_, let input): forms.contains(where: input.telling.contains)
            case .tokens(_, let tokens): forms.contains(where: tokens.contains)
            case .tool(let place, _):
                forms.contains { facts.state.provenance.contains($0.key(facts.state.origins.key), from: place) }
            }
        }
        return isKnown ? nil : .elsewhere
    }
}

extension NormalValue {
    static func isEqual(_ left: JSON, _ right: JSON) -> Bool {
        if left == right { return true }
        let forms = forms(of: right)
        return NormalValue.forms(of: left).contains(where: forms.contains)
    }
}
