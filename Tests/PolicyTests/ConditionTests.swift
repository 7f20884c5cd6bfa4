import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("A rule's condition is asked of the call, the run and the time")
struct ConditionTests {
    private static let schema: JSON = [
        "type": "object", "additionalProperties": false, "required": ["branch"],
        "properties": [
            "branch": ["type": "string"], "amount": ["type": "number"], "limit": ["type": "integer"],
            "paths": ["type": "array", "items": ["type": "string"]], "force": ["type": "boolean"],
            "header": ["type": "object", "additionalProperties": false, "properties": ["name": ["type": "string"]]],
        ],
    ]

    private static func compile(_ rules: Intent.Rule..., limits: [Budget] = []) throws -> CompiledIntent {
        try CompiledIntent(
            Fixture.intent(rules, limits: limits, inputs: ["reviewer": "bob@example.com", "issue": 42]),
            tools: Fixture.tools("git.push", "git.log", schema: schema))
    }

    @Test(
        "It decides",
        arguments: [
            (#"args.branch.startsWith("agent/")"#, ["branch": "agent/x"], true),
            (#"args.branch.startsWith("agent/")"#, ["branch": "main"], false),
            ("has(args.amount) && args.amount <= 10.5", ["branch": "b", "amount": 10], true),
            ("has(args.amount) && args.amount <= 10.5", ["branch": "b", "amount": 10.6], false),
            ("has(args.amount) && args.amount <= 10.5", ["branch": "b"], false),
            (
                "has(args.paths) && args.paths.all(p, !p.contains(\"..\"))", ["branch": "b", "paths": ["a", "b"]], true
            ),
            ("has(args.paths) && args.paths.all(p, !p.contains(\"..\"))", ["branch": "b", "paths": ["../a"]], false),
            ("args.branch.matches(\"^[a-z]+$\")", ["branch": "main"], true),
            ("args.branch.matches(\"^[a-z]+$\")", ["branch": "Main"], false),
            ("task.inputs.reviewer == \"bob@example.com\" && task.inputs.issue == 42", ["branch": "b"], true),
            ("tool.name == \"git.push\" && !tool.annotations.destructive", ["branch": "b"], true),
            ("call.index == 0 && call.labels == [] && used.calls == 0", ["branch": "b"], true),
            ("now - task.startedAt < duration(\"1h\")", ["branch": "b"], true),
            ("now.getFullYear() == 2027", ["branch": "b"], true),
            ("args.?header.?name.orValue(\"none\") == \"none\"", ["branch": "b"], true),
            ("args.?header.?name.orValue(\"none\") == \"none\"", ["branch": "b", "header": ["name": "x"]], false),
        ] as [(String, JSON, Bool)])
    func decides(condition: String, arguments: JSON, holds: Bool) throws {
        let intent = try Self.compile(Fixture.rule(.allow, "git.push", when: condition))
        #expect(intent.decide(Fixture.call("git.push", arguments)).effect == (holds ? .allow : .deny))
        // Beside a rule that allows, a deny rule with the condition denies exactly then.
        let denying = try Self.compile(Fixture.rule(.allow, "*"), Fixture.rule(.deny, "git.push", when: condition))
        #expect(denying.decide(Fixture.call("git.push", arguments)).effect == (holds ? .deny : .allow))
    }

    @Test(
        "What goes wrong in it denies, in every kind of rule",
        arguments: [
            ("args.amount > 1.0", "no such key"), ("args.limit / 0 == 1", "division by zero"),
            ("args.branch.charAt(100) == \"\"", "index out of range"),
        ])
    func errorsDeny(condition: String, reason: String) throws {
        for effect in Intent.Effect.allCases {
            let intent = try Self.compile(
                Fixture.rule(.allow, "*"), Fixture.rule(effect, "git.push", when: condition))
            let decision = intent.decide(Fixture.call("git.push", ["branch": "b", "limit": 1]))
            #expect(decision.effect == .deny && decision.code == .ruleError)
            #expect(decision.reason.contains("rule 2"), "\(decision.reason)")
        }
        // The control: without the rule the call goes ahead.
        let control = try Self.compile(Fixture.rule(.allow, "*"))
        #expect(control.decide(Fixture.call("git.push", ["branch": "b", "limit": 1])).effect == .allow)
    }

    @Test(
        "A mistake is found when the intent loads",
        arguments: [
            ("args.brnach == \"x\"", "there is no member `brnach`", "did you mean `branch`?"),
            ("arg.branch == \"x\"", "there is no variable `arg`", "did you mean `args`?"),
            ("args.limit == \"x\"", "does not take (int, string)", nil),
            ("args.branch", "expected bool, found string", nil),
            ("args.branch.startWith(\"a\")", "there is no function `startWith`", "did you mean `startsWith`?"),
            ("args.branch == ", "expected a value, found the end", nil),
            ("args.branch = \"x\"", "cannot stand here", "to compare, write `==`"),
            ("args.header.nam == \"x\"", "there is no member `nam`", "did you mean `name`?"),
            ("args.branch.matches(\"(\")", "is not accepted by RE2", nil),
            ("used.sum > 1", "there is no member `sum`", "did you mean `sums`?"),
            (
                "args.paths.all(a, args.paths.all(b, args.paths.all(c, args.paths.all(d, a + b == c + d))))",
                "may cost", nil
            ),
        ] as [(String, String, String?)])
    func mistakes(condition: String, message: String, remedy: String?) throws {
        do {
            _ = try Self.compile(Fixture.rule(.allow, "git.push", when: condition))
            Issue.record("\(condition) was accepted")
        } catch let error as PolicyError {
            #expect(error.code == "bad-condition")
            #expect(error.message.contains(message), "\(error.message)")
            if let remedy { #expect(error.remedy?.contains(remedy) == true, "\(error.remedy ?? "")") }
        }
    }

    @Test("It may ask what budgets have used")
    func used() throws {
        var run = try Run(
            Self.compile(
                Fixture.rule(
                    .allow, "git.push",
                    budgets: [Budget(.sum(["amount"], max: 100)), Budget(.distinct(["branch"], max: 9))],
                    when: "used.sums.amount < 10.0 && used.distinct.branch < 2 && !(\"git.log\" in used.tools)"),
                Fixture.rule(.allow, "git.log")))
        #expect(run.call("git.push", ["branch": "a", "amount": 4.5]).effect == .allow)
        #expect(run.call("git.push", ["branch": "a", "amount": 4.5]).effect == .allow)
        #expect(run.call("git.push", ["branch": "a", "amount": 4.5]).effect == .allow)
        #expect(run.call("git.push", ["branch": "a", "amount": 4.5]).effect == .deny)
        var other = try Run(Self.compile(Fixture.rule(.allow, "*", when: "used.calls < 2 && used.bytes < 1000")))
        #expect(other.call("git.log", ["branch": "a"]).effect == .allow)
        #expect(other.call("git.log", ["branch": "a"]).effect == .allow)
        #expect(other.call("git.log", ["branch": "a"]).effect == .deny)
    }

    @Test("A rule that is about several tools may ask for what only some of them have")
    func severalTools() throws {
        var tools = try Fixture.tools("a.x", schema: ["type": "object", "properties": ["to": ["type": "string"]]])
        tools.merge(
            try Fixture.tools(
                "a.y",
                schema: ["type": "object", "additionalProperties": false, "properties": ["cc": ["type": "string"]]])
        ) { first, _ in first }
        let intent = try Fixture.compile(
            Fixture.rule(.allow, "a.*", when: "!has(args.to) || args.to.endsWith(\"@example.com\")"), tools: tools)
        #expect(intent.decide(Fixture.call("a.x", ["to": "bob@example.com"])).effect == .allow)
        #expect(intent.decide(Fixture.call("a.x", ["to": "bob@evil.example"])).effect == .deny)
        #expect(intent.decide(Fixture.call("a.y", ["cc": "x"])).effect == .allow)
    }

    @Test("Texts are compared by their code points")
    func codePoints() throws {
        let intent = try Self.compile(Fixture.rule(.allow, "git.push", when: "args.branch == \"caf\u{E9}\""))
        #expect(intent.decide(Fixture.call("git.push", ["branch": "caf\u{E9}"])).effect == .allow)
        #expect(intent.decide(Fixture.call("git.push", ["branch": "cafe\u{301}"])).effect == .deny)
    }
}
