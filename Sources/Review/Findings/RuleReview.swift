import Diagnostics
import Manifests
import Policy
import Replay
import StrictJSON

/// One rule against how it was used.
struct RuleReview {
    private(set) var findings: [Finding] = []
    private let rule: Intent.Rule
    /// Its canonical form.
    private let form: JSON
    private let usage: RuleUsage
    private let intent: IntentUsage
    private let tools: ReplayTools

    init(_ rule: Intent.Rule, _ form: JSON, _ usage: RuleUsage, of intent: IntentUsage, _ tools: ReplayTools) {
        self.rule = rule
        self.form = form
        self.usage = usage
        self.intent = intent
        self.tools = tools
        reviewApprovals()
        guard usage.uses > 0 || usage.approvals.asked > 0 else {
            addNeverUsed()
            return
        }
        guard rule.effect != .deny else { return }
        reviewTools()
        reviewBudgets()
        guard usage.uses >= Review.enoughUses, usage.withoutArguments == 0 else { return }
        for constraint in rule.constraints { review(constraint) }
        reviewFree()
    }

    private mutating func addNeverUsed() {
        let runs = "\(intent.runs) run\(intent.runs == 1 ? "" : "s")"
        switch rule.effect {
        case .deny:
            // What never happened may be what the rule is there for.
            findings.append(Finding(.neverUsed, rule: rule.index, "it stopped no call in \(runs)"))
        case .allow, .approve:
            findings.append(
                Finding(
                    .neverUsed, rule: rule.index, "no call went ahead by it in \(runs)", edit: .rule(rule.index, [])))
        }
    }

    // MARK: Tools

    private mutating func reviewTools() {
        guard !rule.tool.isExact, usage.uses >= Review.enoughUses else { return }
        let used = usage.tools.keys.sorted()
        let granted = tools.tools.keys.filter { rule.tool.matches($0) }
        guard used.count < granted.count, used.count <= 8 else { return }
        // A budget for each tool would be more than one for all of them.
        let canSplit = used.count == 1 || rule.budgets.isEmpty
        findings.append(
            Finding(
                .widerThanUsed, rule: rule.index,
                "`\(rule.tool.text)` means \(granted.count) tools, and \(list(used)) "
                    + (used.count == 1 ? "is the only one that was called" : "are those that were called"),
                edit: canSplit ? .rule(rule.index, used.map { IntentForm.rule(form, rule.effect, tool: $0) }) : nil))
    }

    private func list(_ names: [String]) -> String { names.map { VisibleText.quoted($0) }.joined(separator: ", ") }

    // MARK: Budgets

    private mutating func reviewBudgets() {
        guard rule.budgets.count == 1, let budget = rule.budgets.first, case .calls(let calls) = budget.quantity,
            intent.runs >= Review.enoughUses,
            let bound = Bounds.narrower(Int64(calls), used: Int64(usage.mostInRun))
        else { return }
        var value: JSONObject = ["calls": .integer(bound)]
        value["per"] = budget.per.map { .string($0.text) }
        findings.append(
            Finding(
                .budgetLargerThanUsed, rule: rule.index,
                "its budget is \(calls) calls, and no run made more than \(usage.mostInRun)",
                edit: .ruleMember(rule.index, "budget", .object(value))))
    }

    // MARK: Arguments

    private mutating func review(_ constraint: ArgumentConstraint) {
        guard constraint.pointer.count == 1, let name = constraint.pointer.first, let used = usage.arguments[name],
            used.isComplete, !used.values.isEmpty,
            let narrower = ConstraintReview.narrower(constraint.constraints, used: used.values)
        else { return }
        findings.append(
            Finding(
                .widerThanUsed, rule: rule.index, "`\(VisibleText.line(name))`: \(narrower.words)",
                edit: .argument(rule.index, name: name, narrower.constraint)))
    }

    /// Files that the rule says nothing of, where all of them were in one place.
    private mutating func reviewFree() {
        guard rule.tool.isExact, let name = ToolName(rule.tool.text), let tool = tools.tools[name] else { return }
        let named = Set(rule.constraints.compactMap(\.pointer.first))
        for (argument, used) in usage.arguments.sorted(by: { $0.key < $1.key }) {
            guard !named.contains(argument), used.isComplete, used.given == usage.uses,
                let constraint = FileArgument.constraint(argument, of: tool, values: Array(used.values))
            else { continue }
            findings.append(
                Finding(
                    .widerThanUsed, rule: rule.index,
                    "`\(VisibleText.line(argument))` may be any file, and all that were used are "
                        + "\(YAMLText.flow(constraint))",
                    edit: .argument(rule.index, name: argument, constraint)))
        }
    }

    // MARK: Approvals

    private mutating func reviewApprovals() {
        let approvals = usage.approvals
        guard rule.effect == .approve, approvals.answered >= Review.enoughUses else { return }
        if approvals.denied == 0 {
            findings.append(
                Finding(
                    .alwaysApproved, rule: rule.index,
                    "all \(approvals.allowed) answers were yes: a question that is always answered yes is not read any "
                        + "more; a rule could say what is always approved",
                    suggestion: suggestedRule()))
        } else if approvals.allowed == 0 {
            findings.append(
                Finding(
                    .alwaysRefused, rule: rule.index,
                    "all \(approvals.denied) answers were no: `deny` would say so without asking",
                    edit: .rule(rule.index, [IntentForm.refusing(form, rule.tool.text)])))
        }
    }

    /// Allows what was approved, and no other values.
    private func suggestedRule() -> String? {
        guard usage.tools.count == 1, let tool = usage.tools.keys.first, usage.withoutArguments == 0 else { return nil }
        var arguments = JSONObject()
        for (name, used) in usage.arguments.sorted(by: { $0.key < $1.key }) {
            guard used.isComplete, used.given == usage.uses, let toolName = ToolName(tool),
                let described = tools.tools[toolName],
                let constraint = FileArgument.proposal(name, of: described, values: Array(used.values))
            else { return nil }
            arguments[name] = constraint
        }
        var object: JSONObject = ["allow": .string(tool)]
        if !arguments.isEmpty { object["args"] = .object(arguments) }
        object["otherArgs"] = "absent"
        return ManifestText.rule(.object(object)).joined(separator: "\n")
    }
}
