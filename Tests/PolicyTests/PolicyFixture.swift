import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

/// Intents, tools and calls in a line each.
enum Fixture {
    static let start = Instant(secondsSince1970: 1_800_000_000)

    static func name(_ text: String) -> ToolName {
        guard let name = ToolName(text) else { preconditionFailure("\(text) is no tool name") }
        return name
    }

    /// Tools whose schema allows any object, unless one is given.
    static func tools(_ names: String..., schema: JSON = ["type": "object"]) throws -> [ToolName: PolicyTool] {
        let schema = try CompiledSchema.compile(schema)
        let annotations = Annotations(readOnly: false, destructive: false, idempotent: false, openWorld: false)
        return Dictionary(
            uniqueKeysWithValues: names.map {
                (name($0), PolicyTool(name: name($0), annotations: annotations, inputSchema: schema))
            })
    }

    static func rule(
        _ effect: Intent.Effect, _ tool: String, _ arguments: [String: [Constraint]] = [:], budget: Budget? = nil,
        budgets: [Budget] = [], when: String? = nil, after: [String] = [], before: [String] = [],
        declassify: [Label] = [], reason: String? = nil, match: [JSON] = [], noMatch: [JSON] = []
    ) -> Intent.Rule {
        guard let pattern = ToolPattern(tool) else { preconditionFailure("\(tool) is no tool pattern") }
        let constraints = arguments.sorted { $0.key < $1.key }.map { name, constraints in
            let pointer = name.hasPrefix("/") ? name.dropFirst().split(separator: "/").map(String.init) : [name]
            return ArgumentConstraint(pointer: pointer, constraints: constraints)
        }
        return Intent.Rule(
            effect: effect, tool: pattern, constraints: constraints, condition: when.map { ConditionSource($0) },
            after: after.compactMap(ToolPattern.init), before: before.compactMap(ToolPattern.init),
            budgets: (budget.map { [$0] } ?? []) + budgets, declassified: declassify, reason: reason,
            tests: RuleTests(match: match, noMatch: noMatch), line: 0, index: 0)
    }

    static func intent(
        _ rules: [Intent.Rule], expires: Intent.Expiry? = nil, reviewBy: CalendarDate? = nil,
        calls: Int? = nil, time: Duration? = nil, limits: [Budget] = [], inputs: JSONObject = [:]
    ) -> Intent {
        let placed = rules.enumerated().map { index, rule in
            var rule = rule
            rule.index = index
            rule.line = 10 + index
            return rule
        }
        return Intent(
            name: "test", purpose: "test", principal: "alice@example.com", agent: nil, expires: expires,
            reviewBy: reviewBy, workspace: nil, models: [], inputs: inputs, rules: placed,
            budget: TaskBudget(calls: calls, time: time, limits: limits))
    }

    static func compile(_ rules: Intent.Rule..., tools names: [ToolName: PolicyTool]? = nil) throws -> CompiledIntent {
        try CompiledIntent(intent(rules), tools: names ?? tools("a.x", "a.y", "b.x"))
    }

    static func call(_ tool: String, _ arguments: JSON = [:], paths: [String: ResolvedPathFact] = [:]) -> PolicyCall {
        let resolved = paths.map { ($0.key.split(separator: "/").map(String.init), $0.value) }
        return PolicyCall(
            tool: name(tool), arguments: arguments, resolvedPaths: Dictionary(uniqueKeysWithValues: resolved))
    }
}

extension CompiledIntent {
    func decide(_ call: PolicyCall) -> Decision {
        decide(call, state: TaskState(startedAt: Fixture.start), now: Fixture.start)
    }

    func explain(_ call: PolicyCall) -> Decision {
        explain(call, state: TaskState(startedAt: Fixture.start), now: Fixture.start)
    }
}

/// Random numbers that are the same in every run: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
