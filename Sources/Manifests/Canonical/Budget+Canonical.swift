import StrictJSON

extension Budget {
    /// One mapping where there is one budget, else a list; nil for none.
    static func canonicalJSON(_ budgets: [Budget]) -> JSON? {
        guard let first = budgets.first else { return .none }
        return budgets.count == 1 ? first.canonicalObject.json : .array(budgets.map(\.canonicalObject.json))
    }

    fileprivate var canonicalObject: CanonicalObject {
        var object = CanonicalObject()
        switch quantity {
        case .calls(let calls): object.add("calls", calls)
        case .sum(let argument, let maximum):
            object.add("sum", BudgetArgument.text(argument))
            object.add("max", maximum)
        case .distinct(let argument, let maximum):
            object.add("distinct", BudgetArgument.text(argument))
            object.add("max", maximum)
        case .bytes(let size): object.add("bytes", size)
        }
        object.add("per", per)
        return object
    }
}

extension TaskBudget {
    /// Nil where nothing is bounded.
    var canonicalJSON: JSON? {
        var whole = CanonicalObject()
        whole.add("calls", calls)
        whole.add("time", time)
        let counts = calls == nil && time == nil ? [] : [whole.json]
        let all = counts + limits.map(\.canonicalObject.json)
        return all.isEmpty ? Optional.none : all.count == 1 ? all[0] : JSON.array(all)
    }
}
