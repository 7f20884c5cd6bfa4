import LinuxIO
import StrictJSON

/// A checkpoint was published outside.
package struct AnchoredEntry: LedgerEntry {
    package static let kind = "anchored"

    package var time: Timestamp
    /// Where: `file:/media/…`, `git:/srv/anchors#ledger`, `http://…`.
    package var place: String
    /// Entries that the checkpoint covers.
    package var size: UInt64
    /// The hash of the tree of these entries, in base 64.
    package var root: String

    package init(time: Timestamp = .now(), place: String, size: UInt64, root: String) {
        self.time = time
        self.place = place
        self.size = size
        self.root = root
    }

    package var members: JSONObject {
        var object = JSONObject()
        object["place"] = .string(place)
        object["size"] = .integer(Int64(clamping: size))
        object["root"] = .string(root)
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        place = try members.string("place")
        size = UInt64(clamping: try members.integer("size"))
        root = try members.string("root")
    }
}
