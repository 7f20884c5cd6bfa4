extension CELValue {
    /// `==`: values of different kinds are unequal, numbers compare by value, texts by their code points.
    func equals(_ other: CELValue, _ budget: inout CELBudget) throws(CELFunctionError) -> Bool {
        try budget.charge()
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.int(let left), .int(let right)): return left == right
        case (.string(let left), .string(let right)):
            try budget.charge(bytes: min(left.utf8.count, right.utf8.count))
            return CELText.equal(left, right)
        case (.bytes(let left), .bytes(let right)):
            try budget.charge(bytes: min(left.count, right.count))
            return left == right
        case (.duration(let left), .duration(let right)): return left == right
        case (.timestamp(let left), .timestamp(let right)): return left == right
        case (.type(let left), .type(let right)): return CELText.equal(left, right)
        case (.address(let left), .address(let right)): return left == right
        case (.network(let left), .network(let right)): return left == right
        case (.optional(let left), .optional(let right)):
            guard let left, let right else { return left == nil && right == nil }
            return try left.equals(right, &budget)
        case (.list(let left), .list(let right)): return try Self.equal(left, right, &budget)
        case (.map(let left), .map(let right)): return try Self.equal(left, right, &budget)
        default:
            guard let left = number, let right = other.number else { return false }
            return CELNumeric.equal(left, right)
        }
    }

    private static func equal(
        _ left: CELList, _ right: CELList, _ budget: inout CELBudget
    ) throws(CELFunctionError) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where try !left.element(index).equals(right.element(index), &budget) {
            return false
        }
        return true
    }

    private static func equal(
        _ left: CELMap, _ right: CELMap, _ budget: inout CELBudget
    ) throws(CELFunctionError) -> Bool {
        guard left.count == right.count else { return false }
        for key in left.keys() {
            guard let key = CELKey(key), let ours = try left.value(key), let theirs = try right.value(key) else {
                return false
            }
            if try !ours.equals(theirs, &budget) { return false }
        }
        return true
    }

    /// -1, 0 or 1; nil where NaN has no order.
    ///
    /// - Throws: for values that have no order.
    func compared(to other: CELValue, _ budget: inout CELBudget) throws(CELFunctionError) -> Int? {
        if let left = number, let right = other.number { return CELNumeric.compare(left, right) }
        switch (self, other) {
        case (.bool(let left), .bool(let right)): return left == right ? 0 : (right ? -1 : 1)
        case (.string(let left), .string(let right)):
            try budget.charge(bytes: min(left.utf8.count, right.utf8.count))
            return CELText.compare(left, right)
        case (.bytes(let left), .bytes(let right)):
            try budget.charge(bytes: min(left.count, right.count))
            return CELText.compare(left, right)
        case (.duration(let left), .duration(let right)): return left < right ? -1 : (left == right ? 0 : 1)
        case (.timestamp(let left), .timestamp(let right)): return left < right ? -1 : (left == right ? 0 : 1)
        default: throw .noOverload
        }
    }
}

extension CELFunctionError {
    static let noOverload = CELFunctionError("no such overload")
}
