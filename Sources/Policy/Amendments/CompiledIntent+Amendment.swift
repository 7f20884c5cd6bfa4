import Diagnostics
import Manifests
import StrictJSON

extension CompiledIntent {
    /// What would let a denied call through; nil for a call that is not denied. Computed when it is asked for: a denial
    /// costs nothing more than before.
    ///
    /// What no rule can change is not papered over with one: a deny rule is for a person to change, a call that cannot
    /// be checked has to be made otherwise.
    ///
    /// ```swift
    /// if let amendment = intent.amendment(for: call, decision) { print(amendment.yaml ?? amendment.advice) }
    /// ```
    package func amendment(for call: PolicyCall, _ decision: Decision) -> Amendment? {
        guard decision.effect == .deny else { return nil }
        switch decision.code {
        case .noRule: return rule(.allow, call, advice: "a rule for exactly this call, once")
        case .ruleBudgetUsedUp: return budgetAmendment(call, decision)
        case .deniedByRule:
            let names = Self.names(decision, .matched, .deny)
            return Amendment("no rule that allows helps: \(names) denies the call, and only a person may change that")
        case .ruleError:
            let names = Self.names(decision, .error, nil)
            return Amendment(
                "no rule that allows helps: \(names) cannot be evaluated for these arguments; "
                    + "make the call with arguments that can be checked, or have a person change the rule")
        case .approvalRequired, .approvalUnavailable:
            return Amendment(
                "no rule that allows helps: \(Self.names(decision, .matched, .approve)) asks for an approval; "
                    + "run the task where somebody can give one")
        case .callBudgetUsedUp: return taskAmendment()
        case .taskBudgetUsedUp, .taskBudgetError:
            return Amendment(
                "no rule that allows helps: a budget of the task has no room for the call; a person may raise it")
        case .timeBudgetUsedUp, .taskExpired:
            return Amendment("no rule that allows helps: the task has ended; a person may start another run")
        case .unknownTool: return Amendment("no rule that allows helps: name a tool that there is")
        case .invalidArguments:
            return Amendment("no rule that allows helps: make the call with arguments that fit the tool's schema")
        default: return nil
        }
    }

    /// The constraints, on one line, of a pattern that is about exactly this call; nil if it has no arguments or they
    /// cannot be written.
    package func exactPattern(of call: PolicyCall) -> String? {
        guard let exact = try? ExactRule(.allow, call), exact.readBack() != nil else { return nil }
        return exact.flow
    }

    // MARK: Rules

    private func rule(_ effect: Intent.Effect, _ call: PolicyCall, advice: String) -> Amendment? {
        do throws(ExactRule.Refusal) {
            let exact = try ExactRule(effect, call)
            // What is handed to a person was read as the intent will be, and decides as it says.
            guard let intent = exact.readBack(), decides(effect, intent, call) else {
                throw ExactRule.Refusal(reason: "its arguments cannot be written in a manifest")
            }
            return Amendment(advice, yaml: exact.yaml, relation: .wider, opens: exact.opens, rule: intent.rules.first)
        } catch {
            return Amendment("no rule can say exactly this call: \(error.reason); a person may write a wider one")
        }
    }

    /// The rules are weighed as a set: where nothing speaks against the call, one rule more that is about it decides.
    private func decides(_ effect: Intent.Effect, _ intent: Intent, _ call: PolicyCall) -> Bool {
        guard let compiled = try? CompiledIntent(intent, tools: tools) else { return false }
        let now = Instant(secondsSince1970: 0)
        return compiled.decide(call, state: TaskState(startedAt: now), now: now).effect == effect
    }

    private func budgetAmendment(_ call: PolicyCall, _ decision: Decision) -> Amendment? {
        let isAsked = decision.rules.contains { $0.outcome == .budgetUsedUp && $0.effect == .approve }
        let names = Self.names(decision, .budgetUsedUp, isAsked ? .approve : .allow)
        // An allow rule beside an approve rule has no effect.
        return rule(
            isAsked ? .approve : .allow, call,
            advice: "a rule for exactly this call, once; to raise the budget of \(names) by one opens one more of all "
                + "its calls")
    }

    private static func names(
        _ decision: Decision, _ outcome: RuleReport.Outcome, _ effect: Intent.Effect?
    ) -> String {
        let reports = decision.rules.filter { $0.outcome == outcome && (effect == nil || $0.effect == effect) }
        let shown = reports.prefix(3).map(\.name).joined(separator: ", ")
        if reports.isEmpty { return "a rule" }
        return reports.count > 3 ? "\(shown) and \(reports.count - 3) more" : shown
    }

    // MARK: The task

    private func taskAmendment() -> Amendment {
        guard let calls = budget.calls, calls < .max, budget.limits.isEmpty else {
            return Amendment("no rule that allows helps: the task has used up its calls; a person may raise its budget")
        }
        var words = ["calls: \(calls + 1)"]
        if let time = budget.time { words.append("time: \(time.words)") }
        return Amendment(
            "one call more for the whole task, in place of the `budget` that it has",
            yaml: "budget: {\(words.joined(separator: ", "))}\n", relation: .wider,
            opens: [Amendment.Opening(text: "one call more of any that its rules let through", witness: nil)])
    }
}
