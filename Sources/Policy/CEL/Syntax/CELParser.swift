import Diagnostics

/// Reads an expression by CEL's grammar, with the optional syntax (`a.?b`, `a[?k]`, `[?e]`, `{?k: e}`), and expands its
/// macros. Messages are refused: there are none here.
struct CELParser {
    private var lexer: CELLexer
    private var token: CELToken
    private var nesting = 0
    private var nodes = 0

    static func parse(_ source: String) throws(CELFault) -> CELExpression {
        guard source.utf8.count <= CELLimits.sourceBytes else {
            throw .syntax(at: 0, "the expression is longer than \(CELLimits.sourceBytes) bytes")
        }
        var parser = try CELParser(source)
        let expression = try parser.expression()
        guard case .end = parser.token.kind else { throw parser.unexpected("an operator or the end") }
        return expression
    }

    private init(_ source: String) throws(CELFault) {
        lexer = CELLexer(source)
        token = try lexer.next()
    }

    // MARK: Words

    private mutating func advance() throws(CELFault) { token = try lexer.next() }

    private func isAt(_ symbol: CELToken.Symbol) -> Bool {
        if case .symbol(symbol) = token.kind { true } else { false }
    }

    private mutating func skip(_ symbol: CELToken.Symbol) throws(CELFault) -> Bool {
        guard isAt(symbol) else { return false }
        try advance()
        return true
    }

    private mutating func expect(_ symbol: CELToken.Symbol) throws(CELFault) {
        guard try skip(symbol) else { throw unexpected("`\(symbol.rawValue)`") }
    }

    private func unexpected(_ expected: String) -> CELFault {
        let found =
            switch token.kind {
            case .end: "the end"
            case .symbol(let symbol): "`\(symbol.rawValue)`"
            case .identifier(let name): VisibleText.quoted(name)
            case .quoted(let name): VisibleText.quoted("`\(name)`")
            case .literal, .magnitude: "a value"
            }
        return .syntax(at: token.offset, "expected \(expected), found \(found)")
    }

    // MARK: Expressions

    /// A part of the expression; every one is made here, so that none is too deep and there are not too many.
    mutating func make(
        _ kind: CELExpression.Kind, at offset: Int, over parts: [CELExpression] = []
    ) throws(CELFault) -> CELExpression {
        let depth = 1 + (parts.map(\.depth).max() ?? 0)
        nodes += 1
        guard depth <= CELLimits.depth else { throw tooDeep(at: offset) }
        guard nodes <= CELLimits.nodes else {
            throw .syntax(at: offset, "the expression has more than \(CELLimits.nodes) parts")
        }
        return CELExpression(offset: offset, depth: depth, kind: kind)
    }

    private func tooDeep(at offset: Int) -> CELFault {
        .syntax(at: offset, "the expression is nested deeper than \(CELLimits.depth) levels")
    }

    private mutating func expression() throws(CELFault) -> CELExpression {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= CELLimits.depth else { throw tooDeep(at: token.offset) }
        let condition = try chain(.or)
        let offset = token.offset
        guard try skip(.question) else { return condition }
        let yes = try chain(.or)
        try expect(.colon)
        let no = try expression()
        return try make(.conditional(condition, yes, no), at: offset, over: [condition, yes, no])
    }

    /// `a && b && c` in a tree that is as flat as can be: it means the same however it is grouped.
    private mutating func chain(_ symbol: CELToken.Symbol) throws(CELFault) -> CELExpression {
        var operands: [CELExpression] = []
        var offsets: [Int] = []
        repeat {
            operands.append(try symbol == .or ? chain(.and) : binary(1))
            offsets.append(token.offset)
        } while try skip(symbol)
        while operands.count > 1 {
            var joined: [CELExpression] = []
            var joinedOffsets: [Int] = []
            for index in stride(from: 0, to: operands.count, by: 2) {
                guard index + 1 < operands.count else {
                    joined.append(operands[index])
                    joinedOffsets.append(offsets[index])
                    continue
                }
                let (left, right) = (operands[index], operands[index + 1])
                joined.append(
                    try make(
                        symbol == .or ? .or(left, right) : .and(left, right), at: offsets[index], over: [left, right])
                )
                joinedOffsets.append(offsets[index + 1])
            }
            (operands, offsets) = (joined, joinedOffsets)
        }
        return operands[0]
    }

    /// The operator at this place, and how tightly it binds: 1 for comparisons, 2 for sums, 3 for products.
    private var operation: (name: String, precedence: Int)? {
        switch token.kind {
        case .identifier("in"): ("@in", 1)
        case .symbol(.less): ("_<_", 1)
        case .symbol(.lessOrEqual): ("_<=_", 1)
        case .symbol(.greater): ("_>_", 1)
        case .symbol(.greaterOrEqual): ("_>=_", 1)
        case .symbol(.equal): ("_==_", 1)
        case .symbol(.notEqual): ("_!=_", 1)
        case .symbol(.plus): ("_+_", 2)
        case .symbol(.minus): ("_-_", 2)
        case .symbol(.times): ("_*_", 3)
        case .symbol(.divide): ("_/_", 3)
        case .symbol(.modulo): ("_%_", 3)
        default: nil
        }
    }

    private mutating func binary(_ least: Int) throws(CELFault) -> CELExpression {
        var left = try unary()
        while let (name, precedence) = operation, precedence >= least {
            let offset = token.offset
            try advance()
            let right = try binary(precedence + 1)
            left = try make(.call(name, target: nil, [left, right]), at: offset, over: [left, right])
        }
        return left
    }

    private mutating func unary() throws(CELFault) -> CELExpression {
        let offset = token.offset
        guard isAt(.not) || isAt(.minus) else { return try member() }
        let isNegation = isAt(.minus)
        let symbol: CELToken.Symbol = isNegation ? .minus : .not
        try advance()
        // The least integer is no integer without its sign.
        if isNegation, case .magnitude(let magnitude) = token.kind {
            guard magnitude <= UInt64(Int64.max) + 1 else { throw .syntax(at: offset, "the integer is too small") }
            try advance()
            return try members(of: try make(.literal(.int(Int64(truncatingIfNeeded: 0 &- magnitude))), at: offset))
        }
        if isNegation, case .literal(.double(let value)) = token.kind {
            try advance()
            return try members(of: try make(.literal(.double(-value)), at: offset))
        }
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= CELLimits.depth else { throw tooDeep(at: offset) }
        let operand = try isAt(symbol) ? unary() : member()
        return try make(.call(isNegation ? "-_" : "!_", target: nil, [operand]), at: offset, over: [operand])
    }

    // MARK: Members

    private mutating func member() throws(CELFault) -> CELExpression { try members(of: try primary()) }

    private mutating func members(of first: CELExpression) throws(CELFault) -> CELExpression {
        var expression = first
        while true {
            let offset = token.offset
            if try skip(.dot) {
                expression = try selection(of: expression, at: offset)
            } else if try skip(.openBracket) {
                let isOptional = try skip(.question)
                let index = try self.expression()
                try expect(.closeBracket)
                expression = try make(
                    .index(expression, index, isOptional: isOptional), at: offset, over: [expression, index])
            } else if isAt(.openBrace) {
                throw .syntax(at: offset, "there are no messages here", remedy: "write a map: `{\"name\": value}`")
            } else {
                return expression
            }
        }
    }

    private mutating func selection(of operand: CELExpression, at offset: Int) throws(CELFault) -> CELExpression {
        let isOptional = try skip(.question)
        let name: String
        switch token.kind {
        case .identifier(let text):
            name = text
            try advance()
            if !isOptional, try skip(.openParenthesis) {
                let arguments = try list(until: .closeParenthesis)
                return try call(name, on: operand, arguments, at: offset)
            }
            guard name != "in", name != "true", name != "false", name != "null" else {
                throw .syntax(at: offset, "`\(name)` is no name of a field", remedy: "write `value[\"\(name)\"]`")
            }
        case .quoted(let text):
            name = text
            try advance()
        default: throw unexpected("the name of a field")
        }
        return try make(.select(operand, field: name, isOptional: isOptional), at: offset, over: [operand])
    }

    private mutating func list(until end: CELToken.Symbol) throws(CELFault) -> [CELExpression] {
        var expressions: [CELExpression] = []
        while !isAt(end) {
            expressions.append(try expression())
            guard try skip(.comma) else { break }
        }
        try expect(end)
        return expressions
    }

    // MARK: Primaries

    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while", "in",
    ]

    private mutating func primary() throws(CELFault) -> CELExpression {
        let offset = token.offset
        switch token.kind {
        case .literal(let value):
            try advance()
            return try make(.literal(value), at: offset)
        case .magnitude(let magnitude):
            guard let value = Int64(exactly: magnitude) else {
                throw .syntax(at: offset, "the integer is too large", remedy: "write `\(magnitude)u`")
            }
            try advance()
            return try make(.literal(.int(value)), at: offset)
        case .symbol(.openParenthesis):
            try advance()
            let inner = try expression()
            try expect(.closeParenthesis)
            return inner
        case .symbol(.openBracket):
            try advance()
            return try listLiteral(at: offset)
        case .symbol(.openBrace):
            try advance()
            return try mapLiteral(at: offset)
        case .symbol(.dot):
            try advance()
            guard case .identifier(let name) = token.kind else { throw unexpected("a name") }
            return try named(name, isAbsolute: true, at: offset)
        case .identifier(let name):
            return try named(name, isAbsolute: false, at: offset)
        default:
            throw unexpected("a value")
        }
    }

    private mutating func named(
        _ name: String, isAbsolute: Bool, at offset: Int
    ) throws(CELFault) -> CELExpression {
        try advance()
        switch (name, isAbsolute) {
        case ("true", false): return try make(.literal(.bool(true)), at: offset)
        case ("false", false): return try make(.literal(.bool(false)), at: offset)
        case ("null", false): return try make(.literal(.null), at: offset)
        default: break
        }
        if Self.reserved.contains(name) {
            throw .syntax(at: offset, "`\(name)` is a reserved word and names nothing")
        }
        if try skip(.openParenthesis) {
            let arguments = try list(until: .closeParenthesis)
            return try call(name, on: nil, arguments, at: offset)
        }
        return try make(.identifier(name, isAbsolute: isAbsolute), at: offset)
    }

    private mutating func listLiteral(at offset: Int) throws(CELFault) -> CELExpression {
        var elements: [CELExpression.Element] = []
        while !isAt(.closeBracket) {
            let isOptional = try skip(.question)
            elements.append(.init(value: try expression(), isOptional: isOptional))
            guard try skip(.comma) else { break }
        }
        try expect(.closeBracket)
        return try make(.list(elements), at: offset, over: elements.map(\.value))
    }

    private mutating func mapLiteral(at offset: Int) throws(CELFault) -> CELExpression {
        var entries: [CELExpression.Entry] = []
        while !isAt(.closeBrace) {
            let isOptional = try skip(.question)
            let key = try expression()
            try expect(.colon)
            entries.append(.init(key: key, value: try expression(), isOptional: isOptional))
            guard try skip(.comma) else { break }
        }
        try expect(.closeBrace)
        return try make(.map(entries), at: offset, over: entries.flatMap { [$0.key, $0.value] })
    }

    private mutating func call(
        _ name: String, on target: CELExpression?, _ arguments: [CELExpression], at offset: Int
    ) throws(CELFault) -> CELExpression {
        if let expanded = try macro(name, on: target, arguments, at: offset) { return expanded }
        let parts = target.map { [$0] + arguments } ?? arguments
        return try make(.call(name, target: target, arguments), at: offset, over: parts)
    }
}
