import Diagnostics
import Manifests
import StrictJSON

/// What has happened in a run before a call is decided, as far as its rules ask: tools that were called, and values that
/// their outputs held. Taken as given: whether the intents let it come about is a question of other tools.
struct Circumstances: Hashable {
    /// Tools of which a call has ended with success.
    var succeeded: [ToolName] = []
    /// Tools of which a call was allowed.
    var begun: [ToolName] = []
    /// Values that trusted outputs held, and where.
    var returned: [Returned] = []

    struct Returned: Hashable {
        let tool: ToolName
        let pointer: PointerPattern
        let value: JSON
    }

    /// The state of a run under the intent in which it happened.
    func state(_ intent: CompiledIntent, startedAt start: Instant) -> TaskState {
        var state = TaskState(startedAt: start)
        for tool in begun { state.reserve(Self.call(of: tool, at: start)) }
        for tool in succeeded {
            state.settle(
                state.reserve(Self.call(of: tool, at: start)),
                .ended(succeeded: true, bytes: 0, labels: [], reading: nil))
        }
        for item in returned {
            let reservation = state.reserve(Self.call(of: item.tool, at: start))
            let reading = intent.reading(
                .structured(Self.output(item.value, item.pointer.tokens[...])),
                of: PolicyCall(tool: item.tool, arguments: [:]), labels: [], origins: state.origins)
            state.settle(reservation, .ended(succeeded: true, bytes: 0, labels: [], reading: reading))
        }
        return state
    }

    private static func call(of tool: ToolName, at now: Instant) -> Decision {
        Decision(
            .allow, .allowed, rules: [], subject: Decision.Subject(tool: tool, arguments: nil), clientReason: "",
            at: now)
    }

    private static func output(_ value: JSON, _ tokens: ArraySlice<PointerPattern.Token>) -> JSON {
        switch tokens.first {
        case nil: value
        case .any?: [output(value, tokens.dropFirst())]
        case .name(let name)?: .object(JSONObject(uniqueMembers: [(name, output(value, tokens.dropFirst()))]))
        }
    }

    /// In words, each reads after the call.
    var words: [String] {
        var words = succeeded.map { "after a call of `\($0)` has succeeded" }
        words += begun.map { "after a call of `\($0)` was allowed" }
        words += returned.map {
            "after `\($0.tool)` returned \(CompiledConstraint.shown($0.value)) at \(VisibleText.quoted($0.pointer.description))"
        }
        return words
    }
}
