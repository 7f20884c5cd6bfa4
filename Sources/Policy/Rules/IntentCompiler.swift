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

    /// The places in outputs that constraints name with `from`, in the order of `CompiledProvenance.Source.tool`.
    var sources: [ToolSource] { constraints.sources }

    mutating func compile(_ intent: Intent) -> [CompiledRule] {
        if intent.rules.count > Self.maximumRules {
            own.append(PolicyProblem("too-many-rules", "the intent has more than \(Self.maximumRules) rules"))
            return []
        }
        if intent.budget.calls ?? 0 < 0 || intent.budget.time ?? .zero < .zero {
            own.append(PolicyProblem("bad-budget", "the budget of the task is negative"))
        }
        for limit in intent.budget.limits {
            checkBudget(limit, of: "the task", schemas: tools.values.map(\.inputSchema))
        }
        constraints.supplied = SuppliedValues(intent.inputs)
        return intent.rules.enumerated().map { index, rule in compile(rule, index: index, intent) }
    }

    private mutating func compile(_ rule: Intent.Rule, index: Int, _ intent: Intent) -> CompiledRule {
        for tool in [rule.tool] + rule.after + rule.before { checkTool(tool, rule) }
        checkBudgets(rule)
        checkProvenance(rule)
        var arguments: [CompiledArgument] = []
        for argument in rule.constraints {
            if let compiled = constraints.compile(argument, line: rule.line) { arguments.append(compiled) }
            checkReach(of: argument, rule)
        }
        let budgets = rule.budgets.compactMap { CompiledBudget($0) }
        let condition = compileCondition(of: rule, index: index, budgets, intent)
        let compiled = CompiledRule(
            index: index, line: rule.line, effect: rule.effect, tool: rule.tool, arguments: arguments,
            named: rule.otherArguments == .absent ? Self.names(rule, condition) : nil,
            order: RuleOrder(after: rule.after, before: rule.before), condition: condition,
            budgets: budgets, approval: rule.approval ?? ApprovalTerms(), declassified: rule.declassified,
            reason: rule.reason)
        // A rule that was not understood whole would fail its tests for the wrong reason.
        let isWhole = arguments.count == rule.constraints.count && (condition == nil) == (rule.condition == nil)
        if runsTests, isWhole { checkTests(rule, compiled) }
        return compiled
    }

    /// The arguments that a rule speaks of.
    private static func names(_ rule: Intent.Rule, _ condition: (any RuleCondition)?) -> Set<TextKey> {
        var names = rule.constraints.compactMap(\.pointer.first)
        for budget in rule.budgets {
            switch budget.quantity {
            case .sum(let argument, _), .distinct(let argument, _): names += argument.prefix(1)
            case .calls, .bytes: break
            }
        }
        names += (condition?.references ?? []).filter { $0.first == "args" }.compactMap { $0.dropFirst().first }
        return Set(names.map(TextKey.init))
    }

    // MARK: Conditions

    private mutating func compileCondition(
        of rule: Intent.Rule, index: Int, _ budgets: [CompiledBudget], _ intent: Intent
    ) -> (any RuleCondition)? {
        guard let source = rule.condition else { return nil }
        let own = budgets.enumerated().map { (BudgetPlace(rule: index, index: $0), $1) }
        let task = intent.budget.limits.compactMap { CompiledBudget($0) }.enumerated()
            .map { (BudgetPlace(rule: nil, index: $0), $1) }
        do throws(CELError) {
            return try CELCondition(source.text, of: tools(of: rule.tool), intent: intent, budgets: own + task)
        } catch {
            let position = source.position(line: error.line, column: error.column)
            self.own.append(
                PolicyProblem(
                    "bad-condition", line: position.line, column: position.column,
                    "the condition cannot be used: \(error.message)",
                    remedy: error.remedy))
            return nil
        }
    }

    // MARK: Tools

    private mutating func checkTool(_ tool: ToolPattern, _ rule: Intent.Rule) {
        guard tool.isExact else { return }
        if let name = ToolName(tool.text), tools[name] != nil { return }
        let nearest = NearestName.of(tool.text, among: tools.keys.map(\.rawValue))
        own.append(
            PolicyProblem(
                "unknown-tool", line: rule.line, "there is no tool \(VisibleText.quoted(tool.text))",
                remedy: nearest.map { "did you mean \(VisibleText.quoted($0))?" }
                    ?? "register the tool, or name one that is registered"))
    }

    private func tools(of pattern: ToolPattern) -> [PolicyTool] {
        guard pattern.isExact else { return tools.values.filter { pattern.matches($0.name) } }
        return ToolName(pattern.text).flatMap { tools[$0] }.map { [$0] } ?? []
    }

    private func schemas(of pattern: ToolPattern) -> [CompiledSchema] { tools(of: pattern).map(\.inputSchema) }

    // MARK: Budgets

    private mutating func checkBudgets(_ rule: Intent.Rule) {
        if rule.effect == .deny, !rule.budgets.isEmpty {
            own.append(
                PolicyProblem(
                    "bad-budget", line: rule.line, "a deny rule has a budget",
                    remedy: "a denial costs nothing: take the budget away"))
        }
        if rule.budgets.isEmpty { return }
        let schemas = schemas(of: rule.tool)
        for budget in rule.budgets { checkBudget(budget, of: "the rule", line: rule.line, schemas: schemas) }
    }

    private mutating func checkBudget(
        _ budget: Budget, of owner: String, line: Int? = nil, schemas: [CompiledSchema]
    ) {
        func refuse(_ message: String, remedy: String? = nil) {
            own.append(PolicyProblem("bad-budget", line: line, message, remedy: remedy))
        }
        guard let compiled = CompiledBudget(budget) else {
            return refuse("the budget's `max` is no number that can be summed exactly")
        }
        if let mistake = compiled.mistake { refuse("the budget of \(owner) \(mistake)") }
        guard let argument = compiled.argument, !schemas.isEmpty,
            !schemas.contains(where: { $0.canHave(argument) })
        else { return }
        refuse(
            "the budget of \(owner) counts \(VisibleText.quoted(Pointer.name(argument))), which no call has",
            remedy: suggestion(for: argument, schemas))
    }

    // MARK: Arguments

    /// What a rule that denies rests on must not be lost, and provenance can be: values are forgotten beyond a bound.
    private mutating func checkProvenance(_ rule: Intent.Rule) {
        guard rule.effect == .deny,
            rule.constraints.contains(where: { $0.constraints.contains(where: \.asksForSource) })
        else { return }
        own.append(
            PolicyProblem(
                "bad-constraint", line: rule.line, "a deny rule cannot rest on `from`",
                remedy: "what no rule allows is denied: put `from` on the rule that allows"))
    }

    /// A constraint on an argument that no call can have is a mistake in its name.
    private mutating func checkReach(of argument: ArgumentConstraint, _ rule: Intent.Rule) {
        let schemas = schemas(of: rule.tool)
        guard !schemas.isEmpty, !schemas.contains(where: { $0.canHave(argument.pointer) }) else { return }
        let name = VisibleText.quoted(Pointer.name(argument.pointer))
        own.append(
            PolicyProblem(
                "unknown-argument", line: rule.line, "\(VisibleText.quoted(rule.tool.text)) has no argument \(name)",
                remedy: suggestion(for: argument.pointer, schemas)))
    }

    private func suggestion(for pointer: [String], _ schemas: [CompiledSchema]) -> String {
        let names = schemas.flatMap { $0.memberNames(at: Array(pointer.dropLast())) }
        if let nearest = pointer.last.flatMap({ NearestName.of($0, among: names) }) {
            return "did you mean \(VisibleText.quoted(nearest))?"
        }
        let shown = Set(names).sorted().prefix(12).map { VisibleText.quoted($0) }
        return "name one of \(shown.joined(separator: ", "))"
    }

    // MARK: Tests

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

extension Constraint {
    fileprivate var asksForSource: Bool {
        switch self {
        case .from: true
        case .each(let constraints), .ifPresent(let constraints): constraints.contains(where: \.asksForSource)
        default: false
        }
    }
}
