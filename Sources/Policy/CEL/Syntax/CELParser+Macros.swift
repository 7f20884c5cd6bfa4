extension CELParser {
    /// What a macro stands for; nil if the call is none.
    mutating func macro(
        _ name: String, on target: CELExpression?, _ arguments: [CELExpression], at offset: Int
    ) throws(CELFault) -> CELExpression? {
        guard let target else { return name == "has" ? try presence(arguments, at: offset) : nil }
        if case .identifier("cel", _) = target.kind {
            return try ofNamespace(name, arguments, at: offset)
        }
        switch (name, arguments.count) {
        case ("all", 2), ("all", 3):
            return try comprehension(.all, target, arguments, names: arguments.count - 1, at: offset)
        case ("exists", 2), ("exists", 3):
            return try comprehension(.exists, target, arguments, names: arguments.count - 1, at: offset)
        case ("exists_one", 2), ("existsOne", 2), ("exists_one", 3), ("existsOne", 3):
            return try comprehension(.existsOne, target, arguments, names: arguments.count - 1, at: offset)
        case ("map", 2), ("map", 3):
            return try comprehension(.list, target, arguments, names: 1, at: offset)
        case ("filter", 2):
            let element = arguments[0]
            return try comprehension(.list, target, [element, arguments[1], element], names: 1, at: offset)
        case ("transformList", 3), ("transformList", 4):
            return try comprehension(.list, target, arguments, names: 2, at: offset)
        case ("transformMap", 3), ("transformMap", 4):
            return try comprehension(.map, target, arguments, names: 2, at: offset)
        case ("optMap", 2), ("optFlatMap", 2):
            let variable = try variable(arguments[0])
            return try make(
                .optionalMap(target, name: variable, arguments[1], isFlat: name == "optFlatMap"), at: offset,
                over: [target, arguments[1]])
        default:
            return nil
        }
    }

    /// `names` variables, a filter if there is one more argument, and the body.
    private mutating func comprehension(
        _ kind: CELComprehension.Kind, _ range: CELExpression, _ arguments: [CELExpression], names count: Int,
        at offset: Int
    ) throws(CELFault) -> CELExpression {
        var names: [String] = []
        for argument in arguments.prefix(count) { names.append(try variable(argument)) }
        if Set(names).count < names.count {
            throw .syntax(at: arguments[0].offset, "both variables have the same name")
        }
        let rest = arguments.dropFirst(count)
        guard let body = rest.last else { throw .syntax(at: offset, "the macro has no body") }
        let filter = rest.count > 1 ? rest.first : nil
        return try make(
            .comprehension(CELComprehension(kind: kind, range: range, names: names, filter: filter, body: body)),
            at: offset, over: [range, body] + (filter.map { [$0] } ?? []))
    }

    private func variable(_ expression: CELExpression) throws(CELFault) -> String {
        guard case .identifier(let name, isAbsolute: false) = expression.kind else {
            throw .syntax(at: expression.offset, "a variable's name was expected", remedy: "as in `list.all(x, x > 0)`")
        }
        return name
    }

    private mutating func presence(
        _ arguments: [CELExpression], at offset: Int
    ) throws(CELFault) -> CELExpression {
        guard arguments.count == 1, case .select(let operand, let field, let isOptional) = arguments[0].kind else {
            throw .syntax(
                at: offset, "`has` takes the selection of a field",
                remedy: "write `has(value.field)`; for a key that is no name, `\"key\" in value`")
        }
        return try make(.presence(operand, field: field, isOptional: isOptional), at: offset, over: [operand])
    }

    /// `cel.bind`, `cel.block` and the names that stand in blocks.
    private mutating func ofNamespace(
        _ name: String, _ arguments: [CELExpression], at offset: Int
    ) throws(CELFault) -> CELExpression? {
        switch (name, arguments.count) {
        case ("bind", 3):
            let variable = try variable(arguments[0])
            return try make(
                .bind(name: variable, arguments[1], arguments[2]), at: offset, over: [arguments[1], arguments[2]])
        case ("block", 2):
            guard case .list(let elements) = arguments[0].kind else {
                throw .syntax(at: offset, "`cel.block` takes a list of expressions and a result")
            }
            var result = arguments[1]
            for (index, element) in elements.enumerated().reversed() {
                result = try make(
                    .bind(name: "@index\(index)", element.value, result), at: element.value.offset,
                    over: [element.value, result])
            }
            return result
        case ("index", 1):
            return try make(.identifier("@index\(try number(arguments[0]))", isAbsolute: false), at: offset)
        case ("iterVar", 2):
            let (depth, position) = (try number(arguments[0]), try number(arguments[1]))
            return try make(.identifier("@variable\(depth):\(position)", isAbsolute: false), at: offset)
        default:
            return nil
        }
    }

    private func number(_ expression: CELExpression) throws(CELFault) -> Int64 {
        guard case .literal(.int(let value)) = expression.kind, (0..<1000).contains(value) else {
            throw .syntax(at: expression.offset, "a small number was expected")
        }
        return value
    }
}
