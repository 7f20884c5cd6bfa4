import LinuxIO
import StrictJSON

/// A person took back a run, a tool, what a principal has, or everything.
package struct RevokedEntry: LedgerEntry {
    package static let kind = "revoked"

    package var time: Timestamp
    /// `{"run": …}`, `{"tool": …}`, `{"principal": …}` or `{"all": true}`.
    package var scope: JSON
    /// Who took it back.
    package var by: String
    package var reason: String?
    /// The store's epoch: what began before it is covered.
    package var epoch: Int64
    /// Runs that it ended, calls that ended while they ran, questions that became void.
    package var runs: Int64
    package var calls: Int64
    package var approvals: Int64
    /// True if something that it covers had not ended when this was recorded.
    package var isIncomplete: Bool

    package init(
        time: Timestamp = .now(), scope: JSON, by: String, reason: String?, epoch: Int64, runs: Int64, calls: Int64,
        approvals: Int64, isIncomplete: Bool
    ) {
        self.time = time
        self.scope = scope
        self.by = by
        self.reason = reason
        self.epoch = epoch
        self.runs = runs
        self.calls = calls
        self.approvals = approvals
        self.isIncomplete = isIncomplete
    }

    package var members: JSONObject {
        var object: JSONObject = [
            "scope": scope, "by": .string(by), "epoch": .integer(epoch),
            "ended": ["runs": .integer(runs), "calls": .integer(calls), "approvals": .integer(approvals)],
        ]
        object["reason"] = reason.map(JSON.string)
        if isIncomplete { object["incomplete"] = true }
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        scope = try members.value("scope")
        by = try members.string("by")
        reason = try members.optionalString("reason")
        epoch = try members.integer("epoch")
        let ended = try members.value("ended")
        runs = ended["runs"]?.integerValue ?? 0
        calls = ended["calls"]?.integerValue ?? 0
        approvals = ended["approvals"]?.integerValue ?? 0
        isIncomplete = members.optionalValue("incomplete") == true
    }
}

/// A person gave back what was revoked: calls of the tool, or runs of the principal, may go ahead again.
package struct RevocationLiftedEntry: LedgerEntry {
    package static let kind = "revocation-lifted"

    package var time: Timestamp
    package var scope: JSON
    package var by: String
    package var reason: String?
    /// Revocations up to this epoch count no more.
    package var epoch: Int64

    package init(time: Timestamp = .now(), scope: JSON, by: String, reason: String?, epoch: Int64) {
        self.time = time
        self.scope = scope
        self.by = by
        self.reason = reason
        self.epoch = epoch
    }

    package var members: JSONObject {
        var object: JSONObject = ["scope": scope, "by": .string(by), "epoch": .integer(epoch)]
        object["reason"] = reason.map(JSON.string)
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        scope = try members.value("scope")
        by = try members.string("by")
        reason = try members.optionalString("reason")
        epoch = try members.integer("epoch")
    }
}
