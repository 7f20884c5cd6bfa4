import LinuxIO
import StrictJSON

/// The log gets another key. The checkpoint that covers this entry is the last one by the key before: so whoever trusts
/// that one trusts the new one.
package struct KeyRotatedEntry: LedgerEntry {
    package static let kind = "key-rotated"

    package var time: Timestamp
    /// Of the new key; it counts the log's keys from one.
    package var epoch: Int
    /// The new key, as `agentbox audit key` prints it.
    package var verifierKey: String
    package var reason: String?

    package init(time: Timestamp = .now(), epoch: Int, verifierKey: String, reason: String? = nil) {
        self.time = time
        self.epoch = epoch
        self.verifierKey = verifierKey
        self.reason = reason
    }

    package var members: JSONObject {
        var object = JSONObject()
        object["epoch"] = .integer(Int64(epoch))
        object["verifierKey"] = .string(verifierKey)
        object["reason"] = reason.map(JSON.string)
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        epoch = Int(try members.integer("epoch"))
        verifierKey = try members.string("verifierKey")
        reason = try members.optionalString("reason")
    }
}

/// The first entry that only a checkpoint by the new key covers. It keeps the last one by the key before, which proves
/// that its holder named the new key.
package struct EpochStartedEntry: LedgerEntry {
    package static let kind = "epoch-started"

    package var time: Timestamp
    package var epoch: Int
    package var verifierKey: String
    /// The last checkpoint by the key before, a signed note.
    package var checkpoint: String

    package init(time: Timestamp = .now(), epoch: Int, verifierKey: String, checkpoint: String) {
        self.time = time
        self.epoch = epoch
        self.verifierKey = verifierKey
        self.checkpoint = checkpoint
    }

    package var members: JSONObject {
        var object = JSONObject()
        object["epoch"] = .integer(Int64(epoch))
        object["verifierKey"] = .string(verifierKey)
        object["checkpoint"] = .string(checkpoint)
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        epoch = Int(try members.integer("epoch"))
        verifierKey = try members.string("verifierKey")
        checkpoint = try members.string("checkpoint")
    }
}

/// The log was written by an agentbox that signed nothing. The entries before this one are signed as they were found.
package struct UpgradedEntry: LedgerEntry {
    package static let kind = "upgraded"

    package var time: Timestamp
    /// How many they are.
    package var unsignedEntries: UInt64

    package init(time: Timestamp = .now(), unsignedEntries: UInt64) {
        self.time = time
        self.unsignedEntries = unsignedEntries
    }

    package var members: JSONObject {
        var object = JSONObject()
        object["unsignedEntries"] = .integer(Int64(clamping: unsignedEntries))
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        unsignedEntries = UInt64(clamping: try members.integer("unsignedEntries"))
    }
}
