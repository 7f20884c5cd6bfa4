import LinuxIO
import StrictJSON

/// How an allowed call ended: what became of its process, and what of its writes was published.
package struct EndedEntry: LedgerEntry {
    package static let kind = "ended"
    package static let erasable = ["output"]

    package var time: Timestamp
    package var context: RunContext
    package var call: String
    package var tool: String
    /// The index of the decision.
    package var decided: LedgerIndex
    package var outcome: JSON
    /// What the tool wrote: `stdout`, `stderr`, `structured`, as far as there is. Nil for a call that returned nothing.
    package var output: RecordedValue?
    /// What the call returned carries these.
    package var labels: [String]

    package init(
        time: Timestamp = .now(), context: RunContext, call: String, tool: String, decided: LedgerIndex, outcome: JSON,
        output: RecordedValue? = nil, labels: [String] = []
    ) {
        self.time = time
        self.context = context
        self.call = call
        self.tool = tool
        self.decided = decided
        self.outcome = outcome
        self.output = output
        self.labels = labels
    }

    /// The end of a call whose agentbox died: whether it happened, nobody can say.
    package static func unknown(
        _ decision: DecidedEntry, index: LedgerIndex, time: Timestamp = .now()
    ) -> EndedEntry {
        EndedEntry(
            time: time, context: decision.context, call: decision.call, tool: decision.tool, decided: index,
            outcome: ["end": "unknown", "reason": "agentbox died before the call ended"])
    }

    var run: String { context.run }

    package var members: JSONObject {
        var object = JSONObject()
        context.write(to: &object)
        object["call"] = .string(call)
        object["tool"] = .string(tool)
        object["decided"] = .integer(Int64(decided))
        object["outcome"] = outcome
        object["output"] = output?.json
        if !labels.isEmpty { object["labels"] = .array(labels.map(JSON.string)) }
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        context = try RunContext(members)
        call = try members.string("call")
        tool = try members.string("tool")
        guard let index = LedgerIndex(exactly: try members.integer("decided")) else {
            throw LedgerError(.entryMalformed, "the entry's member `decided` is negative")
        }
        decided = index
        outcome = try members.value("outcome")
        output = try members.optionalValue("output").map { (value) throws(LedgerError) in try RecordedValue(value) }
        labels = try members.labels()
    }
}
