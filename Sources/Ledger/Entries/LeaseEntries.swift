import LinuxIO
import StrictJSON

/// A credential is about to be asked for, for one call. It is durable before that: whatever exists afterwards, the record
/// knows of it.
package struct LeaseBegunEntry: LedgerEntry {
    package static let kind = "lease-begun"
    package static let erasable = ["scope"]

    package var time: Timestamp
    package var context: RunContext
    package var call: String
    package var lease: String
    /// What the tool calls it.
    package var credential: String
    package var source: String
    /// `R0` to `R4`.
    package var revocability: String
    /// What it opens, in the source's words.
    package var scope: JSON
    /// How the tool gets the use of it: `broker`.
    package var delivery: String
    /// Seconds that it lives at most if nothing is done; nil if it does not die by itself.
    package var lifetime: Int64?

    package init(
        time: Timestamp = .now(), context: RunContext, call: String, lease: String, credential: String, source: String,
        revocability: String, scope: JSON, delivery: String, lifetime: Int64?
    ) {
        self.time = time
        self.context = context
        self.call = call
        self.lease = lease
        self.credential = credential
        self.source = source
        self.revocability = revocability
        self.scope = scope
        self.delivery = delivery
        self.lifetime = lifetime
    }

    package var members: JSONObject {
        var object = JSONObject()
        context.write(to: &object)
        object["call"] = .string(call)
        object["lease"] = .string(lease)
        object["credential"] = .string(credential)
        object["source"] = .string(source)
        object["revocability"] = .string(revocability)
        object["scope"] = scope
        object["delivery"] = .string(delivery)
        object["lifetime"] = lifetime.map(JSON.integer)
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        context = try RunContext(members)
        call = try members.string("call")
        lease = try members.string("lease")
        credential = try members.string("credential")
        source = try members.string("source")
        revocability = try members.string("revocability")
        scope = try members.value("scope")
        delivery = try members.string("delivery")
        lifetime = members.optionalValue("lifetime")?.integerValue
    }
}

/// What was done about a credential once its call was over, and what that came to. One that could not be ended has
/// several: a later one says when it was.
package struct LeaseEndedEntry: LedgerEntry {
    package static let kind = "lease-ended"

    package var time: Timestamp
    package var context: RunContext
    package var call: String
    package var lease: String
    package var credential: String
    package var source: String
    package var revocability: String
    package var outcome: Outcome
    /// What came of using it afterwards: `refused`, `accepted` or `unknown`; nil if it was not tried.
    package var probe: String?
    /// For people: what the probe found, or why it could not be ended.
    package var detail: String?
    /// How long somebody who has it may still use it; nil if nobody can.
    package var residual: Residual?

    package enum Outcome: String, Hashable, Sendable {
        /// The source took it back.
        case revoked
        /// The source can only let it expire.
        case expires
        /// The source can do nothing about it.
        case remains
        /// The source said that it issued nothing, and nothing had to be ended.
        case unissued
        /// It could not be ended, or nobody knows yet whether there is something to end.
        case failed
    }

    package enum Residual: Hashable, Sendable {
        case until(Timestamp)
        /// It does not die by itself.
        case unbounded
    }

    package init(
        time: Timestamp = .now(), context: RunContext, call: String, lease: String, credential: String, source: String,
        revocability: String, outcome: Outcome, probe: String? = nil, detail: String? = nil, residual: Residual? = nil
    ) {
        self.time = time
        self.context = context
        self.call = call
        self.lease = lease
        self.credential = credential
        self.source = source
        self.revocability = revocability
        self.outcome = outcome
        self.probe = probe
        self.detail = detail
        self.residual = residual
    }

    package var members: JSONObject {
        var object = JSONObject()
        context.write(to: &object)
        object["call"] = .string(call)
        object["lease"] = .string(lease)
        object["credential"] = .string(credential)
        object["source"] = .string(source)
        object["revocability"] = .string(revocability)
        object["outcome"] = .string(outcome.rawValue)
        object["probe"] = probe.map(JSON.string)
        object["detail"] = detail.map(JSON.string)
        switch residual {
        case .until(let end): object["residual"] = ["until": .string(end.description)]
        case .unbounded: object["residual"] = ["until": .null]
        case nil: break
        }
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        context = try RunContext(members)
        call = try members.string("call")
        lease = try members.string("lease")
        credential = try members.string("credential")
        source = try members.string("source")
        revocability = try members.string("revocability")
        guard let outcome = Outcome(rawValue: try members.string("outcome")) else {
            throw LedgerError(.entryMalformed, "the entry's member `outcome` is none of a lease")
        }
        self.outcome = outcome
        probe = try members.optionalString("probe")
        detail = try members.optionalString("detail")
        residual = members.optionalValue("residual").map { value in
            value["until"]?.stringValue.flatMap { Timestamp($0) }.map { .until($0) } ?? .unbounded
        }
    }
}
