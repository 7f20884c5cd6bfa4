import Diagnostics
import Manifests
import StrictJSON

/// Compiles an intent's rules, and gathers everything that is wrong with them.
struct IntentCompiler {
    /// Rules of one intent: more is a program's output gone wrong.
    static let maximumRules = 100_000

    let tools: [ToolName: PolicyTool]
    private var own: [PolicyProblem] = []
    private var constraints = ConstraintCompiler()

    /// False where somebody else runs the rules' tests.
    private let runsTests: Bool

    init(tools: [ToolName: PolicyTool], runsTests: Bool = true) {
        self.tools = tools
        self.runsTests = runsTests
    }

    /// In the order of the file.
    var problems: [PolicyProblem] {
        (own + constraints.problems).enumerated()
            .sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }.map(\.element)
    }

    mutating func compile(_ intent: Intent) -> [CompiledRule] {
        if intent.rules.count > Self.maximumRules {
            own.append(PolicyProblem("too-many-rules", "the intent has more than \(Self.maximumRules) rules"))
            return []
        }
        if intent.budget.calls ?? 0 < 0 || intent.budget.time ?? .zero < .zero {
            own.append(PolicyProblem("bad-budget", "the budget of the task is negative"))
        }
        if !intent.budget.limits.isEmpty {
            own.append(
                PolicyProblem(
                    "not-enforceable-yet", "budgets of the task but calls and time cannot be enforced by this build yet"
                ))
        }
        return intent.rules.enumerated().map { index, rule in compile(rule, index: index) }
    }

    private mutating func compile(_ rule: Intent.Rule, index: Int) -> CompiledRule {
        checkTool(rule)
        if rule.condition != nil || !rule.after.isEmpty || !rule.before.isEmpty {
            own.append(
                PolicyProblem(
                    "not-enforceable-yet", line: rule.line,
                    "`when`, `after` and `before` cannot be enforced by this build yet"))
        }
        checkBudget(rule)
        var arguments: [CompiledArgument] = []
        for argument in rule.constraints {
            if let compiled = constraints.compile(argument, line: rule.line) { arguments.append(compiled) }
            checkReach(of: argument, rule)
        }
        let compiled = CompiledRule(
            index: index, line: rule.line, effect: rule.effect, tool: rule.tool, arguments: arguments,
            budget: rule.budgets.first.flatMap(RuleBudget.init), reason: rule.reason)
        // A rule that was not understood whole would fail its tests for the wrong reason.
        if runsTests, arguments.count == rule.constraints.count { checkTests(rule, compiled) }
        return compiled
    }

    private mutating func checkTool(_ rule: Intent.Rule) {
        guard rule.tool.isExact else { return }
        if let name = ToolName(rule.tool.text), tools[name] != nil { return }
        let nearest = NearestName.of(rule.tool.text, among: tools.keys.map(\.rawValue))
        own.append(
            PolicyProblem(
                "unknown-tool", line: rule.line, "there is no tool \(VisibleText.quoted(rule.tool.text))",
                remedy: nearest.map { "did you mean \(VisibleText.quoted($0))?" }
                    ?? "register the tool, or name one that is registered"))
    }

    private mutating func checkBudget(_ rule: Intent.Rule) {
        guard let declared = rule.budgets.first else { return }
        func refuse(_ message: String, remedy: String? = nil) {
            own.append(PolicyProblem("bad-budget", line: rule.line, message, remedy: remedy))
        }
        if rule.effect == .deny {
            refuse("a deny rule has a budget", remedy: "a denial costs nothing: take the budget away")
        }
        guard rule.budgets.count == 1, let budget = RuleBudget(declared) else {
            return refuse("this build counts calls only")
        }
        if budget.calls < 0 { refuse("the budget of the rule is negative") }
        guard let per = budget.per else { return }
        if per <= .zero { refuse("the budget's `per` is not greater than zero") }
        if budget.calls > RuleBudget.maximumWindow {
            refuse("a budget with `per` has at most \(RuleBudget.maximumWindow) calls")
        }
    }

    /// A constraint on an argument that no call can have is a mistake in its name.
    private mutating func checkReach(of argument: ArgumentConstraint, _ rule: Intent.Rule) {
        let schemas = schemas(of: rule.tool)
        guard !schemas.isEmpty, !schemas.contains(where: { $0.canHave(argument.pointer) }) else { return }
        let parent = Array(argument.pointer.dropLast())
        let names = schemas.flatMap { $0.memberNames(at: parent) }
        let nearest = argument.pointer.last.flatMap { NearestName.of($0, among: names) }
        own.append(
            PolicyProblem(
                "unknown-argument", line: rule.line,
                "\(VisibleText.quoted(rule.tool.text)) has no argument \(VisibleText.quoted(Pointer.name(argument.pointer)))",
                remedy: nearest.map { "did you mean \(VisibleText.quoted($0))?" }
                    ?? "name one of \(Set(names).sorted().prefix(12).map { VisibleText.quoted($0) }.joined(separator: ", "))"
            ))
    }

    private func schemas(of pattern: ToolPattern) -> [CompiledSchema] {
        guard pattern.isExact else {
            return tools.values.filter { pattern.matches($0.name) }.map(\.inputSchema)
        }
        return ToolName(pattern.text).flatMap { tools[$0] }.map { [$0.inputSchema] } ?? []
    }

    private mutating func checkTests(_ rule: Intent.Rule, _ compiled: CompiledRule) {
        for (tests, shouldMatch) in [(rule.tests.match, true), (rule.tests.noMatch, false)] {
            for arguments in tests {
                guard let why = RuleTest.failure(compiled, arguments: arguments, shouldMatch: shouldMatch) else {
                    continue
                }
                let shown = CompiledConstraint.shown(arguments)
                own.append(
                    PolicyProblem(
                        "rule-test-failed", line: rule.line,
                        "a test of the rule failed: \(shown) \(shouldMatch ? "does not match" : "matches"): \(why)"))
            }
        }
    }
}
