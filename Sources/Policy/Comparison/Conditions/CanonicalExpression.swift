/// Expressions as texts: equal where the same is asked in the same words, but for blanks, parentheses, and the order of
/// what may be exchanged.
enum CanonicalExpression {
    /// Of a source; the source itself where it is none.
    static func text(_ source: String) -> String {
        (try? CELParser.parse(source)).map { text(of: $0) } ?? source
    }

    static func equality(_ left: CELExpression, _ right: CELExpression) -> String {
        call("_==_", [text(of: left), text(of: right)].sorted(by: precedes))
    }

    static func text(of expression: CELExpression) -> String {
        switch expression.kind {
        case .literal(let value): return text(of: value)
        case .identifier(let name, let isAbsolute): return isAbsolute ? ".\(name)" : name
        case .select(let operand, let field, let isOptional):
            return "\(text(of: operand)).\(isOptional ? "?" : "")\(quoted(field))"
        case .presence(let operand, let field, let isOptional):
            return "has(\(text(of: operand)).\(isOptional ? "?" : "")\(quoted(field)))"
        case .index(let operand, let key, let isOptional):
            return "\(text(of: operand))[\(isOptional ? "?" : "")\(text(of: key))]"
        case .call(let name, let target, let arguments): return text(name, target, arguments)
        case .and: return call("&&", operands(of: expression))
        case .or: return call("||", operands(of: expression))
        case .conditional(let test, let yes, let no): return call("?", [test, yes, no].map { text(of: $0) })
        case .list(let elements):
            return "[\(elements.map { ($0.isOptional ? "?" : "") + text(of: $0.value) }.joined(separator: ", "))]"
        case .map(let entries):
            let shown = entries.map { ($0.isOptional ? "?" : "") + "\(text(of: $0.key)): \(text(of: $0.value))" }
            return "{\(shown.joined(separator: ", "))}"
        case .comprehension(let loop):
            let filter = loop.filter.map { text(of: $0) } ?? "-"
            return call(
                "\(loop.kind)",
                [text(of: loop.range), loop.names.map(quoted).joined(separator: " "), filter, text(of: loop.body)])
        case .bind(let name, let value, let result):
            return call("bind", [quoted(name), text(of: value), text(of: result)])
        case .optionalMap(let operand, let name, let body, let isFlat):
            return call(isFlat ? "optFlatMap" : "optMap", [text(of: operand), quoted(name), text(of: body)])
        }
    }

    /// True if the expression may read something of the intent, and not only of the call and the run.
    static func readsIntent(_ expression: CELExpression) -> Bool {
        let words = text(of: expression).unicodeScalars.split { scalar in
            !(scalar == "_" || ("0"..."9").contains(scalar) || ("a"..."z").contains(scalar)
                || ("A"..."Z").contains(scalar))
        }
        return words.contains { String($0) == "task" || String($0) == "used" }
    }

    // MARK: Parts

    private static func text(_ name: String, _ target: CELExpression?, _ arguments: [CELExpression]) -> String {
        let texts = arguments.map { text(of: $0) }
        guard target == nil, texts.count == 2 else {
            return call(target.map { "\(text(of: $0)).\(name)" } ?? name, texts)
        }
        switch name {
        case "_==_", "_!=_": return call(name, texts.sorted(by: precedes))
        case "_>_": return call("_<_", texts.reversed())
        case "_>=_": return call("_<=_", texts.reversed())
        default: return call(name, texts)
        }
    }

    /// The operands of a chain of `&&` or of `||`, each once, in order.
    private static func operands(of expression: CELExpression) -> [String] {
        func collect(_ part: CELExpression) -> [String] {
            switch (expression.kind, part.kind) {
            case (.and, .and(let left, let right)), (.or, .or(let left, let right)):
                collect(left) + collect(right)
            default: [text(of: part)]
            }
        }
        var seen: Set<TextKey> = []
        return collect(expression).filter { seen.insert(TextKey($0)).inserted }.sorted(by: precedes)
    }

    private static func call(_ name: String, _ operands: [String]) -> String {
        "\(name)(\(operands.joined(separator: ", ")))"
    }

    private static func text(of value: CELValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .uint(let value): "\(value)u"
        // Bit by bit: `0.0` and `-0.0` are equal, and are not the same.
        case .double(let value): "double#\(value.bitPattern)"
        case .string(let text): quoted(text)
        case .bytes(let bytes): "bytes#\(bytes)"
        default: "\(value)"
        }
    }

    /// Nothing in it ends the quotation.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                result += "\\"
                result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// By code points: `String` takes some different texts for equal.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
