import Manifests
import StrictJSON

/// The rules that are about one call, weighed against each other. Which comes first never matters: the outcome is a
/// function of the set.
struct Weighing {
    let now: Instant
    /// An allow rule then asks for an approval.
    let isReviewDue: Bool

    private var reports: [RuleReport] = []
    /// What the call draws on the task's own budgets.
    var taskCharges: [BudgetCharge] = []
    /// The call as the run remembers it, if it goes ahead.
    let subject: Decision.Subject

    private var charges: [BudgetCharge] = []
    private var declassified: Set<Label> = []
    /// A budget of something else than calls is used up.
    private var usedUpOther = false
    private var denied = false
    private var errors = 0
    private var errorHint: String?
    private var asked = Offer.none
    private var allowed = Offer.none

    /// Most errors that one decision reports: of ten thousand rules about a path, each fails on one that cannot be read.
    static let maximumErrors = 16

    /// What the rules of one effect have to give.
    private enum Offer: Int {
        case none, usedUp, given
    }

    init(_ subject: Decision.Subject, now: Instant, isReviewDue: Bool) {
        self.subject = subject
        self.now = now
        self.isReviewDue = isReviewDue
    }

    mutating func add(_ rule: CompiledRule, _ facts: inout CallFacts) {
        switch rule.match(&facts) {
        case .doesNot: return
        case .error:
            let obstacle = errors < Self.maximumErrors ? rule.obstacles(&facts).first : nil
            addError(rule, obstacle?.why ?? "it cannot be evaluated", hint: obstacle?.hint)
        case .matches: addMatch(rule, facts)
        }
    }

    private mutating func addError(_ rule: CompiledRule, _ why: String, hint: String?) {
        errors += 1
        guard errors <= Self.maximumErrors else { return }
        if errorHint == nil { errorHint = hint }
        reports.append(rule.report(.error, why))
    }

    private mutating func addMatch(_ rule: CompiledRule, _ facts: CallFacts) {
        var offer = Offer.given
        do throws(BudgetRefusal) {
            switch try BudgetCheck.of(rule.budgets, rule: rule.index, facts, at: now) {
            case .room(let drawn):
                charges += drawn
                reports.append(
                    rule.report(.matched, rule.reason.map { "\(rule.whyMatched): \($0)" } ?? rule.whyMatched))
            case .usedUp(let budget, let why):
                offer = .usedUp
                if case .calls = budget.quantity {} else { usedUpOther = true }
                reports.append(rule.report(.budgetUsedUp, why))
            }
        } catch {
            // Of a deny rule there is no budget: this one would have let the call through, and it is not known whether
            // it may.
            addError(rule, error.why, hint: error.hint)
            return
        }
        if rule.effect == .approve { declassified.formUnion(rule.declassified) }
        switch rule.effect {
        case .deny: denied = true
        case .approve: asked = max(asked, offer)
        case .allow: allowed = max(allowed, offer)
        }
    }

    private func max(_ left: Offer, _ right: Offer) -> Offer { left.rawValue < right.rawValue ? right : left }

    // MARK: The outcome

    func decision(_ task: TaskDenial) -> Decision {
        Decision(
            .deny, task.code, rules: reports, detail: task.reason, clientReason: task.clientReason, at: now)
    }

    /// Deny beats approve beats allow. Nil if nothing speaks for or against the call.
    func decision(reviewDetail: @autoclosure () -> String) -> Decision? {
        if denied { return deny(.deniedByRule, "the task forbids this call") }
        if errors > 0 { return deny(.ruleError, "the call cannot be checked: \(errorHint ?? "")") }
        switch (asked, allowed) {
        // An approve rule whose budget is used up still holds the call back: falling through to an allow rule would
        // let pass without an approval what needed one before.
        case (.usedUp, _): return denyUsedUp()
        case (.given, _): return approve()
        case (.none, .given) where isReviewDue: return approve(detail: reviewDetail())
        case (.none, .given):
            return Decision(
                .allow, .allowed, rules: reports, subject: subject, charges: charges + taskCharges,
                clientReason: "the task allows this call", at: now)
        case (.none, .usedUp): return denyUsedUp()
        case (.none, .none): return nil
        }
    }

    private func denyUsedUp() -> Decision {
        deny(
            .ruleBudgetUsedUp,
            usedUpOther
                ? "the call is beyond what is left of a budget of the task"
                : "the task has used up its calls of this kind")
    }

    private func deny(_ code: DecisionCode, _ clientReason: String) -> Decision {
        Decision(.deny, code, rules: reports, clientReason: clientReason, at: now)
    }

    private func approve(detail: String? = nil) -> Decision {
        Decision(
            .approve, .approvalRequired, rules: reports, subject: subject, charges: charges + taskCharges,
            declassified: declassified, detail: detail,
            clientReason: "this call needs a person's approval", at: now)
    }
}
