/// What the checker has found out about types that were not known: a substitution, taken back where a try fails.
struct CELTypes {
    private var known: [Int: CELType] = [:]
    private var next = 0
    /// Steps of comparing types; types grow with the expression, and comparing them must not grow faster.
    private(set) var steps = 0

    mutating func fresh() -> CELType {
        next += 1
        return .variable(next)
    }

    /// The signature's types with its parameters made fresh.
    mutating func instance(_ types: [CELType]) -> [CELType] {
        var parameters: [String: CELType] = [:]
        return types.map { instance($0, &parameters) }
    }

    private mutating func instance(_ type: CELType, _ parameters: inout [String: CELType]) -> CELType {
        switch type {
        case .parameter(let name):
            if let known = parameters[name] { return known }
            let variable = fresh()
            parameters[name] = variable
            return variable
        case .list(let element): return .list(instance(element, &parameters))
        case .map(let key, let value):
            return .map(key: instance(key, &parameters), value: instance(value, &parameters))
        case .optional(let value): return .optional(instance(value, &parameters))
        case .type(let value): return .type(instance(value, &parameters))
        case .named(let name, let types): return .named(name, types.map { instance($0, &parameters) })
        default: return type
        }
    }

    /// The type with all that is known put in; what is not is `dyn`.
    func resolved(_ type: CELType) -> CELType {
        switch type {
        case .variable(let id): known[id].map { resolved($0) } ?? .dyn
        case .list(let element): .list(resolved(element))
        case .map(let key, let value): .map(key: resolved(key), value: resolved(value))
        case .optional(let value): .optional(resolved(value))
        case .type(let value): .type(resolved(value))
        case .named(let name, let types): .named(name, types.map { resolved($0) })
        default: type
        }
    }

    /// The type itself, not a variable that stands for it.
    func shallow(_ type: CELType) -> CELType {
        var type = type
        while case .variable(let id) = type, let found = known[id] { type = found }
        return type
    }

    /// Whether a value of type `source` can stand where `target` is wanted. Remembers what that says of variables.
    mutating func assign(_ source: CELType, to target: CELType) -> Bool {
        let before = known
        if matches(source, target) { return true }
        known = before
        return false
    }

    private mutating func matches(_ source: CELType, _ target: CELType) -> Bool {
        steps += 1
        let (source, target) = (shallow(source), shallow(target))
        switch (source, target) {
        case (.variable(let left), .variable(let right)) where left == right: return true
        case (_, .variable(let id)): return bind(id, source)
        case (.variable(let id), _): return bind(id, target)
        case (.dyn, _), (_, .dyn): return true
        case (.null, .duration), (.null, .timestamp), (.null, .optional), (.null, .named): return true
        case (.list(let left), .list(let right)): return matches(left, right)
        case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
            return matches(leftKey, rightKey) && matches(leftValue, rightValue)
        case (.object, .map(let key, _)): return matches(.string, key)
        case (.map(let key, _), .object): return matches(key, .string)
        case (.object, .object): return true
        case (.optional(let left), .optional(let right)): return matches(left, right)
        case (.type, .type): return true
        case (.named(let left, let leftTypes), .named(let right, let rightTypes)):
            guard left == right, leftTypes.count == rightTypes.count else { return false }
            for (left, right) in zip(leftTypes, rightTypes) where !matches(left, right) { return false }
            return true
        default: return source == target
        }
    }

    private mutating func bind(_ id: Int, _ type: CELType) -> Bool {
        guard !occurs(id, in: type) else { return false }
        known[id] = type
        return true
    }

    private func occurs(_ id: Int, in type: CELType) -> Bool {
        switch shallow(type) {
        case .variable(let other): id == other
        case .list(let element): occurs(id, in: element)
        case .map(let key, let value): occurs(id, in: key) || occurs(id, in: value)
        case .optional(let value), .type(let value): occurs(id, in: value)
        case .named(_, let types): types.contains { occurs(id, in: $0) }
        default: false
        }
    }

    /// The type of what is of either type: the more general one where one fits the other, else `dyn`.
    mutating func join(_ left: CELType, _ right: CELType) -> CELType {
        guard assign(right, to: left) || assign(left, to: right) else { return .dyn }
        return isAsGeneral(left, right) ? left : right
    }

    private func isAsGeneral(_ left: CELType, _ right: CELType) -> Bool {
        let (left, right) = (shallow(left), shallow(right))
        switch (left, right) {
        case (.dyn, _), (.variable, _): return true
        case (_, .dyn), (_, .variable): return false
        // Null stands where an optional may: the optional is what is said of both.
        case (_, .null): return true
        case (.null, _): return false
        case (.list(let left), .list(let right)), (.optional(let left), .optional(let right)):
            return isAsGeneral(left, right)
        case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
            return isAsGeneral(leftKey, rightKey) && isAsGeneral(leftValue, rightValue)
        case (.map, .object): return true
        case (.object, .map): return false
        case (.named(_, let left), .named(_, let right)):
            return zip(left, right).allSatisfy { isAsGeneral($0, $1) }
        default: return true
        }
    }
}
