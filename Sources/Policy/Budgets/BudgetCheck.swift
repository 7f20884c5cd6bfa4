import Manifests

/// Whether the budgets of one rule, or of the task, have room for a call.
enum BudgetCheck {
    /// All of them do; with what the call draws on each.
    case room([BudgetCharge])
    /// One of them does not, and why.
    case usedUp(CompiledBudget, String)

    static func of(
        _ budgets: [CompiledBudget], rule: Int?, _ facts: CallFacts, at now: Instant
    ) throws(BudgetRefusal) -> BudgetCheck {
        var charges: [BudgetCharge] = []
        for (index, budget) in budgets.enumerated() {
            // A budget of the task is about the calls that have its argument.
            guard let draw = try budget.draw(of: facts.call, mayLack: rule == nil, key: facts.state.origins.key) else {
                continue
            }
            let place = BudgetPlace(rule: rule, index: index)
            let usage = facts.state.usage(of: place)
            guard let room = (usage ?? BudgetUsage()).room(budget, for: draw, at: now) else {
                return .usedUp(budget, budget.usedUp(usage, draw, now: now))
            }
            charges.append(BudgetCharge(place: place, budget: budget, draw: room))
        }
        return .room(charges)
    }
}
