import Manifests
import StrictJSON

/// What came of one of a rule's own tests, for `intent test`.
package struct RuleTestReport: Hashable, Sendable {
    /// 0-based position of the rule among the intent's rules, and its 1-based line.
    package let rule: Int
    package let line: Int
    package let effect: Intent.Effect
    package let tool: ToolPattern
    package let arguments: JSON
    /// True for a test of `match`, false for one of `noMatch`.
    package let shouldMatch: Bool
    /// Why it failed; nil if it passed.
    package let failure: String?
}

extension CompiledIntent {
    /// Runs the tests of every rule, and says of each what came of it.
    ///
    /// - Throws: what is wrong with the intent apart from its tests, which are then not run.
    package static func runTests(
        of intent: Intent, tools: [ToolName: PolicyTool]
    ) throws(PolicyError) -> [RuleTestReport] {
        var compiler = IntentCompiler(tools: tools, runsTests: false)
        let rules = compiler.compile(intent)
        if let first = compiler.problems.first {
            throw PolicyError(first, Array(compiler.problems.dropFirst()))
        }
        return zip(intent.rules, rules).flatMap { rule, compiled in
            [(rule.tests.match, true), (rule.tests.noMatch, false)].flatMap { tests, shouldMatch in
                tests.map { arguments in
                    RuleTestReport(
                        rule: rule.index, line: rule.line, effect: rule.effect, tool: rule.tool, arguments: arguments,
                        shouldMatch: shouldMatch,
                        failure: RuleTest.failure(compiled, arguments: arguments, shouldMatch: shouldMatch))
                }
            }
        }
    }
}
