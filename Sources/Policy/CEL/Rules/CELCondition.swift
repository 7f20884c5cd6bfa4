import Manifests
import StrictJSON

/// A rule's `when`: an expression over the call, the run up to it and the time.
struct CELCondition: RuleCondition {
    private let program: CELProgram
    private let arguments: [ToolName: ArgumentType]
    private let task: CELValue
    /// The budgets of which the condition may ask how much is used: the rule's own and the task's.
    private let budgets: [(place: BudgetPlace, budget: CompiledBudget)]
    let reads: String

    /// - Parameter tools: Those that the rule is about.
    init(
        _ source: String, of tools: [PolicyTool], intent: Intent,
        budgets: [(place: BudgetPlace, budget: CompiledBudget)]
    ) throws(CELError) {
        arguments = Dictionary(uniqueKeysWithValues: tools.map { ($0.name, $0.inputSchema.argumentType()) })
        var environment = RuleEnvironment.make(Array(arguments.values))
        environment.schemas["args"] = tools.map(\.inputSchema)
        program = try CELProgram.compile(source, in: environment, expecting: .bool)
        task = RuleEnvironment.task(intent)
        self.budgets = budgets
        reads = Self.reads(program.references, intent, budgets.map(\.budget))
        if source.contains("get") { CELTimeZone.prepare() }
    }

    var source: String { program.source }
    var references: Set<[String]> { program.references }

    private static func reads(
        _ references: Set<[String]>, _ intent: Intent, _ budgets: [CompiledBudget]
    ) -> String {
        var object = JSONObject()
        if references.contains(where: { $0.first == "task" }) {
            object["task"] = [
                .string(intent.name), .string(intent.purpose), .string(intent.principal),
                .string(intent.agent ?? ""), .object(intent.inputs),
            ]
        }
        if references.contains(where: { $0.first == "used" }) {
            object["used"] = .array(budgets.map { .string($0.sentence) })
        }
        return object.isEmpty ? "" : JSON.object(object).encodedString()
    }

    func evaluate(_ facts: CallFacts) -> ConditionResult {
        do throws(CELError) {
            guard case .bool(let holds) = try program.evaluate({ value($0, facts) }) else {
                return .error("it is neither true nor false")
            }
            return holds ? .holds : .fails
        } catch {
            return .error(error.message)
        }
    }

    // MARK: Variables

    private func value(_ name: String, _ facts: CallFacts) -> CELValue? {
        switch name {
        case "args":
            // In a test of a rule the tool may be any that the rule is about.
            let type = arguments.count == 1 ? arguments.values.first : arguments[facts.call.tool]
            return try? CELValue(facts.call.arguments, as: type ?? .any)
        case "tool": return facts.tool.map(RuleEnvironment.tool)
        case "task": return RuleEnvironment.adding(startedAt: facts.state.startedAt, to: task)
        case "call":
            return CELValue(members: [
                "index": .int(Int64(facts.state.calls)),
                "labels": .list(.values(facts.state.labels.sorted().map { .string($0.rawValue) })),
            ])
        case "used": return used(facts)
        case "now": return RuleEnvironment.timestamp(facts.now)
        default: return nil
        }
    }

    private func used(_ facts: CallFacts) -> CELValue {
        var tools = CELEntries()
        for (tool, count) in facts.state.callsByTool { try? tools.add(.string(tool.rawValue), .int(Int64(count))) }
        var sums = CELEntries()
        var distinct = CELEntries()
        for (place, budget) in budgets {
            guard let argument = budget.argument else { continue }
            let name = CELValue.string(Pointer.name(argument))
            let usage = facts.state.usage(of: place) ?? BudgetUsage()
            // Of two budgets of one argument the first, the rule's own, is the one that is meant.
            if case .sum = budget.quantity {
                try? sums.add(name, .double(usage.total(budget, at: facts.now).approximately))
            } else {
                try? distinct.add(name, .int(Int64(usage.distinctValues(budget, at: facts.now))))
            }
        }
        return CELValue(members: [
            "calls": .int(Int64(facts.state.calls)), "tools": .map(.entries(tools)), "sums": .map(.entries(sums)),
            "distinct": .map(.entries(distinct)), "bytes": .int(Int64(facts.state.bytes)),
        ])
    }
}
