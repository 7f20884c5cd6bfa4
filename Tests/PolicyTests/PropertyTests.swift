import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("The order of rules never matters, and no shortcut changes a decision")
struct PropertyTests {
    static let hosts = ["a.example", "*.a.example", "b.example", "10.0.0.1"]
    static let folders = [".", "src", "src/lib", "docs", "src-old"]

    static func constraint(_ random: inout SeededGenerator) -> (name: String, constraint: Constraint) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: ("kind", .equals(.string(["x", "y", "z"].randomElement(using: &random) ?? "x")))
        case 1: ("kind", .oneOf(["x", "y"]))
        case 2: ("kind", .matches("[xy]"))
        case 3, 4: ("path", .under([folders.randomElement(using: &random) ?? "."]))
        case 5, 6: ("url", .host([hosts.randomElement(using: &random) ?? "a.example"]))
        case 7: ("n", .max(.integer(Int64.random(in: 0..<5, using: &random))))
        case 8: ("n", .absent(Bool.random(using: &random)))
        default: ("list", .each([.max(3)]))
        }
    }

    static func rule(_ random: inout SeededGenerator) -> Intent.Rule {
        let effects: [Intent.Effect] = [.allow, .allow, .allow, .approve, .deny]
        let tools = ["a.x", "a.y", "a.*", "*", "b.*"]
        var arguments: [String: [Constraint]] = [:]
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let (name, constraint) = constraint(&random)
            if arguments[name] == nil { arguments[name] = [constraint] }
        }
        let effect = effects.randomElement(using: &random) ?? .allow
        let budget = Budget(.calls(Int.random(in: 0...2, using: &random)))
        return Fixture.rule(
            effect, tools.randomElement(using: &random) ?? "*", arguments,
            budget: effect != .deny && Int.random(in: 0..<4, using: &random) == 0 ? budget : nil)
    }

    static func call(_ random: inout SeededGenerator) -> PolicyCall {
        var arguments = JSONObject()
        var paths: [String: ResolvedPathFact] = [:]
        let kinds: [JSON] = ["x", "y", "z", 1, nil]
        let numbers: [JSON] = [0, 3, 4.5, "3", nil]
        let urls: [JSON] = ["http://a.example/", "w.a.example", "b.example", "10.0.0.1", "0x7f.1", "c.example", 1]
        let lists: [JSON] = [[], [1, 2], [1, 5], [1, "x"], "x"]
        if Bool.random(using: &random) { arguments["kind"] = kinds.randomElement(using: &random) }
        if Bool.random(using: &random) { arguments["n"] = numbers.randomElement(using: &random) }
        if Bool.random(using: &random) { arguments["url"] = urls.randomElement(using: &random) }
        if Bool.random(using: &random) { arguments["list"] = lists.randomElement(using: &random) }
        if Bool.random(using: &random) {
            arguments["path"] = Int.random(in: 0..<8, using: &random) == 0 ? 7 : "p"
            let facts: [ResolvedPathFact?] = [
                .resolved("."), .resolved("src"), .resolved("src/lib/a"), .resolved("docs/x"), .resolved("src-old/y"),
                .resolved("other"), .unresolved("no"), nil,
            ]
            if let fact = facts.randomElement(using: &random) ?? nil { paths["path"] = fact }
        }
        let tools = ["a.x", "a.y", "b.x"]
        return Fixture.call(tools.randomElement(using: &random) ?? "a.x", .object(arguments), paths: paths)
    }

    @Test("Random rules in random orders decide alike", arguments: 0..<8)
    func permutation(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let tools = try Fixture.tools("a.x", "a.y", "b.x")
        var effects: Set<Intent.Effect> = []
        var codes: Set<DecisionCode> = []
        for _ in 0..<30 {
            let rules = (0..<Int.random(in: 1...40, using: &random)).map { _ in Self.rule(&random) }
            let first = try CompiledIntent(Fixture.intent(rules), tools: tools)
            let second = try CompiledIntent(Fixture.intent(rules.shuffled(using: &random)), tools: tools)
            for _ in 0..<20 {
                let call = Self.call(&random)
                let decision = first.decide(call)
                let shuffled = second.decide(call)
                #expect(decision.effect == shuffled.effect)
                #expect(decision.code == shuffled.code)
                effects.insert(decision.effect)
                codes.insert(decision.code)
            }
        }
        // The table of the property: every outcome was met.
        #expect(effects == [.allow, .approve, .deny])
        #expect(codes.isSuperset(of: [.allowed, .approvalRequired, .deniedByRule, .ruleError, .noRule]))
    }

    /// The definition of a decision, in ten lines, without index, budget and clock.
    static func reference(_ intent: CompiledIntent, _ call: PolicyCall) -> (effect: Intent.Effect, matched: [Int]) {
        var facts = CallFacts(call, of: nil, state: TaskState(startedAt: Fixture.start), now: Fixture.start)
        let about = intent.rules.filter { $0.tool.matches(call.tool) }
        let matches = about.map { ($0, $0.match(&facts)) }
        let matched = matches.filter { $0.1 == .matches }.map(\.0)
        let effects = Set(matched.map(\.effect))
        let effect: Intent.Effect =
            if effects.contains(.deny) || matches.contains(where: { $0.1 == .error }) {
                .deny
            } else if effects.contains(.approve) {
                .approve
            } else {
                effects.contains(.allow) ? .allow : .deny
            }
        return (effect, matched.map(\.index))
    }

    @Test("The index finds every rule that matters", arguments: 0..<4)
    func index(seed: UInt64) throws {
        var random = SeededGenerator(seed: 1000 + seed)
        let tools = try Fixture.tools("a.x", "a.y", "b.x")
        for _ in 0..<10 {
            let rules = (0..<Int.random(in: 1...150, using: &random)).map { _ in
                var rule = Self.rule(&random)
                rule.budgets = []
                return rule
            }
            let intent = try CompiledIntent(Fixture.intent(rules), tools: tools)
            for _ in 0..<20 {
                let call = Self.call(&random)
                let decision = intent.decide(call)
                let expected = Self.reference(intent, call)
                #expect(decision.effect == expected.effect)
                #expect(decision.rules.filter(\.matched).map(\.index) == expected.matched)
                let explained = intent.explain(call)
                #expect(explained.effect == decision.effect)
                #expect(explained.rules.count == rules.count)
                #expect(explained.rules.filter(\.matched).map(\.index) == expected.matched)
            }
        }
    }

    @Test("A rule more never lets more through, unless it is an allow rule")
    func monotony() throws {
        var random = SeededGenerator(seed: 7)
        let tools = try Fixture.tools("a.x", "a.y", "b.x")
        let strictness: [Intent.Effect: Int] = [.allow: 0, .approve: 1, .deny: 2]
        for _ in 0..<300 {
            var rules = (0..<Int.random(in: 1...10, using: &random)).map { _ in Self.rule(&random) }
            let before = try CompiledIntent(Fixture.intent(rules), tools: tools)
            var rule = Self.rule(&random)
            rule.effect = .deny
            rule.budgets = []
            rules.append(rule)
            let after = try CompiledIntent(Fixture.intent(rules), tools: tools)
            for _ in 0..<10 {
                let call = Self.call(&random)
                let old = strictness[before.decide(call).effect] ?? 0
                let new = strictness[after.decide(call).effect] ?? 0
                #expect(new >= old)
            }
        }
    }
}
