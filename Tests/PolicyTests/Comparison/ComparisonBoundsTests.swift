import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("Comparing and linting is bounded, however an intent is written")
struct ComparisonBoundsTests {
    static func intent(_ count: Int, _ tools: [ToolName: PolicyTool], _ rule: (Int) -> Intent.Rule) throws
        -> CompiledIntent
    {
        try CompiledIntent(Fixture.intent((0..<count).map(rule)), tools: tools)
    }

    @Test("Ten thousand rules of which one differs are compared exactly")
    func manyAlike() throws {
        let tools = try Fixture.tools("a.x")
        func rule(_ number: Int) -> Intent.Rule {
            Fixture.rule(.allow, "a.x", ["id": [.equals(.string("v\(number)"))]])
        }
        let first = try Self.intent(10_000, tools, rule)
        let second = try Self.intent(10_000, tools) { $0 == 5000 ? rule(20_000) : rule($0) }
        let clock = ContinuousClock()
        var comparison: IntentComparison?
        let time = clock.measure { comparison = IntentComparison(first, second) }
        print("measured: 10000 rules of which one differs compared in \(time)")
        #expect(comparison?.relation == .incomparable)
        #expect(IntentComparison(first, try Self.intent(9_999, tools, rule)).relation == .narrower)
    }

    @Test("Ten thousand rules that all differ end in an answer or in unknown")
    func manyDifferent() throws {
        let tools = try Fixture.tools("a.x")
        let first = try Self.intent(10_000, tools) { Fixture.rule(.allow, "a.x", ["id": [.equals(.string("v\($0)"))]]) }
        let second = try Self.intent(10_000, tools) { Fixture.rule(.deny, "a.x", ["id": [.under(["w\($0)"])]]) }
        let clock = ContinuousClock()
        var relation = Relation.equal
        let time = clock.measure { relation = IntentComparison(first, second).relation }
        print("measured: 2 x 10000 rules that differ compared in \(time): \(relation)")
        #expect(relation == .narrower || relation == .unknown)
    }

    @Test("Boxes that cut one another into pieces end in an answer or in unknown")
    func pieces() throws {
        let tools = try Fixture.tools("a.x")
        var random = SeededGenerator(seed: 5)
        let denials = (0..<60).map { _ in
            var arguments: [String: [Constraint]] = [:]
            for name in 0..<8 {
                let low = Int64.random(in: 0..<90, using: &random)
                arguments["n\(name)"] = [.min(.integer(low)), .max(.integer(low + 10))]
            }
            return Fixture.rule(.deny, "a.x", arguments)
        }
        let allow = Fixture.rule(.allow, "a.x")
        let first = try CompiledIntent(Fixture.intent([allow] + denials), tools: tools)
        let second = try CompiledIntent(Fixture.intent([allow] + denials.dropLast(3)), tools: tools)
        let clock = ContinuousClock()
        var relation = Relation.equal
        let time = clock.measure { relation = IntentComparison(first, second).relation }
        print("measured: 60 boxes in 8 dimensions compared in \(time): \(relation)")
        #expect(relation == .wider || relation == .unknown)
    }

    @Test("Expressions built to blow up are sampled in bounded time")
    func expressions() throws {
        let patterns = [
            String(repeating: "(a{1,9}){1,9}", count: 50),
            String(repeating: "(", count: 40) + String(repeating: ")", count: 40),
            "(a|(b|(c|(d|e))))*{", "[[:alpha:]]+", "[^a-z]{1000}", "\\p{Greek}+", "(?i)abc", "a{,5}", "[", "x**", "",
        ]
        for pattern in patterns {
            for text in PatternSamples.texts(pattern) { #expect(text.unicodeScalars.count <= 4096 * 9) }
        }
        let tools = try Fixture.tools("a.x")
        let first = try CompiledIntent(
            Fixture.intent((1...30).map { Fixture.rule(.allow, "a.x", ["id": [.matches("a{\($0)}")]]) }), tools: tools)
        let second = try CompiledIntent(
            Fixture.intent((1...30).map { Fixture.rule(.allow, "a.x", ["id": [.matches("a{\($0),}")]]) }), tools: tools)
        #expect([.wider, .unknown].contains(IntentComparison(first, second).relation))
    }

    @Test("Linting ten thousand rules ends")
    func lints() throws {
        let tools = try Fixture.tools("a.x")
        let intent = try Self.intent(10_000, tools) {
            Fixture.rule(.allow, "a.x", ["id": [.equals(.string("v\($0 % 9_000)"))]])
        }
        let clock = ContinuousClock()
        var lints: [Lint] = []
        let time = clock.measure { lints = intent.lints(now: Instant(secondsSince1970: 0)) { _ in nil } }
        print("measured: 10000 rules linted in \(time): \(lints.count) lints")
        #expect(lints.filter { $0.code == .shadowed }.count == 1000)
        #expect(lints.contains { $0.code == .notCompared })
    }
}
