import StrictJSON

/// Spells out what `otherArgs: absent` says of the arguments of one tool: of each by its name, and of those that nobody
/// names together.
struct ArgumentClosure: Sendable {
    /// Every argument that the tool's schema or a rule names; none if no rule asks.
    private let names: [String]
    private let tool: PolicyTool
    /// True if a call can have arguments that nobody names, and some rule cares.
    let asksForUnnamed: Bool

    init(_ tool: PolicyTool, _ rules: [CompiledRule]) {
        self.tool = tool
        guard rules.contains(where: { $0.named != nil }) else {
            names = []
            asksForUnnamed = false
            return
        }
        let ofSchema = (tool.inputSchema.source["properties"]?.objectValue ?? JSONObject()).keys
        let ofRules = rules.flatMap { rule in
            rule.arguments.compactMap(\.pointer.first) + rule.budgets.compactMap(\.argument?.first)
                + (rule.named ?? []).map(\.text)
        }
        var seen: Set<TextKey> = []
        names = (ofSchema + ofRules.sorted()).filter { seen.insert(TextKey($0)).inserted }
        if case .object(_, isOpen: false, _) = tool.inputSchema.argumentType() {
            asksForUnnamed = false
        } else {
            asksForUnnamed = true
        }
    }

    /// The rule with a constraint on each argument that it asks to be absent.
    func spelledOut(_ rule: CompiledRule) -> CompiledRule {
        guard rule.named != nil else { return rule }
        let others = names.filter { !rule.names($0) }.map { name in
            CompiledArgument(
                pointer: [name], name: Pointer.name([name]),
                constraints: [tool.defaultValue(of: name).map { .ifPresent(.equals($0)) } ?? .absent])
        }
        return rule.with(arguments: rule.arguments + others)
    }

    /// An argument that nobody names, for a call that shows what becomes of it.
    var example: (pointer: [String], value: JSON) {
        let known = Set(names.map(TextKey.init))
        let name = (1...).lazy.map { "extra\($0)" }.first { !known.contains(TextKey($0)) } ?? "extra"
        let value = SchemaSample.value(of: tool.inputSchema.source["additionalProperties"] ?? .bool(true))
        return ([name], value ?? .bool(true))
    }
}

extension CompiledRule {
    fileprivate func with(arguments: [CompiledArgument]) -> CompiledRule {
        CompiledRule(
            index: index, line: line, effect: effect, tool: tool, arguments: arguments, named: named, order: order,
            condition: condition, budgets: budgets, approval: approval, declassified: declassified, reason: reason)
    }
}
