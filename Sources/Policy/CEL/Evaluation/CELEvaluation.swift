/// One evaluation: what is left of its budget, and the values that names have.
struct CELEvaluation {
    private let variables: [CELValue]
    private var locals: [CELValue] = []
    private(set) var budget: CELBudget
    /// Where the last failure was, in the source.
    private(set) var failedAt = 0

    /// - Parameter variables: By slot.
    init(_ variables: [CELValue], limit: UInt64) {
        self.variables = variables
        budget = CELBudget(limit)
    }

    mutating func value(_ node: CELNode) throws(CELFunctionError) -> CELValue {
        try budget.charge()
        switch node {
        case .constant(let value): return value
        case .variable(let slot): return variables[slot]
        case .local(let place): return locals[place]
        case .failure(let error): throw error
        case .select(let operand, let field, let isOptional, let offset):
            let operand = try value(operand)
            return try at(offset) { (_) throws(CELFunctionError) in
                try Self.member(field, of: operand, isOptional: isOptional)
            }
        case .presence(let operand, let field, let offset):
            let operand = try value(operand)
            return try at(offset) { (_) throws(CELFunctionError) in
                .bool(try Self.has(field, in: operand))
            }
        case .index(let operand, let key, let isOptional, let offset):
            let (operand, key) = (try value(operand), try value(key))
            return try at(offset) { (_) throws(CELFunctionError) in
                try Self.element(key, of: operand, isOptional: isOptional)
            }
        case .one(let body, let operand, let offset):
            let operand = try value(operand)
            return try at(offset) { (budget) throws(CELFunctionError) in try body(operand, &budget) }
        case .two(let body, let left, let right, let offset):
            let (left, right) = (try value(left), try value(right))
            return try at(offset) { (budget) throws(CELFunctionError) in try body(left, right, &budget) }
        case .many(let body, let operands, let offset):
            var values: [CELValue] = []
            for operand in operands { values.append(try value(operand)) }
            return try at(offset) { (budget) throws(CELFunctionError) in try body(values, &budget) }
        case .equal(let left, let right, let isNegated):
            let (left, right) = (try value(left), try value(right))
            return .bool(try left.equals(right, &budget) != isNegated)
        case .matches(let operand, let pattern, let offset):
            let operand = try value(operand)
            return try at(offset) { (budget) throws(CELFunctionError) in
                guard case .string(let text) = operand else { throw .noOverload }
                try budget.charge(bytes: text.utf8.count)
                return .bool(pattern.matches(text))
            }
        case .and(let left, let right): return try logic(left, right, settledBy: false)
        case .or(let left, let right): return try logic(left, right, settledBy: true)
        case .conditional(let test, let yes, let no):
            guard case .bool(let holds) = try value(test) else { throw .noOverload }
            return try value(holds ? yes : no)
        case .list(let elements): return try list(elements)
        case .map(let entries, let offset): return try map(entries, offset)
        case .loop(let loop): return try run(loop)
        case .bind(let bound, let result):
            locals.append(try value(bound))
            defer { locals.removeLast() }
            return try value(result)
        case .optionalMap(let operand, let body, let isFlat, _):
            guard case .optional(let inner) = try value(operand) else { throw .noOverload }
            guard let inner else { return .optional(nil) }
            locals.append(inner)
            defer { locals.removeLast() }
            let result = try value(body)
            guard isFlat else { return .optional(result) }
            guard case .optional = result else { throw .noOverload }
            return result
        }
    }

    /// Notes the place of what fails.
    private mutating func at(
        _ offset: Int, _ body: (inout CELBudget) throws(CELFunctionError) -> CELValue
    ) throws(CELFunctionError) -> CELValue {
        do throws(CELFunctionError) {
            return try body(&budget)
        } catch {
            failedAt = offset
            throw error
        }
    }

    /// `&&` is settled by false and `||` by true, whichever side has it: then an error of the other does not matter.
    private mutating func logic(
        _ left: CELNode, _ right: CELNode, settledBy settles: Bool
    ) throws(CELFunctionError) -> CELValue {
        let first = bool(left)
        if case .success(settles) = first { return .bool(settles) }
        let second = bool(right)
        if case .success(settles) = second { return .bool(settles) }
        _ = try first.get()
        _ = try second.get()
        return .bool(!settles)
    }

    private mutating func bool(_ node: CELNode) -> Result<Bool, CELFunctionError> {
        let place = locals.count
        do throws(CELFunctionError) {
            guard case .bool(let value) = try value(node) else { return .failure(.noOverload) }
            return .success(value)
        } catch {
            // What the failed side had bound is gone.
            locals.removeLast(locals.count - place)
            return .failure(error)
        }
    }

    private mutating func list(_ elements: [(CELNode, isOptional: Bool)]) throws(CELFunctionError) -> CELValue {
        var values: [CELValue] = []
        values.reserveCapacity(elements.count)
        for (node, isOptional) in elements {
            let element = try value(node)
            guard isOptional else {
                values.append(element)
                continue
            }
            guard case .optional(let inner) = element else { throw .noOverload }
            if let inner { values.append(inner) }
        }
        return .list(.values(values))
    }

    private mutating func map(
        _ nodes: [(key: CELNode, value: CELNode, isOptional: Bool)], _ offset: Int
    ) throws(CELFunctionError) -> CELValue {
        var entries = CELEntries()
        for node in nodes {
            let key = try value(node.key)
            var held = try value(node.value)
            if node.isOptional {
                guard case .optional(let inner) = held else { throw .noOverload }
                guard let inner else { continue }
                held = inner
            }
            do throws(CELFunctionError) {
                try entries.add(key, held)
            } catch {
                failedAt = offset
                throw error
            }
        }
        return .map(.entries(entries))
    }

    // MARK: Macros

    private mutating func run(_ loop: CELLoop) throws(CELFunctionError) -> CELValue {
        let range = try value(loop.range)
        let count: Int
        var keys: [CELValue] = []
        switch range {
        case .list(let list): count = list.count
        case .map(let map):
            keys = map.keys()
            count = keys.count
        default:
            failedAt = loop.offset
            throw .noOverload
        }
        var result = LoopResult(loop.kind)
        let place = locals.count
        defer { locals.removeLast(locals.count - place) }
        for index in 0..<count {
            try budget.charge()
            let key: CELValue
            let element: CELValue
            if case .map(let map) = range {
                key = keys[index]
                element = loop.names == 2 ? try Self.value(of: key, in: map) : key
            } else if case .list(let list) = range {
                key = .int(Int64(index))
                element = try list.element(index)
            } else {
                throw .noOverload
            }
            if loop.names == 2 { locals.append(key) }
            locals.append(element)
            let isSettled = try step(loop, key, &result)
            locals.removeLast(locals.count - place)
            if isSettled { break }
        }
        return try result.value()
    }

    /// True if the result is settled.
    private mutating func step(
        _ loop: CELLoop, _ key: CELValue, _ result: inout LoopResult
    ) throws(CELFunctionError) -> Bool {
        switch loop.kind {
        case .all: return result.take(bool(loop.body), settles: false)
        case .exists: return result.take(bool(loop.body), settles: true)
        case .existsOne:
            if try bool(loop.body).get() { result.matches += 1 }
            return false
        case .list, .map:
            if let filter = loop.filter, try !bool(filter).get() { return false }
            try result.add(key, try value(loop.body))
            return false
        }
    }

    private static func value(of key: CELValue, in map: CELMap) throws(CELFunctionError) -> CELValue {
        guard let key = CELKey(key), let value = try map.value(key) else { throw .noKey }
        return value
    }

    /// What a loop has come to.
    private struct LoopResult {
        let kind: CELComprehension.Kind
        var matches = 0
        private var settled = false
        private var failure: CELFunctionError?
        private var values: [CELValue] = []
        private var entries = CELEntries()

        init(_ kind: CELComprehension.Kind) { self.kind = kind }

        /// As `&&` and `||` take their operands: an error matters only if nothing settles the result.
        mutating func take(_ answer: Result<Bool, CELFunctionError>, settles: Bool) -> Bool {
            switch answer {
            case .success(let value):
                settled = settled || value == settles
                return value == settles
            case .failure(let error):
                failure = failure ?? error
                return false
            }
        }

        mutating func add(_ key: CELValue, _ value: CELValue) throws(CELFunctionError) {
            if kind == .map { try entries.add(key, value) } else { values.append(value) }
        }

        func value() throws(CELFunctionError) -> CELValue {
            switch kind {
            case .all, .exists:
                if settled { return .bool(kind == .exists) }
                if let failure { throw failure }
                return .bool(kind == .all)
            case .existsOne: return .bool(matches == 1)
            case .list: return .list(.values(values))
            case .map: return .map(.entries(entries))
            }
        }
    }
}

extension CELFunctionError {
    static let noKey = CELFunctionError("no such key")
}
