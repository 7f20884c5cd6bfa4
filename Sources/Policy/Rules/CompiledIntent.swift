import Manifests
import StrictJSON

/// An intent, checked against the tools that there are, ready to decide.
///
/// ```swift
/// let compiled = try CompiledIntent(intent, tools: tools)
/// let decision = compiled.decide(call, state: state, now: now)
/// if decision.effect == .allow { state.reserve(decision) }
/// ```
package struct CompiledIntent: Sendable {
    let rules: [CompiledRule]
    /// The rules of each tool that has any.
    let lookups: [ToolName: ToolRules]
    let tools: [ToolName: PolicyTool]
    let expires: Intent.Expiry?
    let reviewBy: CalendarDate?
    let budget: TaskBudget
    /// Where the agent itself may connect to: no decision is about that, and a comparison is.
    let models: [ModelEndpoint]
    /// The task's budgets of anything but its calls and its time.
    let limits: [CompiledBudget]
    /// The places in outputs that constraints name with `from`.
    let sources: [ToolSource]

    /// The rules of one tool.
    struct ToolRules: Sendable {
        /// In the order of the intent.
        let indices: [Int]
        let lookup: RuleLookup
    }

    /// Compiles, or says everything that is wrong with the intent: tools that there are not, arguments that a tool cannot
    /// have, constraints that make no sense, tests of rules that do not hold.
    package init(_ intent: Intent, tools: [ToolName: PolicyTool]) throws(PolicyError) {
        var compiler = IntentCompiler(tools: tools)
        let rules = compiler.compile(intent)
        if let first = compiler.problems.first {
            throw PolicyError(first, Array(compiler.problems.dropFirst()))
        }
        self.rules = rules
        self.tools = tools
        lookups = Self.lookups(rules, tools: tools)
        expires = intent.expires
        reviewBy = intent.reviewBy
        budget = intent.budget
        models = intent.models
        limits = intent.budget.limits.compactMap { CompiledBudget($0) }
        sources = compiler.sources
    }

    private static func lookups(_ rules: [CompiledRule], tools: [ToolName: PolicyTool]) -> [ToolName: ToolRules] {
        var indices: [ToolName: [Int]] = [:]
        for rule in rules {
            if rule.tool.isExact {
                if let name = ToolName(rule.tool.text) { indices[name, default: []].append(rule.index) }
            } else {
                for name in tools.keys where rule.tool.matches(name) { indices[name, default: []].append(rule.index) }
            }
        }
        return indices.mapValues { indices in
            ToolRules(indices: indices, lookup: RuleLookup(indices.map { rules[$0] }))
        }
    }

    /// A tool that the intent was compiled with.
    package func tool(_ name: ToolName) -> PolicyTool? { tools[name] }

    /// The tools of which some call could ever be allowed or approved, by name. A tool that a rule without conditions
    /// denies is not among them.
    package func visibleTools() -> [ToolName] {
        if budget.calls == 0 { return [] }
        return lookups.filter { _, tool in
            var offered = false
            for rule in tool.indices.map({ rules[$0] }) {
                if rule.effect == .deny {
                    if rule.isUnconditional { return false }
                } else if !rule.budgets.contains(where: { $0.quantity == .calls(0) }) {
                    offered = true
                }
            }
            return offered
        }.keys.sorted()
    }
}
