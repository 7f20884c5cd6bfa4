import Manifests
import StrictJSON

/// A rule's own test: arguments that the rule is about, or is not.
///
/// Paths are resolved by their text: there is no workspace when an intent is loaded, and so no link in it. A rule that
/// cannot be evaluated counts as what it does to the call: it denies, so that an approve or deny rule matches and an
/// allow rule does not. The call is the first of its run: nothing was called before, and no output was seen.
enum RuleTest {
    /// Why the test fails; nil if it holds.
    static func failure(_ rule: CompiledRule, arguments: JSON, shouldMatch: Bool) -> String? {
        var pointers: Set<[String]> = []
        for argument in rule.arguments {
            guard let value = arguments.value(at: argument.pointer) else { continue }
            for constraint in argument.constraints {
                constraint.collectPaths(of: value, at: argument.pointer, into: &pointers)
            }
        }
        let paths = LexicalPaths.facts(at: pointers, in: arguments)
        // The rule's conditions say nothing of the tool, which may be any that its pattern covers.
        guard let tool = ToolName("test") else { return nil }
        var facts = CallFacts(
            PolicyCall(tool: tool, arguments: arguments, resolvedPaths: paths), of: nil,
            state: TaskState(startedAt: Instant(secondsSince1970: 0)), now: Instant(secondsSince1970: 0))
        let matches =
            switch rule.match(&facts) {
            case .matches: true
            case .doesNot: false
            case .error: rule.effect != .allow
            }
        return matches == shouldMatch ? nil : rule.why(&facts)
    }
}
