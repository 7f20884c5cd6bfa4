import Manifests
import StrictJSON

/// What a call comes to, and why.
package struct Decision: Hashable, Sendable {
    package let effect: Intent.Effect
    package let code: DecisionCode
    /// The rules that the decision rests on, in the order of the intent: those that matched, had used up their budget or
    /// could not be evaluated, and for a call that nothing allows those that came near. From `CompiledIntent.explain`
    /// every rule.
    package let rules: [RuleReport]
    /// What the agent may be told: what is wrong with the call, never what the rules are.
    package let clientReason: String
    /// When it was decided.
    package let decidedAt: Instant
    /// The run's labels when it was decided, in their order.
    package let labels: [Label]
    /// The call, if it may go ahead.
    let subject: Subject?
    /// The budgets that the call draws on if it goes ahead.
    let charges: [BudgetCharge]
    /// Labels that the run loses if the call is approved.
    let declassified: Set<Label>
    /// What `reason` says beyond the rules.
    private let detail: String?

    /// What of a call the run remembers.
    struct Subject: Hashable, Sendable {
        let tool: ToolName
        /// Nil where no provenance depends on them.
        let arguments: JSON?
    }

    init(
        _ effect: Intent.Effect, _ code: DecisionCode, rules: [RuleReport], subject: Subject? = nil,
        charges: [BudgetCharge] = [], declassified: Set<Label> = [], labels: [Label] = [], detail: String? = nil,
        clientReason: String, at decidedAt: Instant
    ) {
        self.effect = effect
        self.code = code
        self.rules = rules
        self.subject = subject
        self.charges = charges
        self.declassified = declassified
        self.labels = labels
        self.detail = detail
        self.clientReason = clientReason
        self.decidedAt = decidedAt
    }

    /// A denial that no rule is needed for: before the rules are asked, or after.
    ///
    /// ```swift
    /// Decision.denial(.invalidArguments, "`/limit`: expected integer, found a string", at: now)
    /// ```
    package static func denial(
        _ code: DecisionCode, _ reason: String, clientReason: String? = nil, at now: Instant
    ) -> Decision {
        Decision(.deny, code, rules: [], detail: reason, clientReason: clientReason ?? reason, at: now)
    }

    /// The same call where nobody can give the approval that it needs: a denial that says so.
    package func withoutApprover() -> Decision {
        guard effect == .approve else { return self }
        return Decision(
            .deny, .approvalUnavailable, rules: rules, labels: labels,
            detail: "\(reason), and nobody can give one in this run",
            clientReason: "this call needs a person's approval, and nobody can give one in this run", at: decidedAt)
    }

    /// The same call once people gave the approval that it needed: what it draws on is the same. Only who has verified
    /// that may say so.
    ///
    /// - Parameter how: Reads after the reason for which it was asked for: "alice@example.com approved it".
    package func approved(_ how: String) -> Decision {
        guard effect == .approve else { return self }
        return Decision(
            .allow, .approved, rules: rules, subject: subject, charges: charges, declassified: declassified,
            labels: labels, detail: "\(reason); \(how)", clientReason: "a person approved this call", at: decidedAt)
    }

    /// The same call where the approval that it needs was not given, or cannot be.
    package func notApproved(_ code: DecisionCode, _ why: String, clientReason: String) -> Decision {
        Decision(
            .deny, code, rules: rules, labels: labels, detail: "\(reason), and \(why)", clientReason: clientReason,
            at: decidedAt)
    }

    /// The same call where something denies it whatever the rules say, which stay as what became of them.
    package func denied(_ code: DecisionCode, _ reason: String) -> Decision {
        Decision(.deny, code, rules: rules, labels: labels, detail: reason, clientReason: reason, at: decidedAt)
    }

    /// The rules that ask for the approval: those that approve, or where a review is due those that allow.
    package var askingRules: Set<Int> {
        let asking = rules.filter { $0.outcome == .matched && $0.effect == .approve }
        let rules = asking.isEmpty ? rules.filter { $0.outcome == .matched && $0.effect == .allow } : asking
        return Set(rules.map(\.index))
    }

    func with(rules: [RuleReport]) -> Decision {
        Decision(
            effect, code, rules: rules, subject: subject, charges: charges, declassified: declassified, labels: labels,
            detail: reason, clientReason: clientReason, at: decidedAt)
    }

    func with(labels: Set<Label>) -> Decision {
        guard !labels.isEmpty else { return self }
        return Decision(
            effect, code, rules: rules, subject: subject, charges: charges, declassified: declassified,
            labels: labels.sorted(), detail: detail, clientReason: clientReason, at: decidedAt)
    }

    /// The most bytes that the call may write to its standard output and error, by the budgets that it draws on; nil
    /// where no budget limits them.
    package var outputLimit: Int? {
        charges.compactMap { if case .bytes(let bytes) = $0.draw { bytes } else { nil } }.min()
    }

    /// For the person who reads the record: one sentence, lower case, naming the rules.
    package var reason: String {
        if let detail { return detail }
        switch code {
        case .allowed: return "\(names(of: .allow)) allows the call"
        case .approvalRequired: return "\(names(of: .approve)) asks for an approval"
        case .deniedByRule: return "\(names(of: .deny)) denies the call"
        case .ruleError:
            return list(.error) { "\($0.name) cannot be evaluated: \($0.why)" }
        case .ruleBudgetUsedUp:
            return list(.budgetUsedUp) { "\($0.name): \($0.why)" }
        default: return code.rawValue
        }
    }

    private func names(of effect: Intent.Effect) -> String {
        list(.matched, of: effect, separator: ", ") { $0.name }
    }

    /// The first few rules with an outcome: a reason is read by people, and an intent may have thousands.
    private func list(
        _ outcome: RuleReport.Outcome, of effect: Intent.Effect? = nil, separator: String = "; ",
        _ text: (RuleReport) -> String
    ) -> String {
        let reports = rules.filter { $0.outcome == outcome && (effect == nil || $0.effect == effect) }
        let shown = reports.prefix(3).map(text).joined(separator: separator)
        return reports.count > 3 ? "\(shown) and \(reports.count - 3) more" : shown
    }

    /// For the ledger and for `explain`: everything.
    package func json() -> JSON {
        [
            "effect": .string(effect.rawValue), "code": .string(code.rawValue), "reason": .string(reason),
            "rules": .array(rules.map { $0.json() }),
        ]
    }

    /// For the agent: no rule, no value that an intent holds.
    package func clientJSON() -> JSON {
        ["effect": .string(effect.rawValue), "code": .string(code.rawValue), "reason": .string(clientReason)]
    }
}
