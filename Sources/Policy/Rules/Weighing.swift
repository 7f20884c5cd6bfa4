import Manifests
import StrictJSON

/// The rules that are about one call, weighed against each other. Which comes first never matters: the outcome is a
/// function of the set.
struct Weighing {
    let now: Instant
    /// An allow rule then asks for an approval.
    let isReviewDue: Bool

    private var reports: [RuleReport] = []
    private var charges: [RuleCharge] = []
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

    init(now: Instant, isReviewDue: Bool) {
        self.now = now
        self.isReviewDue = isReviewDue
    }

    mutating func add(_ rule: CompiledRule, _ state: TaskState, _ facts: inout CallFacts) {
        switch rule.match(&facts) {
        case .doesNot: return
        case .error: addError(rule, &facts)
        case .matches: addMatch(rule, state)
        }
    }

    private mutating func addError(_ rule: CompiledRule, _ facts: inout CallFacts) {
        errors += 1
        guard errors <= Self.maximumErrors else { return }
        let obstacles = rule.obstacles(&facts)
        if errorHint == nil { errorHint = obstacles.first?.hint }
        reports.append(rule.report(.error, obstacles.first?.why ?? "it cannot be evaluated"))
    }

    private mutating func addMatch(_ rule: CompiledRule, _ state: TaskState) {
        var offer = Offer.given
        if let budget = rule.budget {
            let usage = state.usage(of: rule.index)
            if usage.isUsedUp(budget, at: now) {
                offer = .usedUp
                reports.append(rule.report(.budgetUsedUp, budget.usedUp(next: usage.nextCall(budget), now: now)))
            } else {
                charges.append(RuleCharge(rule: rule.index, budget: budget))
            }
        }
        if offer == .given {
            let why = rule.reason.map { "tool and arguments match: \($0)" } ?? "tool and arguments match"
            reports.append(rule.report(.matched, why))
        }
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
        case (.usedUp, _): return deny(.ruleBudgetUsedUp, "the task has used up its calls of this kind")
        case (.given, _): return approve()
        case (.none, .given) where isReviewDue: return approve(detail: reviewDetail())
        case (.none, .given):
            return Decision(
                .allow, .allowed, rules: reports, charges: charges, clientReason: "the task allows this call", at: now)
        case (.none, .usedUp): return deny(.ruleBudgetUsedUp, "the task has used up its calls of this kind")
        case (.none, .none): return nil
        }
    }

    private func deny(_ code: DecisionCode, _ clientReason: String) -> Decision {
        Decision(.deny, code, rules: reports, clientReason: clientReason, at: now)
    }

    private func approve(detail: String? = nil) -> Decision {
        Decision(
            .approve, .approvalRequired, rules: reports, charges: charges, detail: detail,
            clientReason: "this call needs a person's approval", at: now)
    }
}
