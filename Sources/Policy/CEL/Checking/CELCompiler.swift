import Diagnostics

/// Checks an expression against an environment and makes of it what is evaluated: names are found, types fit, and every
/// call is bound to its function. What can be said only at run time is left to run time.
struct CELCompiler {
    let environment: CELEnvironment
    /// False: a type that does not fit is an error when it is evaluated, not here.
    let checks: Bool
    var types = CELTypes()
    /// Variables of macros around the place, the innermost last.
    var scope: [(name: String, type: CELType)] = []
    /// The environment's variables that the expression reads, in the order of their slots.
    private(set) var slots: [String] = []
    /// Which members of variables it reads, as far as that can be said: `["args", "branch"]`.
    private(set) var references: Set<[String]> = []

    typealias Compiled = (node: CELNode, type: CELType)

    init(_ environment: CELEnvironment, checks: Bool) {
        self.environment = environment
        self.checks = checks
    }

    mutating func compile(_ expression: CELExpression) throws(CELFault) -> Compiled {
        if let named = qualified(expression) { return named }
        switch expression.kind {
        case .literal(let value):
            return (.constant(value), Self.type(of: value))
        case .identifier(let name, _):
            return try unknown(name, at: expression.offset)
        case .select(let operand, let field, let isOptional):
            return try select(operand, field, isOptional: isOptional, at: expression.offset)
        case .presence(let operand, let field, let isOptional):
            return try presence(operand, field, isOptional: isOptional, at: expression.offset)
        case .index(let operand, let index, let isOptional):
            return try self.index(operand, index, isOptional: isOptional, at: expression.offset)
        case .call(let name, let target, let arguments):
            return try call(name, target, arguments, at: expression.offset)
        case .and(let left, let right):
            return (.and(try condition(left), try condition(right)), .bool)
        case .or(let left, let right):
            return (.or(try condition(left), try condition(right)), .bool)
        case .conditional(let test, let yes, let no):
            let test = try condition(test)
            let (left, right) = (try compile(yes), try compile(no))
            return (.conditional(test, left.node, right.node), try joined(left.type, right.type, at: expression.offset))
        case .list(let elements):
            return try list(elements)
        case .map(let entries):
            return try map(entries, at: expression.offset)
        case .comprehension(let comprehension):
            return try self.comprehension(comprehension, at: expression.offset)
        case .bind(let name, let value, let result):
            let value = try compile(value)
            scope.append((name, value.type))
            defer { scope.removeLast() }
            let result = try compile(result)
            return (.bind(value.node, result.node), result.type)
        case .optionalMap(let operand, let name, let body, let isFlat):
            return try optionalMap(operand, name, body, isFlat: isFlat, at: expression.offset)
        }
    }

    /// An expression that has to be a bool.
    mutating func condition(_ expression: CELExpression) throws(CELFault) -> CELNode {
        let compiled = try compile(expression)
        try expect(compiled.type, .bool, at: expression.offset)
        return compiled.node
    }

    mutating func expect(_ type: CELType, _ wanted: CELType, at offset: Int) throws(CELFault) {
        guard checks else { return }
        if types.steps > Self.maximumSteps { throw CELFault("too-expensive", at: offset, "the types are too large") }
        guard types.assign(type, to: wanted) else {
            throw wrongType("expected \(types.resolved(wanted).name), found \(types.resolved(type).name)", at: offset)
        }
    }

    /// Of comparing types: an expression of `CELLimits.nodes` parts needs far less.
    private static let maximumSteps = 1_000_000

    func wrongType(_ message: String, remedy: String? = nil, at offset: Int) -> CELFault {
        CELFault("wrong-type", at: offset, message, remedy: remedy)
    }

    mutating func joined(_ left: CELType, _ right: CELType, at offset: Int) throws(CELFault) -> CELType {
        let type = types.join(left, right)
        // Two branches of a conditional that have nothing to do with each other are a mistake.
        if checks, case .dyn = type, types.resolved(left) != .dyn, types.resolved(right) != .dyn {
            throw wrongType(
                "the branches are \(types.resolved(left).name) and \(types.resolved(right).name)",
                remedy: "give both the same type, or write `dyn(…)`", at: offset)
        }
        return type
    }

    static func type(of value: CELValue) -> CELType {
        switch value {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        default: .dyn
        }
    }

    // MARK: Names

    /// The names of a chain of selections such as `a.b.c`; nil for anything else.
    private static func chain(_ expression: CELExpression) -> (names: [String], isAbsolute: Bool)? {
        var names: [String] = []
        var expression = expression
        while true {
            switch expression.kind {
            case .select(let operand, let field, isOptional: false):
                names.append(field)
                expression = operand
            case .identifier(let name, let isAbsolute):
                names.append(name)
                return (names.reversed(), isAbsolute)
            default: return nil
            }
        }
    }

    /// A variable or a type whose whole name the expression is.
    private mutating func qualified(_ expression: CELExpression) -> Compiled? {
        guard let (names, isAbsolute) = Self.chain(expression), let first = names.first else { return nil }
        // The variable of a macro hides all others.
        if !isAbsolute, let position = scope.lastIndex(where: { CELText.equal($0.name, first) }) {
            return names.count == 1 ? (.local(position), scope[position].type) : nil
        }
        for name in environment.candidates(names.joined(separator: "."), isAbsolute: isAbsolute) {
            if let type = environment.variables[name] {
                references.insert([name])
                return (.variable(slot(name)), type)
            }
            if let type = CELEnvironment.types[name] { return (.constant(.type(name)), .type(type)) }
        }
        return nil
    }

    private mutating func slot(_ name: String) -> Int {
        if let slot = slots.firstIndex(of: name) { return slot }
        slots.append(name)
        return slots.count - 1
    }

    /// True if the name means a variable here, so that `name.f()` is a call on it and not a function's whole name.
    private func isVariable(_ names: [String], isAbsolute: Bool) -> Bool {
        guard let first = names.first else { return false }
        if !isAbsolute, scope.contains(where: { CELText.equal($0.name, first) }) { return true }
        for count in 1...names.count {
            let name = names.prefix(count).joined(separator: ".")
            if environment.candidates(name, isAbsolute: isAbsolute).contains(where: { environment.variables[$0] != nil }
            ) {
                return true
            }
        }
        return false
    }

    private func unknown(_ name: String, at offset: Int) throws(CELFault) -> Compiled {
        let message = "there is no variable \(VisibleText.quoted(name))"
        guard checks else { return (.failure(CELFunctionError(message)), .dyn) }
        let nearest = NearestName.of(name, among: scope.map(\.name) + environment.variables.keys.sorted())
        throw CELFault(
            "unknown-name", at: offset, message,
            remedy: nearest.map { "did you mean \(VisibleText.quoted($0))?" }
                ?? "the variables are \(environment.variables.keys.sorted().joined(separator: ", "))")
    }

    /// Notes that a member of a variable is read.
    mutating func noteReference(_ expression: CELExpression, _ field: String) {
        guard let (names, isAbsolute) = Self.chain(expression), let first = names.first,
            isAbsolute || !scope.contains(where: { CELText.equal($0.name, first) })
        else { return }
        references.insert(names + [field])
    }

    // MARK: Calls

    private mutating func call(
        _ name: String, _ target: CELExpression?, _ arguments: [CELExpression], at offset: Int
    ) throws(CELFault) -> Compiled {
        if let target, let (names, isAbsolute) = Self.chain(target), !isVariable(names, isAbsolute: isAbsolute) {
            let whole = (names + [name]).joined(separator: ".")
            if environment.functions.names.contains(whole) {
                return try call(whole, isMember: false, arguments, at: offset)
            }
        }
        guard let target else { return try call(name, isMember: false, arguments, at: offset) }
        return try call(name, isMember: true, [target] + arguments, at: offset)
    }

    private mutating func call(
        _ name: String, isMember: Bool, _ arguments: [CELExpression], at offset: Int
    ) throws(CELFault) -> Compiled {
        let count = arguments.count
        let found = environment.functions.function(name, isMember: isMember, count: count)
        if found == nil, checks { throw noFunction(name, isMember: isMember, count, at: offset) }
        var nodes: [CELNode] = []
        var argumentTypes: [CELType] = []
        for argument in arguments {
            let compiled = try compile(argument)
            nodes.append(compiled.node)
            argumentTypes.append(compiled.type)
        }
        guard let function = found else {
            let isKnown = environment.functions.names.contains(name)
            return (.failure(isKnown ? .noOverload : CELFunctionError("unbound function")), .dyn)
        }
        let type = try result(of: function, argumentTypes, arguments, at: offset)
        return (try bound(function, nodes, arguments, at: offset), type)
    }

    private func noFunction(_ name: String, isMember: Bool, _ count: Int, at offset: Int) -> CELFault {
        let shown = VisibleText.quoted(name)
        if environment.functions.names.contains(name) {
            let given = isMember ? count - 1 : count
            return wrongType(
                "\(shown) does not take \(given) argument\(given == 1 ? "" : "s")\(isMember ? " on a value" : "")",
                at: offset)
        }
        let nearest = NearestName.of(name, among: environment.functions.names.sorted())
        return CELFault(
            "unknown-name", at: offset, "there is no function \(shown)",
            remedy: nearest.map { "did you mean \(VisibleText.quoted($0))?" })
    }

    private mutating func result(
        of function: CELFunction, _ arguments: [CELType], _ expressions: [CELExpression], at offset: Int
    ) throws(CELFault) -> CELType {
        guard checks else { return .dyn }
        if types.steps > Self.maximumSteps { throw CELFault("too-expensive", at: offset, "the types are too large") }
        if function.signatures.isEmpty { return try extreme(arguments, function, at: offset) }
        var fitting: CELType?
        for signature in function.signatures {
            let before = types
            let instance = types.instance(signature.parameters + [signature.result])
            guard zip(arguments, instance).allSatisfy({ types.assign($0, to: $1) }), let result = instance.last else {
                types = before
                continue
            }
            // Of several that fit, as with arguments of type dyn, nothing more can be said.
            guard let other = fitting else {
                fitting = result
                continue
            }
            types = before
            if types.resolved(other) != types.resolved(result) { return .dyn }
        }
        if let fitting { return fitting }
        let found = arguments.map { types.resolved($0).name }.joined(separator: ", ")
        throw wrongType(
            "\(VisibleText.quoted(function.key.name)) does not take (\(found))",
            remedy: "it takes \(Self.list(function.signatures))", at: offset)
    }

    private static func list(_ signatures: [CELSignature]) -> String {
        let shown = signatures.prefix(6).map { "(\($0.parameters.map(\.name).joined(separator: ", ")))" }
        return shown.joined(separator: ", ") + (signatures.count > 6 ? ", …" : "")
    }

    /// `math.greatest` and `math.least`: numbers, or one list of numbers.
    private mutating func extreme(
        _ arguments: [CELType], _ function: CELFunction, at offset: Int
    ) throws(CELFault) -> CELType {
        var operands = arguments.map { types.shallow($0) }
        if operands.count == 1, case .list(let element) = operands[0] { operands = [types.shallow(element)] }
        guard !operands.isEmpty else {
            throw wrongType("\(VisibleText.quoted(function.key.name)) takes at least one argument", at: offset)
        }
        for operand in operands {
            switch operand {
            case .int, .uint, .double, .dyn, .variable: continue
            default:
                throw wrongType(
                    "\(VisibleText.quoted(function.key.name)) takes numbers, found \(types.resolved(operand).name)",
                    at: offset)
            }
        }
        return operands.dropFirst().allSatisfy { $0 == operands[0] } ? operands[0] : .dyn
    }

    /// A call that is ready. A pattern that stands in the source is compiled here, once.
    private func bound(
        _ function: CELFunction, _ nodes: [CELNode], _ arguments: [CELExpression], at offset: Int
    ) throws(CELFault) -> CELNode {
        if function.key.name == "matches", nodes.count == 2, case .constant(.string(let text)) = nodes[1] {
            do throws(CELFunctionError) {
                return .matches(nodes[0], try CELPattern(text), offset)
            } catch {
                guard checks else { return .failure(error) }
                throw CELFault("bad-pattern", at: arguments[1].offset, error.message)
            }
        }
        switch (function.body, nodes.count) {
        case (.one(let body), 1): return .one(body, nodes[0], offset)
        case (.two(let body), 2):
            switch function.key.name {
            case "_==_": return .equal(nodes[0], nodes[1], isNegated: false)
            case "_!=_": return .equal(nodes[0], nodes[1], isNegated: true)
            default: return .two(body, nodes[0], nodes[1], offset)
            }
        case (.many(let body), _): return .many(body, nodes, offset)
        case (.none(let body), 0): return .constant(body())
        default: return .failure(.noOverload)
        }
    }
}
