import LinuxIO
import StrictJSON

/// The console refused requests: of another origin, host or user, or without a session.
package struct ConsoleRefusedEntry: LedgerEntry {
    package static let kind = "console-refused"

    package var time: Timestamp
    /// How many since the entry of this kind before, by why.
    package var counts: [String: Int64]

    package init(time: Timestamp = .now(), counts: [String: Int64]) {
        self.time = time
        self.counts = counts
    }

    package var members: JSONObject {
        var object = JSONObject()
        object["counts"] = .object(
            counts.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { $0[$1.key] = .integer($1.value) })
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        let object = try members.value("counts").objectValue ?? JSONObject()
        counts = object.reduce(into: [:]) { $0[$1.key] = $1.value.integerValue ?? 0 }
    }
}
