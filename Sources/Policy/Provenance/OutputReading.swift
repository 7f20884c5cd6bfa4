import Manifests
import StrictJSON

/// What one output adds to a run's provenance: keys of values, by the source whose place they stood at.
///
/// Made apart from the run's state, so that reading 16 MiB holds up no decision, and put into it by `TaskState.settle`
/// before the agent gets the output.
package struct OutputReading: Sendable {
    /// Values of one output that are looked at; further ones give no provenance.
    package static let maximumVisited = 1 << 20

    let entries: [Entry]
    /// There was more than could be looked at.
    let isCutOff: Bool

    struct Entry: Sendable {
        /// Place of the source among the intent's.
        let source: Int
        let key: ValueKey
    }

    init(_ entries: [Entry], isCutOff: Bool = false) {
        self.entries = entries
        self.isCutOff = isCutOff
    }

    /// - Parameters:
    ///   - sources: Those of the intent, in its order.
    ///   - origins: What the run knew when the call ended.
    init(
        _ output: ToolOutput, of tool: ToolName, arguments: JSON, sources: [ToolSource], origins: RunOrigins
    ) {
        var entries: [Entry] = []
        var budget = Self.maximumVisited
        var isCutOff = false
        let meant = sources.indices.filter { sources[$0].tool.matches(tool) }
        if !meant.isEmpty, let value = output.value {
            let echo = CallEcho(of: arguments)
            for source in meant where !isCutOff {
                isCutOff = !sources[source].visit(value, budget: &budget) { scalar in
                    guard NormalValue.isTelling(scalar), !echo.covers(scalar), !origins.written.covers(scalar) else {
                        return
                    }
                    for form in NormalValue.forms(of: scalar) {
                        entries.append(Entry(source: source, key: form.key(origins.key)))
                    }
                }
            }
        }
        self.entries = entries
        self.isCutOff = isCutOff
    }
}

/// What of a run's state an output is read against: the run's key, and what its calls have written.
package struct RunOrigins: Sendable {
    let key: ProvenanceKey
    let written: WrittenValues
}
