import LinuxIO
import StrictJSON

/// A person had the data of entries erased: their arguments and outputs, of which the entries keep commitments.
package struct ErasedEntry: LedgerEntry {
    package static let kind = "erased"
    /// So many ranges fit into one entry.
    package static let most = 1000

    package var time: Timestamp
    /// What was asked for: `call 17`, `run 2026-11-30-…`, `before 2026-06-01T00:00:00.000Z`.
    package var selection: String
    package var reason: String?
    /// The entries whose data is gone, in order.
    package var entries: [ClosedRange<LedgerIndex>]

    package init(
        time: Timestamp = .now(), selection: String, reason: String?, entries: [ClosedRange<LedgerIndex>]
    ) {
        self.time = time
        self.selection = selection
        self.reason = reason
        self.entries = entries
    }

    package var members: JSONObject {
        var object = JSONObject()
        object["selection"] = .string(selection)
        object["reason"] = reason.map(JSON.string)
        object["entries"] = .array(
            entries.map { [.integer(Int64(clamping: $0.lowerBound)), .integer(Int64(clamping: $0.upperBound))] })
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        selection = try members.string("selection")
        reason = try members.optionalString("reason")
        var entries: [ClosedRange<LedgerIndex>] = []
        for value in try members.value("entries").arrayValue ?? [] {
            guard let first = value[0]?.integerValue, let last = value[1]?.integerValue, first >= 0, last >= first
            else {
                throw LedgerError(.entryMalformed, "the entry's member `entries` has to be pairs of indices")
            }
            entries.append(LedgerIndex(first)...LedgerIndex(last))
        }
        self.entries = entries
    }
}
