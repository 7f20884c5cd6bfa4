import LinuxIO
import StrictJSON

/// People were asked whether a call may go ahead.
package struct ApprovalAskedEntry: LedgerEntry {
    package static let kind = "approval-asked"

    package var time: Timestamp
    package var context: RunContext
    /// The call's name within the run.
    package var call: String
    package var tool: String
    /// The identifier of the request.
    package var request: String
    /// Positions of the rules that ask.
    package var rules: [Int64]
    /// Of the canonical call.
    package var callDigest: String
    /// Of the exact text that approvers are shown.
    package var shownDigest: String
    /// `A1` to `A4`.
    package var assurance: String
    /// How many people it takes.
    package var quorum: Int64
    /// Which each of them has to have.
    package var roles: [String]
    /// No answer is taken after it.
    package var expires: String

    package init(
        time: Timestamp = .now(), context: RunContext, call: String, tool: String, request: String, rules: [Int64],
        callDigest: String, shownDigest: String, assurance: String, quorum: Int64, roles: [String], expires: String
    ) {
        self.time = time
        self.context = context
        self.call = call
        self.tool = tool
        self.request = request
        self.rules = Array(rules.prefix(256))
        self.callDigest = callDigest
        self.shownDigest = shownDigest
        self.assurance = assurance
        self.quorum = quorum
        self.roles = roles
        self.expires = expires
    }

    package var members: JSONObject {
        var object = JSONObject()
        context.write(to: &object)
        object["call"] = .string(call)
        object["tool"] = .string(tool)
        object["request"] = .string(request)
        object["rules"] = .array(rules.map(JSON.integer))
        object["callDigest"] = .string(callDigest)
        object["shownDigest"] = .string(shownDigest)
        object["assurance"] = .string(assurance)
        object["quorum"] = .integer(quorum)
        if !roles.isEmpty { object["roles"] = .array(roles.map(JSON.string)) }
        object["expires"] = .string(expires)
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        context = try RunContext(members)
        call = try members.string("call")
        tool = try members.string("tool")
        request = try members.string("request")
        rules = (try members.value("rules").arrayValue ?? []).compactMap(\.integerValue)
        callDigest = try members.string("callDigest")
        shownDigest = try members.string("shownDigest")
        assurance = try members.string("assurance")
        quorum = try members.integer("quorum")
        roles = members.optionalValue("roles") == nil ? [] : try members.strings("roles")
        expires = try members.string("expires")
    }
}

/// Somebody answered, or nobody will any more.
package struct ApprovalAnsweredEntry: LedgerEntry {
    package static let kind = "approval-answered"

    package var time: Timestamp
    package var context: RunContext
    package var call: String
    package var request: String
    package var verdict: Verdict
    /// Who it is from; nil of what is nobody's.
    package var approver: String?
    /// What it reaches: `A1` to `A3`.
    package var assurance: String?
    /// `peer`, `terminal`, `ssh`, `security-key`, `webauthn` or `console`.
    package var method: String?
    /// `SHA256:…` of the key that signed.
    package var key: String?
    package var reason: String?
    package var breakGlass: Bool
    /// `once`, `pattern`, `plan` or `break-glass`.
    package var scope: String?
    /// The calls of a pattern, as the approver wrote it.
    package var pattern: JSON?
    /// The signed statement and its signature, to be verified again later.
    package var statement: JSON?

    /// What an answer comes to.
    package enum Verdict: String, Hashable, Sendable, CaseIterable {
        case allow, deny
        /// Nobody answered in time.
        case expired
        /// The agent gave the call up.
        case cancelled
        /// Revoked, or its agentbox ended.
        case void
        /// An answer that counts for nothing: `reason` says why.
        case refused
    }

    package init(
        time: Timestamp = .now(), context: RunContext, call: String, request: String, verdict: Verdict,
        approver: String? = nil, assurance: String? = nil, method: String? = nil, key: String? = nil,
        reason: String? = nil, breakGlass: Bool = false, scope: String? = nil, pattern: JSON? = nil,
        statement: JSON? = nil
    ) {
        self.time = time
        self.context = context
        self.call = call
        self.request = request
        self.verdict = verdict
        self.approver = approver
        self.assurance = assurance
        self.method = method
        self.key = key
        self.reason = reason
        self.breakGlass = breakGlass
        self.scope = scope
        self.pattern = pattern
        self.statement = statement
    }

    package var members: JSONObject {
        var object = JSONObject()
        context.write(to: &object)
        object["call"] = .string(call)
        object["request"] = .string(request)
        object["verdict"] = .string(verdict.rawValue)
        object["approver"] = approver.map(JSON.string)
        object["assurance"] = assurance.map(JSON.string)
        object["method"] = method.map(JSON.string)
        object["key"] = key.map(JSON.string)
        object["reason"] = reason.map(JSON.string)
        object["breakGlass"] = .bool(breakGlass)
        object["scope"] = scope.map(JSON.string)
        object["pattern"] = pattern
        object["statement"] = statement
        return object
    }

    package init(members: EntryMembers) throws(LedgerError) {
        time = try members.time()
        context = try RunContext(members)
        call = try members.string("call")
        request = try members.string("request")
        let word = try members.string("verdict")
        guard let verdict = Verdict(rawValue: word) else {
            throw LedgerError(.entryMalformed, "`\(word)` is no verdict of an approval")
        }
        self.verdict = verdict
        approver = try members.optionalString("approver")
        assurance = try members.optionalString("assurance")
        method = try members.optionalString("method")
        key = try members.optionalString("key")
        reason = try members.optionalString("reason")
        breakGlass = members.optionalValue("breakGlass") == true
        scope = try members.optionalString("scope")
        pattern = members.optionalValue("pattern")
        statement = members.optionalValue("statement")
    }
}
