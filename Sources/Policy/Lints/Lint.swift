import StrictJSON

/// Something about an intent that is not wrong and probably not meant.
package struct Lint: Hashable, Sendable {
    package let code: Code
    /// Line of the rule in the intent's file; nil for the intent as a whole.
    package let line: Int?
    /// The rule, as it would stand in a manifest.
    package let rule: String?
    /// What is odd, in lower case without a full stop.
    package let message: String
    /// What to do about it.
    package let fix: String

    /// Stable, in kebab case.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// No call of any tool that the rule names satisfies it.
        case neverMatches = "never-matches"
        /// Another rule of the same effect says all that the rule says.
        case shadowed
        /// Denials cover everything that the rule would let through.
        case alwaysDenied = "always-denied"
        /// Approvals are asked for everything that the rule would allow.
        case alwaysAsked = "always-asked"
        /// A pattern, or a rule without constraints, lets a tool through that destroys or reaches out.
        case tooWide = "too-wide"
        /// A condition that says the same of every call.
        case constantCondition = "constant-condition"
        /// An argument that names a host may name any.
        case anyHost = "any-host"
        /// An approval is asked for that nobody can give.
        case noApprover = "no-approver"
        /// The task never ends by itself.
        case noExpiry = "no-expiry"
        /// The day of the intent's review has passed.
        case reviewDue = "review-due"
        /// There are more rules than are compared with one another.
        case notCompared = "not-compared"
    }

    init(_ code: Code, _ rule: CompiledRule? = nil, _ message: String, fix: String) {
        self.code = code
        line = rule?.line
        self.rule = rule?.sentence
        self.message = message
        self.fix = fix
    }

    package func json() -> JSON {
        var object = JSONObject()
        object["code"] = .string(code.rawValue)
        object["line"] = line.map { .integer(Int64($0)) }
        object["rule"] = rule.map(JSON.string)
        object["message"] = .string(message)
        object["fix"] = .string(fix)
        return .object(object)
    }
}
