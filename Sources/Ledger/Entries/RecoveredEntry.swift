import LinuxIO
import StrictJSON

/// Bytes that a dying process left behind were cut off here. The ledger writes it by itself, before the next entry.
package struct RecoveredEntry: LedgerEntry {
    package static let kind = "recovered"

    package var time: Timestamp
    package var truncatedBytes: Int

    package init(time: Timestamp = .now(), truncatedBytes: Int) {
        self.time = time
        self.truncatedBytes = truncatedBytes
    }

    package var members: JSONObject {
        var object = JSONObject()
        object["truncatedBytes"] = .integer(Int64(truncatedBytes))
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        truncatedBytes = Int(try members.integer("truncatedBytes"))
    }
}
