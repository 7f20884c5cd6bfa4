import Approvals
import Manifests
import Store
import StrictJSON

/// What somebody says to a request, before anybody has checked who that is.
package struct OfferedAnswer: Hashable, Sendable {
    /// The identifier of the request; of a plan that of its first.
    package var request: String
    package var verdict: ApprovalStatement.Verdict
    package var scope: Scope
    /// Why; needed to break the glass, and told to the agent of a denial.
    package var reason: String?
    package var proof: Proof
    /// Of the text that the local user was shown: `AnswerDraft.shown`. What is signed names it itself.
    package var shown: SubjectDigest?
    /// Given by a click in the console, which says so. It decides nothing: the record names it.
    package var isOfConsole = false

    /// What is said yes to.
    package enum Scope: Hashable, Sendable {
        /// The one call, once.
        case once
        /// The calls of these requests, in this order and each once. All of one run.
        case plan([String])
        /// Calls alike in this run.
        case pattern(OfferedPattern)
        /// The one call, once, by one person alone.
        case breakGlass

        package var statementScope: ApprovalStatement.Scope {
            switch self {
            case .once: .once
            case .plan: .plan
            case .pattern: .pattern
            case .breakGlass: .breakGlass
            }
        }
    }

    /// How it is known who said it.
    package enum Proof: Hashable, Sendable {
        /// Nothing but being the local user outside every box (A1): only through the run's own socket or terminal.
        case localUser
        /// An SSHSIG over the bytes of the statement.
        case ssh(statement: [UInt8], signature: [UInt8])
        /// An assertion of a browser, as JSON, whose challenge is the digest of the statement's bytes.
        case webAuthn(statement: [UInt8], assertion: JSON)
    }

    package init(
        to request: String, _ verdict: ApprovalStatement.Verdict, scope: Scope = .once, reason: String? = nil,
        proof: Proof
    ) {
        self.request = request
        self.verdict = verdict
        self.scope = scope
        self.reason = reason
        self.proof = proof
    }
}

/// Calls that a person wants to allow together, in the words of an intent's `args`.
package struct OfferedPattern: Hashable, Sendable {
    /// `{path: {under: [docs]}}`, in YAML or JSON. Arguments that are not named have to be absent.
    package var arguments: String
    /// How many calls, from 1.
    package var count: Int
    package var expires: Moment

    package init(arguments: String, count: Int, expires: Moment) {
        self.arguments = arguments
        self.count = count
        self.expires = expires
    }
}

/// What became of an answer.
package enum AnswerOutcome: Hashable, Sendable {
    /// The call goes ahead, if the task still lets it.
    case granted
    /// Taken; so many people more are needed.
    case waiting(missing: Int)
    /// The call is denied.
    case denied
    /// It is no answer of anybody who may give one: code, what was wrong, and what to do.
    case refused(code: String, message: String, remedy: String?)
}

// MARK: As the store and the run's socket carry it

extension OfferedAnswer {
    package var json: JSON {
        var object: JSONObject = ["request": .string(request), "verdict": .string(verdict.rawValue)]
        object["reason"] = reason.map(JSON.string)
        object["shown"] = shown.map { .string($0.description) }
        switch scope {
        case .once: object["scope"] = "once"
        case .breakGlass: object["scope"] = "break-glass"
        case .plan(let requests):
            object["scope"] = "plan"
            object["plan"] = .array(requests.map(JSON.string))
        case .pattern(let pattern):
            object["scope"] = "pattern"
            object["pattern"] = [
                "arguments": .string(pattern.arguments), "count": .integer(Int64(pattern.count)),
                "expires": .string(pattern.expires.description),
            ]
        }
        switch proof {
        case .localUser:
            object["proof"] = "local-user"
            if isOfConsole { object["console"] = true }
        case .ssh(let statement, let signature):
            object["proof"] = "ssh"
            object["statement"] = .string(String(decoding: statement, as: UTF8.self))
            object["signature"] = .string(String(decoding: signature, as: UTF8.self))
        case .webAuthn(let statement, let assertion):
            object["proof"] = "webauthn"
            object["statement"] = .string(String(decoding: statement, as: UTF8.self))
            object["assertion"] = assertion
        }
        return .object(object)
    }

    /// Nil for anything that `json` does not write.
    package init?(_ json: JSON) {
        guard let request = json["request"]?.stringValue,
            let verdict = json["verdict"]?.stringValue.flatMap({ ApprovalStatement.Verdict(rawValue: $0) }),
            let scope = Scope(json), let proof = Proof(json)
        else { return nil }
        self.init(to: request, verdict, scope: scope, reason: json["reason"]?.stringValue, proof: proof)
        shown = json["shown"]?.stringValue.flatMap { SubjectDigest($0) }
        isOfConsole = json["console"] == true
    }
}

extension OfferedAnswer.Scope {
    fileprivate init?(_ json: JSON) {
        switch json["scope"]?.stringValue {
        case "once": self = .once
        case "break-glass": self = .breakGlass
        case "plan":
            guard let plan = json["plan"]?.arrayValue, plan.count <= CallPlan.maximumCalls else { return nil }
            self = .plan(plan.compactMap(\.stringValue))
        case "pattern":
            let pattern = json["pattern"]
            guard let arguments = pattern?["arguments"]?.stringValue,
                let count = pattern?["count"]?.integerValue.flatMap({ Int(exactly: $0) }),
                let expires = pattern?["expires"]?.stringValue.flatMap({ Moment($0) })
            else { return nil }
            self = .pattern(OfferedPattern(arguments: arguments, count: count, expires: expires))
        default: return nil
        }
    }
}

extension OfferedAnswer.Proof {
    fileprivate init?(_ json: JSON) {
        let statement = json["statement"]?.stringValue.map { Array($0.utf8) }
        switch json["proof"]?.stringValue {
        case "local-user": self = .localUser
        case "ssh":
            guard let statement, let signature = json["signature"]?.stringValue else { return nil }
            self = .ssh(statement: statement, signature: Array(signature.utf8))
        case "webauthn":
            guard let statement, let assertion = json["assertion"] else { return nil }
            self = .webAuthn(statement: statement, assertion: assertion)
        default: return nil
        }
    }
}

extension AnswerOutcome {
    package var json: JSON {
        switch self {
        case .granted: ["outcome": "granted"]
        case .waiting(let missing): ["outcome": "waiting", "missing": .integer(Int64(missing))]
        case .denied: ["outcome": "denied"]
        case .refused(let code, let message, let remedy):
            [
                "outcome": "refused", "code": .string(code), "message": .string(message),
                "remedy": remedy.map(JSON.string) ?? .null,
            ]
        }
    }

    package init?(_ json: JSON) {
        switch json["outcome"]?.stringValue {
        case "granted": self = .granted
        case "waiting": self = .waiting(missing: Int(json["missing"]?.integerValue ?? 1))
        case "denied": self = .denied
        case "refused":
            self = .refused(
                code: json["code"]?.stringValue ?? "refused", message: json["message"]?.stringValue ?? "",
                remedy: json["remedy"]?.stringValue)
        default: return nil
        }
    }
}
