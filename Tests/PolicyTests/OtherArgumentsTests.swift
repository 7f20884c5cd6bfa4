import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("A rule says which arguments may be left out, and that there are no others")
struct OtherArgumentsTests {
    private static let schema: JSON = [
        "type": "object",
        "properties": [
            "to": ["type": "string"], "amount": ["type": "number"], "cc": ["type": "string"],
            "currency": ["type": "string", "default": "EUR"], "path": ["type": "string"],
        ],
    ]

    private static func intent(_ rules: Intent.Rule...) throws -> CompiledIntent {
        try CompiledIntent(Fixture.intent(rules), tools: try Fixture.tools("a.x", schema: schema))
    }

    private static func closed(
        _ effect: Intent.Effect, _ arguments: [String: [Constraint]] = [:], budget: Budget? = nil, when: String? = nil
    ) -> Intent.Rule {
        var rule = Fixture.rule(effect, "a.x", arguments, budget: budget, when: when)
        rule.otherArguments = .absent
        return rule
    }

    @Test(
        "An optional argument is absent, or satisfies all of its constraints",
        arguments: [
            (["to": "a"], .allow), (["to": "a", "cc": "b"], .allow), (["to": "a", "cc": "c"], .deny),
            (["to": "a", "cc": "bbbb"], .deny), (["cc": "b"], .deny), (["to": "a", "cc": .null], .deny),
            (["to": "a", "cc": 1], .deny),
        ] as [(JSON, Intent.Effect)])
    func optional(arguments: JSON, effect: Intent.Effect) throws {
        let intent = try Self.intent(
            Fixture.rule(
                .allow, "a.x",
                ["to": [.equals("a")], "cc": [.ifPresent([.matches("b+"), .length(min: nil, max: 3)])]]))
        #expect(intent.decide(Fixture.call("a.x", arguments)).effect == effect)
    }

    @Test("A deny rule with an optional argument denies what leaves it out, and what it cannot read")
    func optionalDenial() throws {
        let intent = try Self.intent(
            Fixture.rule(.allow, "a.x"), Fixture.rule(.deny, "a.x", ["amount": [.ifPresent([.min(100)])]]))
        #expect(intent.decide(Fixture.call("a.x")).code == .deniedByRule)
        #expect(intent.decide(Fixture.call("a.x", ["amount": 100])).code == .deniedByRule)
        #expect(intent.decide(Fixture.call("a.x", ["amount": "100"])).code == .ruleError)
        #expect(intent.decide(Fixture.call("a.x", ["amount": 99])).effect == .allow)
    }

    @Test("An optional path is resolved where it is given")
    func optionalPath() throws {
        let intent = try Self.intent(Fixture.rule(.allow, "a.x", ["path": [.ifPresent([.under(["src"])])]]))
        #expect(intent.pathArguments(of: Fixture.name("a.x")) == [["path"]])
        #expect(intent.pathArguments(of: Fixture.name("a.x"), in: ["path": "link"]) == [["path"]])
        #expect(intent.pathArguments(of: Fixture.name("a.x"), in: [:]) == [])
        #expect(intent.decide(Fixture.call("a.x")).effect == .allow)
        for (place, effect) in [("src/a", Intent.Effect.allow), ("etc", .deny)] {
            let call = Fixture.call("a.x", ["path": "link"], paths: ["path": .resolved(place)])
            #expect(intent.decide(call).effect == effect)
        }
    }

    @Test(
        "Without other arguments means those that the rule names, and the tool's own defaults",
        arguments: [
            (["to": "a"], .allow), (["to": "a", "amount": 5], .allow), (["to": "a", "currency": "EUR"], .allow),
            (["to": "a", "currency": "USD"], .deny), (["to": "a", "cc": "b"], .deny),
            (["to": "a", "cc": .null], .deny),
            (["to": "a", "unheard": 1], .deny), (["to": "b"], .deny), (["to": "a", "To": "a"], .deny),
            // Two texts that some take for one are two names.
            (["to": "a", "e\u{301}": 1], .deny),
        ] as [(JSON, Intent.Effect)])
    func others(arguments: JSON, effect: Intent.Effect) throws {
        let rule = Self.closed(
            .allow, ["to": [.equals("a")], "\u{E9}": [.ifPresent([.equals(1)])]],
            budget: Budget(.sum(["amount"], max: 9)), when: "!has(args.amount) || args.amount < 9.0")
        let intent = try Self.intent(rule)
        let filled = ArgumentDefaults.filled(arguments, schema: Self.schema)
        let decision = intent.decide(Fixture.call("a.x", filled))
        #expect(decision.effect == effect || decision.code == .ruleError && arguments["amount"] == nil)
    }

    @Test("A rule with no arguments at all is about calls without any")
    func none() throws {
        let intent = try Self.intent(Self.closed(.allow))
        #expect(intent.decide(Fixture.call("a.x")).effect == .allow)
        #expect(intent.decide(Fixture.call("a.x", ["to": "a"])).effect == .deny)
        // A denial of such calls leaves others to be allowed, and the tool to be shown.
        let denying = try Self.intent(Fixture.rule(.allow, "a.x"), Self.closed(.deny))
        #expect(denying.decide(Fixture.call("a.x")).effect == .deny)
        #expect(denying.decide(Fixture.call("a.x", ["to": "a"])).effect == .allow)
        #expect(denying.visibleTools() == [Fixture.name("a.x")])
    }

    @Test("What is in the way is explained, and the agent is told no more than which argument")
    func explanation() throws {
        let intent = try Self.intent(
            Self.closed(.allow, ["to": [.equals("a")], "cc": [.ifPresent([.equals("secret")])]]))
        let other = intent.explain(Fixture.call("a.x", ["to": "a", "amount": 1]))
        #expect(
            other.rules.map(\.why) == ["`amount` is given, and the rule takes no arguments but those that it names"])
        #expect(other.clientReason.hasSuffix("`amount` must not be given"))
        let copy = intent.explain(Fixture.call("a.x", ["to": "a", "cc": "b"]))
        #expect(copy.rules.map(\.why) == ["`cc` is `b`, which is not `secret`"])
        #expect(!copy.clientReason.contains("secret"))
    }

    @Test(
        "What says nothing, or says two things, is refused when the intent is compiled",
        arguments: [
            [.ifPresent([])], [.ifPresent([.absent(true)])], [.ifPresent([.absent(false), .equals(1)])],
            [.ifPresent([.ifPresent([.equals(1)])])], [.each([.ifPresent([.equals(1)])])],
            [.absent(true), .ifPresent([.equals(1)])],
        ] as [[Constraint]])
    func refused(constraints: [Constraint]) {
        #expect(throws: PolicyError.self) { try Self.intent(Fixture.rule(.allow, "a.x", ["to": constraints])) }
    }

    @Test("Lints take a closed rule for narrow, and one that lacks what the tool requires for dead")
    func lints() throws {
        var tool = try #require(try ComparisonFixture.tools()[Fixture.name("net.get")])
        tool = PolicyTool(
            name: tool.name,
            annotations: Annotations(readOnly: false, destructive: true, idempotent: false, openWorld: true),
            inputSchema: tool.inputSchema)
        func codes(_ rule: Intent.Rule) throws -> [Lint.Code] {
            var intent = Fixture.intent([rule])
            intent.expires = .after(.seconds(60))
            return try CompiledIntent(intent, tools: [tool.name: tool]).lints(now: Instant(secondsSince1970: 0)) { _ in
                nil
            }.map(\.code)
        }
        #expect(try codes(Fixture.rule(.allow, "net.get")) == [.tooWide, .anyHost])
        var rule = Fixture.rule(.allow, "net.get")
        rule.otherArguments = .absent
        #expect(try codes(rule) == [.neverMatches])
        rule.constraints = [ArgumentConstraint(pointer: ["url"], constraints: [.host(["a.example"])])]
        #expect(try codes(rule) == [])
    }
}
