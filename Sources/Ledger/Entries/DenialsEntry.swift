import LinuxIO
import StrictJSON

/// Denials that were counted and not recorded one by one, since many like them had been.
package struct DenialsEntry: LedgerEntry {
    package static let kind = "denials"
    /// So many counts fit into an entry, whatever their tools are called.
    package static let most = 100

    package var time: Timestamp
    package var context: RunContext
    /// Since the entry of this kind before.
    package var counts: [Count]

    /// How many denials of one shape.
    package struct Count: Hashable, Sendable {
        /// Nil where the denials are of several tools, or of none that the task has.
        package var tool: String?
        /// As a decision has it.
        package var code: String
        /// Positions of the rules that the denials rest on, in the intent.
        package var rules: [Int64]
        package var count: Int64

        package init(tool: String?, code: String, rules: [Int64], count: Int64) {
            self.tool = tool
            self.code = code
            self.rules = rules
            self.count = count
        }

        package var json: JSON {
            var object: JSONObject = [
                "code": .string(code), "rules": .array(rules.map(JSON.integer)), "count": .integer(count),
            ]
            object["tool"] = tool.map(JSON.string)
            return .object(object)
        }

        /// Nil if the value is none that `json` writes.
        init?(_ json: JSON) {
            guard let code = json["code"]?.stringValue, let count = json["count"]?.integerValue,
                let rules = json["rules"]?.arrayValue
            else { return nil }
            self.init(
                tool: json["tool"]?.stringValue, code: code, rules: rules.compactMap(\.integerValue), count: count)
        }
    }

    package init(time: Timestamp = .now(), context: RunContext, counts: [Count]) {
        self.time = time
        self.context = context
        self.counts = counts
    }

    package var members: JSONObject {
        var object = JSONObject()
        context.write(to: &object)
        object["counts"] = .array(counts.map(\.json))
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        context = try RunContext(members)
        counts = (try members.value("counts").arrayValue ?? []).compactMap { Count($0) }
    }
}
