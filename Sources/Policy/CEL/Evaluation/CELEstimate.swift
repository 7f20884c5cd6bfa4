import StrictJSON

extension CELProgram {
    /// What an evaluation costs at the most, in the units of `CELBudget`.
    ///
    /// Where the schemas of a variable bound its texts, lists and maps, that is what is counted. Where they do not, and
    /// for what functions make, every list is taken to have `CELCost.assumedCount` elements and every text
    /// `CELCost.assumedBytes` bytes. What a call really brings is counted when it comes.
    ///
    /// - Parameter schemas: By variable: each of its values fits one.
    func estimatedCost(_ schemas: [String: [CompiledSchema]] = [:]) -> UInt64 {
        var estimate = CELEstimate(schemas: variables.map { schemas[$0] ?? [] })
        return UInt64(estimate.of(node).cost)
    }
}

/// A bound on what a node costs, and on what its value holds.
struct CELCost {
    let cost: Double
    /// Of a text its bytes, of a list or a map its elements.
    let size: Double
    /// The elements, if it is a list or a map.
    let count: Double
    /// Where the value comes from, if it stands in a variable.
    var place: Place?

    struct Place {
        let variable: Int
        var steps: [SchemaStep] = []
    }

    static let assumedCount = 100.0
    static let assumedBytes = 1_000.0
    /// Sums and products of numbers up to this are finite.
    private static let maximum = 1e18

    init(cost: Double, size: Double = assumedBytes, count: Double = assumedCount, place: Place? = nil) {
        self.cost = min(cost, Self.maximum)
        self.size = min(size, Self.maximum)
        self.count = min(count, Self.maximum)
        self.place = place
    }
}

/// Works out the bounds of one program.
struct CELEstimate {
    /// By variable.
    let schemas: [[CompiledSchema]]
    private var locals: [CELCost] = []

    init(schemas: [[CompiledSchema]]) { self.schemas = schemas }

    mutating func of(_ node: CELNode) -> CELCost {
        switch node {
        case .constant(let value):
            let size = Self.size(of: value)
            return CELCost(cost: 1, size: size, count: size)
        case .variable(let slot): return at(CELCost.Place(variable: slot), cost: 1)
        case .local(let place):
            guard place < locals.count else { return CELCost(cost: 1) }
            let bound = locals[place]
            return CELCost(cost: 1, size: bound.size, count: bound.count, place: bound.place)
        case .failure: return CELCost(cost: 1)
        case .select(let operand, let field, _, _): return part(.member(field), of: operand)
        case .presence(let operand, _, _): return sum([of(operand)], size: 1)
        case .index(let operand, .constant(.string(let field)), _, _):
            return part(.member(field), of: operand, cost: 2)
        case .index(let operand, let key, _, _):
            let key = of(key)
            let operand = of(operand)
            // Of a map it may be any member.
            guard let place = operand.place, extent(at: place).members == 0 else { return sum([operand, key]) }
            return at(place, .element, cost: operand.cost + key.cost + 1)
        case .one(_, let operand, _):
            let operand = of(operand)
            return CELCost(cost: operand.cost + 2 + Self.bytes(operand.size), size: max(operand.size, 64))
        case .two(_, let left, let right, _), .equal(let left, let right, _):
            let (left, right) = (of(left), of(right))
            return CELCost(
                cost: left.cost + right.cost + 2 + Self.bytes(left.size + right.size), size: left.size + right.size)
        case .many(_, let nodes, _): return many(nodes)
        case .matches(let operand, _, _):
            let operand = of(operand)
            return CELCost(cost: operand.cost + 1 + Self.bytes(operand.size), size: 1)
        case .and(let left, let right), .or(let left, let right): return sum([of(left), of(right)], size: 1)
        case .conditional(let test, let yes, let no):
            let (test, yes, no) = (of(test), of(yes), of(no))
            return CELCost(
                cost: test.cost + max(yes.cost, no.cost) + 1, size: max(yes.size, no.size),
                count: max(yes.count, no.count))
        case .list(let elements):
            return sum(elements.map { of($0.0) }, size: Double(elements.count), count: Double(elements.count))
        case .map(let entries, _):
            return sum(
                entries.flatMap { [of($0.key), of($0.value)] }, size: Double(entries.count),
                count: Double(entries.count))
        case .loop(let loop): return of(loop)
        case .bind(let value, let result):
            let value = of(value)
            let inner = of(result, with: [value])
            return CELCost(
                cost: value.cost + inner.cost + 1, size: inner.size, count: inner.count, place: inner.place)
        case .optionalMap(let operand, let body, _, _):
            let operand = of(operand)
            return sum([operand, of(body, with: [operand])])
        }
    }

    // MARK: Places

    private mutating func part(_ step: SchemaStep, of operand: CELNode, cost: Double = 1) -> CELCost {
        let operand = of(operand)
        guard let place = operand.place else { return CELCost(cost: operand.cost + cost) }
        return at(place, step, cost: operand.cost + cost)
    }

    private func at(_ place: CELCost.Place, _ step: SchemaStep? = nil, cost: Double) -> CELCost {
        var place = place
        if let step { place.steps.append(step) }
        let extent = extent(at: place)
        func known(_ size: Double, _ assumed: Double) -> Double { size.isFinite ? size : assumed }
        let count = max(
            known(extent.elements, CELCost.assumedCount), known(extent.members, CELCost.assumedCount))
        return CELCost(
            cost: cost, size: max(1, known(extent.bytes, CELCost.assumedBytes), count), count: count, place: place)
    }

    private func extent(at place: CELCost.Place) -> ValueExtent {
        guard schemas.indices.contains(place.variable), !schemas[place.variable].isEmpty else { return ValueExtent() }
        return schemas[place.variable].reduce(.none) { $0.union($1.extent(at: place.steps)) }
    }

    // MARK: Parts

    private mutating func of(_ node: CELNode, with bound: [CELCost]) -> CELCost {
        locals += bound
        defer { locals.removeLast(bound.count) }
        return of(node)
    }

    private mutating func many(_ nodes: [CELNode]) -> CELCost {
        let parts = nodes.map { of($0) }
        let size = parts.reduce(0) { $0 + $1.size }
        // Such as `replace`: as many times as the text has bytes.
        let result = parts.reduce(1) { min($0 * max(1, $1.size), Double(CELLimits.resultBytes)) }
        return CELCost(cost: parts.reduce(2) { $0 + $1.cost } + Self.bytes(size + result), size: result)
    }

    private mutating func of(_ loop: CELLoop) -> CELCost {
        let range = of(loop.range)
        var element = CELCost(cost: 1)
        // Of a map a single name is its keys, and the values are of any of its members.
        if let place = range.place, extent(at: place).members == 0 { element = at(place, .element, cost: 1) }
        let bound = loop.names == 2 ? [CELCost(cost: 1), element] : [element]
        let filter = loop.filter.map { of($0, with: bound).cost } ?? 0
        let body = of(loop.body, with: bound)
        return CELCost(
            cost: range.cost + 1 + range.count * (filter + body.cost + 1), size: range.count, count: range.count)
    }

    private func sum(
        _ parts: [CELCost], size: Double = CELCost.assumedBytes, count: Double = CELCost.assumedCount
    ) -> CELCost {
        CELCost(cost: parts.reduce(1) { $0 + $1.cost }, size: size, count: count)
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
