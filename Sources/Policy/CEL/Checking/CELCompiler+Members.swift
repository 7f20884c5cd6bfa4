import Diagnostics

extension CELCompiler {
    /// `operand.field`, `operand.?field`.
    mutating func select(
        _ operand: CELExpression, _ field: String, isOptional: Bool, at offset: Int
    ) throws(CELFault) -> Compiled {
        noteReference(operand, field)
        let compiled = try compile(operand)
        let type = try member(field, of: compiled.type, at: offset)
        return (.select(compiled.node, field, isOptional: isOptional, offset), wrapped(type, compiled.type, isOptional))
    }

    /// `has(operand.field)`.
    mutating func presence(
        _ operand: CELExpression, _ field: String, isOptional: Bool, at offset: Int
    ) throws(CELFault) -> Compiled {
        noteReference(operand, field)
        let compiled = try compile(operand)
        _ = try member(field, of: compiled.type, at: offset)
        return (.presence(compiled.node, field, offset), .bool)
    }

    /// `operand[index]`, `operand[?index]`.
    mutating func index(
        _ operand: CELExpression, _ index: CELExpression, isOptional: Bool, at offset: Int
    ) throws(CELFault) -> Compiled {
        if case .literal(.string(let field)) = index.kind { noteReference(operand, field) }
        let (operand, key) = (try compile(operand), try compile(index))
        let type: CELType
        switch types.shallow(unwrapped(operand.type)) {
        case .list(let element):
            try expect(key.type, .int, at: index.offset)
            type = element
        case .map(let keyType, let value):
            try expect(key.type, keyType, at: index.offset)
            type = value
        case .object:
            try expect(key.type, .string, at: index.offset)
            if case .literal(.string(let field)) = index.kind {
                type = try member(field, of: operand.type, at: index.offset)
            } else {
                type = .dyn
            }
        case .dyn: type = .dyn
        case .variable:
            type = .dyn
        case let other:
            guard !checks else {
                throw wrongType("\(types.resolved(other).name) has no elements", at: offset)
            }
            type = .dyn
        }
        return (.index(operand.node, key.node, isOptional: isOptional, offset), wrapped(type, operand.type, isOptional))
    }

    /// What an optional holds: members of optionals are asked for as those of what they hold.
    private func unwrapped(_ type: CELType) -> CELType {
        if case .optional(let value) = types.shallow(type) { return types.shallow(value) }
        return types.shallow(type)
    }

    private func wrapped(_ type: CELType, _ operand: CELType, _ isOptional: Bool) -> CELType {
        if case .optional = types.shallow(operand) { return .optional(type) }
        return isOptional ? .optional(type) : type
    }

    private mutating func member(_ field: String, of type: CELType, at offset: Int) throws(CELFault) -> CELType {
        switch unwrapped(type) {
        case .object(let object):
            if let member = object.members[field] { return member }
            guard !object.isOpen, checks else { return .dyn }
            let nearest = NearestName.of(field, among: object.members.keys.sorted())
            throw CELFault(
                "unknown-name", at: offset, "there is no member \(VisibleText.quoted(field))",
                remedy: nearest.map { "did you mean \(VisibleText.quoted($0))?" }
                    ?? (object.members.isEmpty
                        ? "it has no members"
                        : "the members are \(object.members.keys.sorted().joined(separator: ", "))"))
        case .map(let key, let value):
            try expect(.string, key, at: offset)
            return value
        case .dyn: return .dyn
        case .variable: return .dyn
        case let other:
            guard checks else { return .dyn }
            throw wrongType(
                "\(types.resolved(other).name) has no member \(VisibleText.quoted(field))", at: offset)
        }
    }

    // MARK: Literals

    mutating func list(_ elements: [CELExpression.Element]) throws(CELFault) -> Compiled {
        var nodes: [(CELNode, isOptional: Bool)] = []
        var type: CELType?
        for element in elements {
            let compiled = try compile(element.value)
            var elementType = compiled.type
            if element.isOptional { elementType = try value(ofOptional: compiled.type, at: element.value.offset) }
            type = type.map { types.join($0, elementType) } ?? elementType
            nodes.append((compiled.node, element.isOptional))
        }
        let isConstant = !elements.contains(where: \.isOptional)
        if isConstant, let values = Self.constants(nodes.map(\.0)) {
            return (.constant(.list(.values(values))), .list(type ?? types.fresh()))
        }
        return (.list(nodes), .list(type ?? types.fresh()))
    }

    /// The values of nodes that are all constants: a list of them is made once.
    private static func constants(_ nodes: [CELNode]) -> [CELValue]? {
        var values: [CELValue] = []
        for node in nodes {
            guard case .constant(let value) = node else { return nil }
            values.append(value)
        }
        return values
    }

    mutating func map(_ entries: [CELExpression.Entry], at offset: Int) throws(CELFault) -> Compiled {
        var nodes: [(key: CELNode, value: CELNode, isOptional: Bool)] = []
        var keyType: CELType?
        var valueType: CELType?
        for entry in entries {
            let (key, value) = (try compile(entry.key), try compile(entry.value))
            let found = try self.keyType(key.type, at: entry.key.offset)
            keyType = keyType.map { types.join($0, found) } ?? found
            let held = entry.isOptional ? try self.value(ofOptional: value.type, at: entry.value.offset) : value.type
            valueType = valueType.map { types.join($0, held) } ?? held
            nodes.append((key.node, value.node, entry.isOptional))
        }
        return (.map(nodes, offset), .map(key: keyType ?? types.fresh(), value: valueType ?? types.fresh()))
    }

    /// The type of a key. Only simple values are keys; so types of maps do not grow by their keys.
    private func keyType(_ type: CELType, at offset: Int) throws(CELFault) -> CELType {
        switch types.shallow(type) {
        case .bool, .int, .uint, .string, .dyn: return types.shallow(type)
        case .variable: return .dyn
        case let other:
            guard checks else { return .dyn }
            throw wrongType(
                "\(types.resolved(other).name) cannot be the key of a map",
                remedy: "keys are bool, int, uint or string",
                at: offset)
        }
    }

    private mutating func value(ofOptional type: CELType, at offset: Int) throws(CELFault) -> CELType {
        let value = types.fresh()
        try expect(type, .optional(value), at: offset)
        return value
    }

    // MARK: Macros

    mutating func comprehension(_ comprehension: CELComprehension, at offset: Int) throws(CELFault) -> Compiled {
        let range = try compile(comprehension.range)
        let variables = try variableTypes(range.type, comprehension, at: comprehension.range.offset)
        let base = scope.count
        scope += zip(comprehension.names, variables.types).map { ($0, $1) }
        defer { scope.removeLast(scope.count - base) }
        let filter = try comprehension.filter.map { (filter) throws(CELFault) in try condition(filter) }
        let body = try compile(comprehension.body)
        let type: CELType
        switch comprehension.kind {
        case .all, .exists, .existsOne:
            try expect(body.type, .bool, at: comprehension.body.offset)
            type = .bool
        case .list: type = .list(body.type)
        case .map: type = .map(key: variables.key, value: body.type)
        }
        let loop = CELLoop(
            kind: comprehension.kind, range: range.node, names: comprehension.names.count, filter: filter,
            body: body.node, offset: offset)
        return (.loop(loop), type)
    }

    private mutating func variableTypes(
        _ range: CELType, _ comprehension: CELComprehension, at offset: Int
    ) throws(CELFault) -> (types: [CELType], key: CELType) {
        let isPair = comprehension.names.count == 2
        switch types.shallow(range) {
        case .list(let element): return (isPair ? [.int, element] : [element], .int)
        case .map(let key, let value): return (isPair ? [key, value] : [key], key)
        case .object: return (isPair ? [.string, .dyn] : [.string], .string)
        case .dyn, .variable: return (isPair ? [.dyn, .dyn] : [.dyn], .dyn)
        case let other:
            guard checks else { return (isPair ? [.dyn, .dyn] : [.dyn], .dyn) }
            throw wrongType(
                "\(types.resolved(other).name) has no elements to go through", remedy: "macros take lists and maps",
                at: offset)
        }
    }

    mutating func optionalMap(
        _ operand: CELExpression, _ name: String, _ body: CELExpression, isFlat: Bool, at offset: Int
    ) throws(CELFault) -> Compiled {
        let value = types.fresh()
        let operandNode = try compile(operand)
        try expect(operandNode.type, .optional(value), at: operand.offset)
        scope.append((name, types.shallow(value)))
        defer { scope.removeLast() }
        let result = try compile(body)
        if isFlat {
            let inner = types.fresh()
            try expect(result.type, .optional(inner), at: body.offset)
            return (.optionalMap(operandNode.node, result.node, isFlat: true, offset), .optional(inner))
        }
        return (.optionalMap(operandNode.node, result.node, isFlat: false, offset), .optional(result.type))
    }
}
