import Diagnostics
import Manifests
import StrictJSON

extension CompiledIntent {
    /// Decides a call. Its cost depends on the rules that are about calls like this one, not on how many there are.
    package func decide(_ call: PolicyCall, state: TaskState, now: Instant) -> Decision {
        guard let tool = tools[call.tool] else { return unknownTool(call.tool, at: now) }
        var facts = CallFacts(call, of: tool, state: state, now: max(now, state.latest))
        return decide(&facts).with(labels: state.labels)
    }

    private func decide(_ facts: inout CallFacts) -> Decision {
        let tool = lookups[facts.call.tool]
        let now = facts.now
        let subject = Decision.Subject(
            tool: facts.call.tool, arguments: sources.isEmpty ? nil : facts.call.arguments)
        var weighing = Weighing(subject, now: now, isReviewDue: isReviewDue(at: now))
        for index in tool?.lookup.candidates(&facts) ?? [] { weighing.add(rules[index], &facts) }
        if let task = taskDenial(facts.state, at: now) { return weighing.decision(task) }
        do throws(TaskDenial) {
            weighing.taskCharges = try taskCharges(facts)
        } catch {
            return weighing.decision(error)
        }
        if let decision = weighing.decision(reviewDetail: reviewDetail) { return decision }
        return nothingAllows(tool, &facts, weighing)
    }

    /// Decides a call and reports on every rule, those of other tools too: for `intent explain`.
    package func explain(_ call: PolicyCall, state: TaskState, now: Instant) -> Decision {
        let decision = decide(call, state: state, now: now)
        var facts = CallFacts(call, of: tools[call.tool], state: state, now: max(now, state.latest))
        var reports = Dictionary(uniqueKeysWithValues: decision.rules.map { ($0.index, $0) })
        for rule in rules where reports[rule.index] == nil {
            guard rule.tool.matches(call.tool) else {
                let why = "\(VisibleText.quoted(call.tool.rawValue)) is not one of its tools"
                reports[rule.index] = rule.report(.notMatched, why)
                continue
            }
            // The decision reports only so many errors.
            let outcome: RuleReport.Outcome = rule.match(&facts) == .error ? .error : .notMatched
            reports[rule.index] = rule.report(outcome, rule.why(&facts))
        }
        return decision.with(rules: rules.indices.compactMap { reports[$0] })
    }

    // MARK: The task

    func isReviewDue(at now: Instant) -> Bool {
        guard let reviewBy else { return false }
        return now.secondsSince1970 >= reviewBy.secondsSince1970
    }

    private var reviewDetail: String {
        "the intent's review was due on \(reviewBy?.description ?? ""): until somebody has reviewed it, allowed calls need an "
            + "approval"
    }

    private func taskDenial(_ state: TaskState, at now: Instant) -> TaskDenial? {
        // The moment that is named is the first at which the task has ended.
        let end: Instant? =
            switch expires {
            case .after(let duration): state.startedAt + duration
            case .at(let seconds): Instant(secondsSince1970: seconds)
            case nil: nil
            }
        if let end, now >= end { return TaskDenial(.taskExpired, "the task expired", "the task has ended") }
        if let time = budget.time, now >= state.startedAt + time {
            return TaskDenial(
                .timeBudgetUsedUp, "the task has used up its time of \(time.words)",
                "the task has used up its time")
        }
        if let calls = budget.calls, state.calls >= calls {
            return TaskDenial(
                .callBudgetUsedUp, "the task has used up its \(Counted.text(calls, "call"))",
                "the task has used up its calls")
        }
        return nil
    }

    /// What the call draws on the task's other budgets.
    private func taskCharges(_ facts: CallFacts) throws(TaskDenial) -> [BudgetCharge] {
        guard !limits.isEmpty else { return [] }
        let check: BudgetCheck
        do throws(BudgetRefusal) {
            check = try BudgetCheck.of(limits, rule: nil, facts, at: facts.now)
        } catch {
            throw TaskDenial(.taskBudgetError, "the task: \(error.why)", "the call cannot be counted: \(error.hint)")
        }
        switch check {
        case .room(let charges): return charges
        case .usedUp(_, let why):
            throw TaskDenial(
                .taskBudgetUsedUp, "the task: \(why)", "the call is beyond what is left of a budget of the task")
        }
    }

    private func unknownTool(_ tool: ToolName, at now: Instant) -> Decision {
        let nearest = NearestName.of(tool.rawValue, among: visibleTools().map(\.rawValue))
        let hint = nearest.map { ", did you mean \(VisibleText.quoted($0))?" } ?? ""
        return .denial(.unknownTool, "there is no tool \(VisibleText.quoted(tool.rawValue))\(hint)", at: now)
    }

    // MARK: Nothing allows

    /// Most near misses in one decision: enough for a person, and a bound on what a refused call costs.
    private static let maximumNearMisses = 16

    private func nothingAllows(_ tool: ToolRules?, _ facts: inout CallFacts, _ weighing: Weighing) -> Decision {
        let name = VisibleText.quoted(facts.call.tool.rawValue)
        let offers = (tool?.indices ?? []).lazy.map { rules[$0] }.filter { $0.effect != .deny }
        var reports: [RuleReport] = []
        var nearest: (rule: CompiledRule, obstacles: [Obstacle])?
        for rule in offers.prefix(Self.maximumNearMisses) {
            let obstacles = rule.obstacles(&facts)
            guard let settles = obstacles.first(where: { !$0.isError }) ?? obstacles.first else { continue }
            reports.append(rule.report(.notMatched, settles.why))
            if obstacles.count < nearest?.obstacles.count ?? .max { nearest = (rule, obstacles) }
        }
        guard let nearest else {
            return Decision(
                .deny, .noRule, rules: [], detail: "no rule allows \(name)",
                clientReason: "the task does not allow the tool \(name)", at: weighing.now)
        }
        let whys = nearest.obstacles.map(\.why).joined(separator: "; ")
        let hints = nearest.obstacles.map(\.hint).joined(separator: "; ")
        return Decision(
            .deny, .noRule, rules: reports,
            detail: "no rule allows the call; nearest is \(nearest.rule.report(.notMatched, "").name): \(whys)",
            clientReason: "the task does not allow this call of \(name): \(hints)", at: weighing.now)
    }
}

/// Why the task allows no call at all.
struct TaskDenial: Error {
    let code: DecisionCode
    let reason: String
    let clientReason: String

    init(_ code: DecisionCode, _ reason: String, _ clientReason: String) {
        self.code = code
        self.reason = reason
        self.clientReason = clientReason
    }
}
