extension CELProgram {
    /// What an evaluation costs at the most, in the units of `CELBudget`, if every list that is not written out has
    /// `assumedCount` elements and every text `assumedBytes` bytes. What a call really brings is counted when it comes.
    var estimatedCost: UInt64 { UInt64(min(CELCost.of(node).cost, 1e18)) }
}

/// A bound on what a node costs and on how many elements or bytes its value has.
struct CELCost {
    var cost: Double
    var size: Double

    static let assumedCount = 100.0
    static let assumedBytes = 1_000.0
    private static let unknown = assumedBytes

    static func of(_ node: CELNode) -> CELCost {
        switch node {
        case .constant(let value): return CELCost(cost: 1, size: size(of: value))
        case .variable, .local, .failure: return CELCost(cost: 1, size: unknown)
        case .select(let operand, _, _, _), .presence(let operand, _, _):
            return CELCost(cost: of(operand).cost + 1, size: unknown)
        case .index(let operand, let key, _, _): return sum([of(operand), of(key)], size: unknown)
        case .one(_, let operand, _):
            let operand = of(operand)
            return CELCost(cost: operand.cost + 2 + bytes(operand.size), size: max(operand.size, 64))
        case .two(_, let left, let right, _), .equal(let left, let right, _):
            let (left, right) = (of(left), of(right))
            return CELCost(
                cost: left.cost + right.cost + 2 + bytes(left.size + right.size), size: left.size + right.size)
        case .many(_, let nodes, _):
            let parts = nodes.map(of)
            let size = parts.reduce(0) { $0 + $1.size }
            // Such as `replace`: as many times as the text has bytes.
            let result = min(parts.reduce(1) { $0 * max(1, $1.size) }, Double(CELLimits.resultBytes))
            return CELCost(cost: parts.reduce(2) { $0 + $1.cost } + bytes(size + result), size: result)
        case .matches(let operand, _, _):
            let operand = of(operand)
            return CELCost(cost: operand.cost + 1 + bytes(operand.size), size: 1)
        case .and(let left, let right), .or(let left, let right): return sum([of(left), of(right)], size: 1)
        case .conditional(let test, let yes, let no):
            let (yes, no) = (of(yes), of(no))
            return CELCost(cost: of(test).cost + max(yes.cost, no.cost) + 1, size: max(yes.size, no.size))
        case .list(let elements): return sum(elements.map { of($0.0) }, size: Double(elements.count))
        case .map(let entries, _):
            return sum(entries.flatMap { [of($0.key), of($0.value)] }, size: Double(entries.count))
        case .loop(let loop): return of(loop)
        case .bind(let value, let result):
            let (value, result) = (of(value), of(result))
            return CELCost(cost: value.cost + result.cost + 1, size: result.size)
        case .optionalMap(let operand, let body, _, _): return sum([of(operand), of(body)], size: unknown)
        }
    }

    private static func of(_ loop: CELLoop) -> CELCost {
        let range = of(loop.range)
        // What is not written out here is a list from the call.
        let count: Double
        switch loop.range {
        case .constant, .list, .map, .loop: count = range.size
        default: count = assumedCount
        }
        let filter = loop.filter.map { of($0).cost } ?? 0
        return CELCost(cost: range.cost + 1 + count * (filter + of(loop.body).cost + 1), size: count)
    }

    private static func sum(_ parts: [CELCost], size: Double) -> CELCost {
        CELCost(cost: parts.reduce(1) { $0 + $1.cost }, size: size)
    }

    private static func bytes(_ size: Double) -> Double { size / Double(CELBudget.bytesPerUnit) }

    private static func size(of value: CELValue) -> Double {
        switch value {
        case .string(let text): Double(text.utf8.count)
        case .bytes(let bytes): Double(bytes.count)
        case .list(let list): Double(list.count)
        case .map(let map): Double(map.count)
        default: 1
        }
    }
}
