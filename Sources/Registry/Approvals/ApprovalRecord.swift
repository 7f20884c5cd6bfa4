import Approvals
import LinuxIO
import Manifests
import Store
import StrictJSON

/// A question that waits for people, or did, as the store holds it: what `approve list` and `show`, the console and
/// the prompt on the terminal show.
///
/// The host that asked keeps its own copy: what it verifies answers against never comes from here.
package struct ApprovalRecord: Hashable, Sendable {
    /// What is said yes to, and by whom.
    package let request: ApprovalRequest
    /// The call's name within the run.
    package let call: String
    package let tool: String
    /// That offers the tool; nil of a program.
    package let server: String?
    package let task: String
    /// What the principal calls the agent.
    package let agent: String?
    package let intentDigest: String
    package let toolDigest: String
    /// Positions of the rules that ask.
    package let rules: [Int]
    /// Exactly what the approver has to be shown: visible text. Not kept of what the agent gave up.
    package private(set) var shown: String
    package var state: State
    /// What ended it, if it was no yes.
    package var reason: String?
    let version: Int64

    package enum State: String, Hashable, Sendable, CaseIterable {
        case pending
        /// Approved, and the call went ahead: it cannot be used again.
        case consumed
        case denied
        case expired
        /// The agent gave the call up, or went away.
        case cancelled
        /// Taken back by `revoke`, or its agentbox has died.
        case void
    }

    package var id: String { request.id }
    package var run: String { request.run }

    init(
        request: ApprovalRequest, call: String, tool: String, server: String?, task: String, agent: String?,
        intentDigest: String, toolDigest: String, rules: [Int], shown: ShownText
    ) {
        self.request = request
        self.call = call
        self.tool = tool
        self.server = server
        self.task = task
        self.agent = agent
        self.intentDigest = intentDigest
        self.toolDigest = toolDigest
        self.rules = rules
        self.shown = shown.text
        state = .pending
        version = 0
    }

    /// The agent gave the call up: what it wrote into the question takes no more room.
    mutating func cancel() {
        state = .cancelled
        shown = ShownText("The agent gave this call up before anybody answered. What was asked is not kept.\n").text
    }
}

extension ApprovalRecord {
    /// As `--json` prints it.
    package var json: JSON {
        let once = request.offer(for: .once)
        var object: JSONObject = [
            "request": .string(id), "state": .string(state.rawValue), "run": .string(run), "call": .string(call),
            "tool": .string(tool), "task": .string(task), "principal": .string(request.principal),
            "agent": .string(request.agentIsConfined ? "confined" : "unconfined"),
            "asked": .string(request.asked.description), "expires": .string(request.expires.description),
            "requirement": request.requirement.json, "rules": .array(rules.map { .integer(Int64($0)) }),
            "shown": .string(shown),
        ]
        object["agentName"] = agent.map(JSON.string)
        object["server"] = server.map(JSON.string)
        object["callDigest"] = once.map { .string($0.subject.description) }
        object["shownDigest"] = .string(
            (state == .cancelled ? once?.shown ?? ShownText(shown).digest : ShownText(shown).digest).description)
        object["reason"] = reason.map(JSON.string)
        return .object(object)
    }
}

// MARK: As the store holds it

extension ApprovalRecord {
    /// To be created, or to replace the one that it was read from.
    package var record: StateRecord {
        var body: JSONObject = [
            "request": request.json, "call": .string(call), "tool": .string(tool), "task": .string(task),
            "intentDigest": .string(intentDigest),
            "toolDigest": .string(toolDigest), "rules": .array(rules.map { .integer(Int64($0)) }),
            "shown": .string(shown),
        ]
        body["agent"] = agent.map(JSON.string)
        body["server"] = server.map(JSON.string)
        body["reason"] = reason.map(JSON.string)
        return StateRecord(
            .approval, id, run: run, state: state.rawValue, body: .object(body), version: version, changed: .now())
    }

    /// Nil if the record is none of a request.
    package init?(_ record: StateRecord) {
        let body = record.body
        guard record.kind == .approval, let state = State(rawValue: record.state),
            let request = body["request"].flatMap({ ApprovalRequest($0) }),
            let call = body["call"]?.stringValue, let tool = body["tool"]?.stringValue,
            let task = body["task"]?.stringValue, let intent = body["intentDigest"]?.stringValue,
            let toolDigest = body["toolDigest"]?.stringValue, let rules = body["rules"]?.arrayValue,
            let shown = body["shown"]?.stringValue, request.id == record.key
        else { return nil }
        self.request = request
        self.call = call
        self.tool = tool
        server = body["server"]?.stringValue
        self.task = task
        agent = body["agent"]?.stringValue
        intentDigest = intent
        self.toolDigest = toolDigest
        self.rules = rules.compactMap { $0.integerValue.map(Int.init) }
        // Whatever stands in the store, what is shown is visible text.
        self.shown = ShownText(shown).text
        self.state = state
        reason = body["reason"]?.stringValue
        version = record.version
    }
}

extension ApprovalRequest {
    fileprivate var json: JSON {
        [
            "id": .string(id), "nonce": .string(nonce.description), "run": .string(run),
            "principal": .string(principal), "confined": .bool(agentIsConfined), "requirement": requirement.json,
            "asked": .string(asked.description), "expires": .string(expires.description),
            "offers": .array(
                offers.map { offer in
                    [
                        "scope": .string(offer.scope.rawValue), "subject": .string(offer.subject.description),
                        "shown": .string(offer.shown.description),
                    ]
                }),
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard let requirement = json["requirement"].flatMap({ ApprovalRequirement($0) }),
            let id = json["id"]?.stringValue, let nonce = json["nonce"]?.stringValue.flatMap({ Nonce($0) }),
            let run = json["run"]?.stringValue, let principal = json["principal"]?.stringValue,
            let asked = json["asked"]?.stringValue.flatMap({ Moment($0) }),
            let expires = json["expires"]?.stringValue.flatMap({ Moment($0) }),
            let offers = json["offers"]?.arrayValue
        else { return nil }
        self.init(
            id: id, nonce: nonce, run: run, principal: principal, agentIsConfined: json["confined"] == true,
            requirement: requirement, asked: asked, expires: expires,
            offers: offers.compactMap { offer in
                guard let scope = offer["scope"]?.stringValue.flatMap({ ApprovalStatement.Scope(rawValue: $0) }),
                    let subject = offer["subject"]?.stringValue.flatMap({ SubjectDigest($0) }),
                    let shown = offer["shown"]?.stringValue.flatMap({ SubjectDigest($0) })
                else { return nil }
                return Offer(scope: scope, subject: subject, shown: shown)
            })
    }
}

extension ApprovalRequirement {
    package var json: JSON {
        [
            "assurance": .string(assurance.rawValue), "assuranceOfEach": .string(assuranceOfEach.rawValue),
            "quorum": .integer(Int64(quorum)), "roles": .array(roles.sorted().map(JSON.string)),
            "notPrincipal": .bool(excludesPrincipal), "validity": .integer(validity),
            "breakGlass": .bool(allowsBreakGlass),
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard let each = json["assuranceOfEach"]?.stringValue.flatMap({ Assurance(rawValue: $0) }),
            let quorum = json["quorum"]?.integerValue, let validity = json["validity"]?.integerValue,
            let roles = json["roles"]?.arrayValue
        else { return nil }
        self.init(
            assurance: each, quorum: Int(quorum), roles: Set(roles.compactMap(\.stringValue)),
            excludesPrincipal: json["notPrincipal"] == true, validity: validity,
            allowsBreakGlass: json["breakGlass"] == true)
    }

    /// True if the local user's word can be enough.
    package var isForLocalUser: Bool {
        assuranceOfEach == .localUser && quorum == 1 && roles.isEmpty && !excludesPrincipal
    }

    /// `one person, by key (A2), with the role maintainer`
    package var words: String {
        let who = quorum == 1 ? "one person," : "\(quorum) different people, each"
        let how =
            switch assuranceOfEach {
            case .localUser: "the local user or better (A1)"
            case .key, .twoPeople: "by key (A2)"
            case .hardwareKey: "by hardware key with touch (A3)"
            }
        let whose =
            roles.isEmpty ? "" : ", with the role \(roles.sorted().map { "`\($0)`" }.joined(separator: " and "))"
        return "\(who) \(how)\(whose)\(excludesPrincipal ? ", not the task's principal" : "")"
    }
}
