import StrictJSON

/// What a condition says, as alternatives of questions that all have to be answered so. Two conditions that ask the
/// same, in another order or in other words for the same, have the same form.
///
/// A question is answered with true, false or an error, and `&&`, `||` and `!` take such answers as CEL has it: false
/// settles `&&` and true settles `||`, whatever becomes of the other side. That is symmetric, distributes, and is negated
/// question by question; so both the calls of which a condition is true and those of which it is false are known by the
/// answers. What an evaluation costs is not compared: a condition that some call makes too expensive may have an error
/// where another order of the same has none.
struct ConditionForm: Sendable {
    /// The condition is true if of one of these all literals hold.
    let holds: [Clause]
    /// It is false if of one of these all do. Of every other call it is an error.
    let fails: [Clause]
    /// Equal for conditions that say the same in the same words, but for the order of what may be exchanged.
    let key: JSON

    typealias Clause = Set<ConditionLiteral>

    /// Alternatives of one form, beyond which a condition is one question as a whole.
    private static let maximumClauses = 8
    private static let maximumLiterals = 16

    init(_ condition: any RuleCondition) {
        key = [.string(CanonicalExpression.text(condition.source)), .string(condition.reads)]
        let whole = ConditionLiteral(
            ConditionKey(text: CanonicalExpression.text(condition.source), reads: condition.reads))
        guard let expression = try? CELParser.parse(condition.source),
            let holds = Self.clauses(of: expression, reads: condition.reads, isNegated: false),
            let fails = Self.clauses(of: expression, reads: condition.reads, isNegated: true)
        else {
            self.holds = [[whole]]
            self.fails = [[whole.negated]]
            return
        }
        self.holds = holds
        self.fails = fails
    }

    /// Every question, in the order of the texts.
    var questions: [ConditionKey] {
        Set((holds + fails).joined().map(\.key)).sorted { ($0.text, $0.reads) < ($1.text, $1.reads) }
    }

    // MARK: Alternatives

    /// Nil if there are too many.
    private static func clauses(of expression: CELExpression, reads: String, isNegated: Bool) -> [Clause]? {
        switch expression.kind {
        case .literal(.bool(let value)): return value != isNegated ? [[]] : []
        case .and(let left, let right): return combined([left, right], reads, isNegated, isAll: !isNegated)
        case .or(let left, let right): return combined([left, right], reads, isNegated, isAll: isNegated)
        case .call("!_", nil, let operands) where operands.count == 1:
            return clauses(of: operands[0], reads: reads, isNegated: !isNegated)
        case .call("@in", nil, let operands) where operands.count == 2:
            guard let equalities = equalities(operands[0], operands[1], reads) else { break }
            return isNegated ? [Set(equalities.map(\.negated))] : equalities.map { [$0] }
        default: break
        }
        let literal = ConditionLiteral(expression, reads: reads)
        return [[isNegated ? literal.negated : literal]]
    }

    private static func combined(
        _ operands: [CELExpression], _ reads: String, _ isNegated: Bool, isAll: Bool
    ) -> [Clause]? {
        var result: [Clause] = isAll ? [[]] : []
        for operand in operands {
            guard let clauses = clauses(of: operand, reads: reads, isNegated: isNegated) else { return nil }
            let next = isAll ? result.flatMap { left in clauses.map { left.union($0) } } : result + clauses
            result = next.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
            guard result.count <= maximumClauses, result.allSatisfy({ $0.count <= maximumLiterals }) else { return nil }
        }
        // What holds and does not is an error, or nothing: no alternative.
        return result.filter { clause in !clause.contains { clause.contains($0.negated) } }
    }

    /// `x in ["a", "b"]` is `x == "a" || x == "b"`; nil unless the list is written out.
    private static func equalities(
        _ value: CELExpression, _ list: CELExpression, _ reads: String
    ) -> [ConditionLiteral]? {
        guard case .list(let elements) = list.kind, (1...maximumClauses).contains(elements.count) else { return nil }
        var literals: [ConditionLiteral] = []
        for element in elements {
            guard !element.isOptional, case .literal = element.value.kind else { return nil }
            literals.append(ConditionLiteral(equal: value, element.value, reads: reads))
        }
        return literals
    }
}

/// What a condition, or a part of one, is, whichever rule has it.
struct ConditionKey: Hashable, Sendable {
    private let source: TextKey
    private let circumstances: TextKey

    init(text: String, reads: String) {
        source = TextKey(text)
        circumstances = TextKey(reads)
    }

    var text: String { source.text }
    /// What of the intent it reads.
    var reads: String { circumstances.text }
}

/// A question of a condition, and the answer that is asked for.
struct ConditionLiteral: Hashable, Sendable {
    let key: ConditionKey
    let isNegated: Bool

    init(_ key: ConditionKey, isNegated: Bool = false) {
        self.key = key
        self.isNegated = isNegated
    }

    init(_ expression: CELExpression, reads: String) {
        // `a != b` is `!(a == b)`, also of what cannot be compared.
        if case .call("_!=_", nil, let operands) = expression.kind, operands.count == 2 {
            self = ConditionLiteral(equal: operands[0], operands[1], reads: reads).negated
            return
        }
        let text = CanonicalExpression.text(of: expression)
        self.init(ConditionKey(text: text, reads: CanonicalExpression.readsIntent(expression) ? reads : ""))
    }

    init(equal left: CELExpression, _ right: CELExpression, reads: String) {
        let readsIntent = [left, right].contains(where: CanonicalExpression.readsIntent)
        self.init(
            ConditionKey(text: CanonicalExpression.equality(left, right), reads: readsIntent ? reads : ""))
    }

    var negated: ConditionLiteral { ConditionLiteral(key, isNegated: !isNegated) }

    /// The answer.
    var truth: Dimension.Truth { isNegated ? .fails : .holds }
}
