/// A regular expression of `matches`: RE2's syntax, a match of a part is a match.
struct CELPattern {
    private let expression: RegularExpression

    /// What it costs to compile one that was not known when the expression was compiled.
    private static let compilation = 500

    init(_ pattern: String, _ budget: inout CELBudget) throws(CELFunctionError) {
        try budget.charge(Self.compilation)
        self = try Self(pattern)
    }

    init(_ pattern: String) throws(CELFunctionError) {
        guard pattern.utf8.count <= RegularExpression.maximumLength else {
            throw CELFunctionError("the pattern is longer than \(RegularExpression.maximumLength) bytes")
        }
        var memory = PatternBudget()
        do throws(PatternRefusal) {
            expression = try memory.expression(pattern)
        } catch {
            throw CELFunctionError("the pattern \(CELFunctionError.quoted(pattern)) \(error.reason)")
        }
    }

    func matches(_ text: String) -> Bool { expression.matchesPart(of: text) }
}
