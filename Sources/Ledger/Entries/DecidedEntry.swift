import LinuxIO
import StrictJSON

/// What was decided about one call. It is durable before anything happens: an allowed call that has no `EndedEntry`
/// may have happened in part.
package struct DecidedEntry: LedgerEntry {
    package static let kind = "decided"
    package static let erasable = ["arguments", "grants", "credentials", "decision.amendment"]
    /// The effect after which the call is started.
    package static let allowed = "allow"

    package var time: Timestamp
    package var context: RunContext
    /// The call's name within the run.
    package var call: String
    /// As it was asked for; cut where it is longer than any tool's name.
    package let tool: String
    /// `allow` if the call is started now; else `deny`, or `approve` for one that waits.
    package var effect: String
    /// The decision with the rules that led to it.
    package var decision: JSON
    package var arguments: RecordedValue
    /// What the call may touch.
    package var grants: JSON?
    /// What is issued to it: names, sources and scopes, never a secret. Nil of a call that needs nothing.
    package var credentials: JSON?
    /// Of the registered tool; nil for a call that names none.
    package var toolDigest: String?
    package var profileDigest: String?
    /// Of the canonical call, with all that matters to it.
    package var callDigest: String?
    /// What the run had seen carried these.
    package var labels: [String]
    /// The tool server that serves the call; nil for a program of its own. What `grants` says holds for all calls of it
    /// in this run, not for this one.
    package var server: String?
    /// By whom an allowed call was approved: `request`, `approvers` and `scope`; nil of one that needed nobody.
    package var approval: JSON?
    /// What else the canonical call holds, to compute `callDigest` again: `nonce` and `expires`.
    package var canonical: JSON?

    package init(
        time: Timestamp = .now(), context: RunContext, call: String, tool: String, effect: String, decision: JSON,
        arguments: RecordedValue, grants: JSON? = nil, credentials: JSON? = nil, toolDigest: String? = nil,
        profileDigest: String? = nil,
        callDigest: String? = nil, labels: [String] = [], server: String? = nil,
        approval: JSON? = nil, canonical: JSON? = nil
    ) {
        self.time = time
        self.context = context
        self.call = call
        // One character can hold any number of scalars: an agent must not make its denials too large to record.
        self.tool = String(String.UnicodeScalarView(tool.unicodeScalars.prefix(128)))
        self.effect = effect
        self.decision = decision
        self.arguments = arguments
        self.grants = grants
        self.credentials = credentials
        self.toolDigest = toolDigest
        self.profileDigest = profileDigest
        self.callDigest = callDigest
        self.labels = labels
        self.server = server
        self.approval = approval
        self.canonical = canonical
    }

    package var members: JSONObject {
        var object = JSONObject()
        context.write(to: &object)
        object["call"] = .string(call)
        object["tool"] = .string(tool)
        object["effect"] = .string(effect)
        object["decision"] = decision
        object["arguments"] = arguments.json
        object["grants"] = grants
        object["credentials"] = credentials
        object["toolDigest"] = toolDigest.map(JSON.string)
        object["profileDigest"] = profileDigest.map(JSON.string)
        object["callDigest"] = callDigest.map(JSON.string)
        if !labels.isEmpty { object["labels"] = .array(labels.map(JSON.string)) }
        object["server"] = server.map { ["name": .string($0), "sandbox": "of the run"] }
        object["approval"] = approval
        object["canonical"] = canonical
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        context = try RunContext(members)
        call = try members.string("call")
        tool = try members.string("tool")
        effect = try members.string("effect")
        decision = try members.value("decision")
        arguments = try RecordedValue(try members.value("arguments"))
        grants = members.optionalValue("grants")
        credentials = members.optionalValue("credentials")
        toolDigest = try members.optionalString("toolDigest")
        profileDigest = try members.optionalString("profileDigest")
        callDigest = try members.optionalString("callDigest")
        labels = try members.labels()
        server = members.optionalValue("server")?["name"]?.stringValue
        approval = members.optionalValue("approval")
        canonical = members.optionalValue("canonical")
    }
}
