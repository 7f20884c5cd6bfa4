import StrictJSON
import Testing

@testable import Manifests

@Suite("An intent manifest is loaded whole and right, or not at all")
struct IntentTests {
    @Test("an intent with everything that this build enforces loads")
    func full() throws {
        let text = Documents.intent(
            """
            agent: claude-code
            expires: 4h
            reviewBy: 2027-06-01
            workspace: .
            models: [api.example.com]
            rules:
              - allow: fs.read
              - allow: fs.write
                args: {path: {under: [Sources, Tests]}, /opts/a~1b/0: {oneOf: [1, x]}}
                tests: {match: [{path: Sources/x}], noMatch: [{path: x}]}
              - approve: "git.*"
                budget: {calls: 20, per: 1h}
              - deny: "*"
                reason: nothing else
                args: {x: {each: {max: 3, length: {max: 5}}, absent: false}}
            budget: {calls: 500, time: 2h}
            """)
        let intent = try Intent.load(Array(text.utf8), file: "intent.yaml")
        #expect(intent.expires == .after(.seconds(4 * 3600)))
        #expect(intent.reviewBy?.description == "2027-06-01")
        #expect(intent.reviewBy?.secondsSince1970 == 1_811_808_000)
        #expect(intent.budget == TaskBudget(calls: 500, time: .seconds(7200)))
        #expect(intent.rules.map(\.effect) == [.allow, .allow, .approve, .deny])
        #expect(intent.rules.map(\.line) == [12, 13, 16, 18])
        #expect(intent.rules.map(\.index) == [0, 1, 2, 3])
        #expect(
            intent.rules[1].constraints == [
                ArgumentConstraint(pointer: ["path"], constraints: [.under(["Sources", "Tests"])]),
                ArgumentConstraint(pointer: ["opts", "a/b", "0"], constraints: [.oneOf([1, "x"])]),
            ])
        #expect(intent.rules[1].tests == RuleTests(match: [["path": "Sources/x"]], noMatch: [["path": "x"]]))
        #expect(intent.rules[2].budgets == [Budget(.calls(20), per: .seconds(3600))])
        #expect(
            intent.rules[3].constraints.map(\.constraints) == [
                [.each([.max(3), .length(min: nil, max: 5)]), .absent(false)]
            ])
    }

    static let moments: [(text: String, expiry: Intent.Expiry)] = [
        ("500ms", .after(.milliseconds(500))), ("1d", .after(.seconds(86_400))),
        ("1970-01-01T00:00:00Z", .at(0)), ("2000-02-29T12:00:00Z", .at(951_825_600)),
        ("2027-06-01T14:00:00+02:00", .at(1_811_851_200)), ("2027-06-01T12:00:00-00:30", .at(1_811_853_000)),
    ]

    @Test("an end is a duration or a moment", arguments: moments)
    func ends(_ text: String, _ expiry: Intent.Expiry) throws {
        let intent = try Intent.load(Array(Documents.intent("expires: \(text)").utf8), file: "x.yaml")
        #expect(intent.expires == expiry)
        #expect(try Intent.load(intent.canonicalJSON().encoded(), file: "x.json").expires == expiry)
    }

    /// Lines after those of `Documents.intent`, the first of them line 6.
    static let refused: [(lines: String, places: [String])] = [
        ("expires: 4", ["6:10 expires invalid-value"]),
        ("expires: 4 h", ["6:10 expires invalid-value"]),
        ("expires: 2027-06-01", ["6:10 expires invalid-value"]),
        ("expires: 2027-06-01T24:00:00Z", ["6:10 expires invalid-value"]),
        ("expires: 2027-06-01T12:00:00", ["6:10 expires invalid-value"]),
        ("expires: 2027-06-01T12:00:00+25:00", ["6:10 expires invalid-value"]),
        ("expires: 2027-06-01 12:00:00Z", ["6:10 expires invalid-value"]),
        ("reviewBy: 2027-02-29", ["6:11 reviewBy invalid-value"]),
        ("reviewBy: 2027-13-01", ["6:11 reviewBy invalid-value"]),
        ("reviewBy: 2027-6-1", ["6:11 reviewBy invalid-value"]),
        ("models: [\"https://api.example.com\"]", ["6:10 models[0] invalid-value"]),
        ("rules:", ["6:7 rules invalid-value"]),
        ("rules: {allow: x}", ["6:8 rules invalid-value"]),
        ("rules: [{}]", ["6:9 rules[0] missing-key"]),
        ("rules: [{reason: x}]", ["6:9 rules[0] missing-key"]),
        ("rules: [{allow: x, deny: y}]", ["6:20 rules[0] contradiction"]),
        ("rules: [{allow: X!}]", ["6:17 rules[0].allow invalid-value"]),
        ("rules: [{allow: [x]}]", ["6:17 rules[0].allow invalid-value"]),
        ("rules: [{alow: x}]", ["6:9 rules[0] missing-key", "6:10 rules[0].alow unknown-key"]),
        ("rules: [{deny: x, budget: {calls: 1}}]", ["6:27 rules[0].budget contradiction"]),
        ("rules: [{allow: x, budget: {calls: 0}}]", ["6:36 rules[0].budget.calls invalid-value"]),
        ("rules: [{allow: x, budget: {per: 1h}}]", ["6:28 rules[0].budget missing-key"]),
        ("rules: [{allow: x, budget: {calls: 1, per: 0h}}]", ["6:44 rules[0].budget.per invalid-value"]),
        ("rules: [{allow: x, tests: {match: [1]}}]", ["6:36 rules[0].tests.match[0] invalid-value"]),
        ("rules: [{allow: x, tests: {}}]", ["6:27 rules[0].tests missing-key"]),
        ("rules: [{allow: x, args: {}}]", ["6:26 rules[0].args invalid-value"]),
        ("rules: [{allow: x, args: {a: {}}}]", ["6:30 rules[0].args.a missing-key"]),
        ("rules: [{allow: x, args: {a: b}}]", ["6:30 rules[0].args.a invalid-value"]),
        ("rules: [{allow: x, args: {/a~2: {min: 1}}}]", ["6:27 rules[0].args./a~2 invalid-value"]),
        ("rules: [{allow: x, args: {\"\": {min: 1}}}]", ["6:27 rules[0].args. invalid-value"]),
        ("rules: [{allow: x, args: {a: {min: 1}, /a: {max: 2}}}]", ["6:44 rules[0].args./a contradiction"]),
        ("rules: [{allow: x, args: {a: {equals: }}}]", ["6:39 rules[0].args.a.equals invalid-value"]),
        ("rules: [{allow: x, args: {a: {oneOf: []}}}]", ["6:38 rules[0].args.a.oneOf invalid-value"]),
        ("rules: [{allow: x, args: {a: {oneOf: [1, 1.0]}}}]", ["6:42 rules[0].args.a.oneOf[1] contradiction"]),
        ("rules: [{allow: x, args: {a: {min: 2, max: 1}}}]", ["6:36 rules[0].args.a.min contradiction"]),
        ("rules: [{allow: x, args: {a: {min: x}}}]", ["6:36 rules[0].args.a.min invalid-value"]),
        (
            "rules: [{allow: x, args: {a: {length: {min: 2, max: 1}}}}]",
            ["6:45 rules[0].args.a.length.min contradiction"]
        ),
        ("rules: [{allow: x, args: {a: {length: 3}}}]", ["6:39 rules[0].args.a.length invalid-value"]),
        ("rules: [{allow: x, args: {a: {under: Sources}}}]", ["6:38 rules[0].args.a.under invalid-value"]),
        ("rules: [{allow: x, args: {a: {under: [../x]}}}]", ["6:39 rules[0].args.a.under[0] invalid-value"]),
        ("rules: [{allow: x, args: {a: {under: [/etc]}}}]", ["6:39 rules[0].args.a.under[0] invalid-value"]),
        ("rules: [{allow: x, args: {a: {host: [Example.com]}}}]", ["6:38 rules[0].args.a.host[0] invalid-value"]),
        ("rules: [{allow: x, args: {a: {host: [\"*.*.com\"]}}}]", ["6:38 rules[0].args.a.host[0] invalid-value"]),
        ("rules: [{allow: x, args: {a: {cidr: [10.0.0.0]}}}]", ["6:38 rules[0].args.a.cidr[0] invalid-value"]),
        ("rules: [{allow: x, args: {a: {cidr: [10.0.0.1/8]}}}]", ["6:38 rules[0].args.a.cidr[0] invalid-value"]),
        ("rules: [{allow: x, args: {a: {cidr: [\"::/129\"]}}}]", ["6:38 rules[0].args.a.cidr[0] invalid-value"]),
        ("rules: [{allow: x, args: {a: {absent: true, min: 1}}}]", ["6:39 rules[0].args.a.absent contradiction"]),
        ("rules: [{allow: x, args: {a: {each: {absent: true}}}}]", ["6:46 rules[0].args.a.each.absent contradiction"]),
        (
            "rules: [{allow: x, args: {a: {each: {each: {mni: 1}}}}}]",
            ["6:45 rules[0].args.a.each.each.mni unknown-key"]
        ),
        ("budget: {}", ["6:9 budget missing-key"]),
        ("budget: {calls: 1.5}", ["6:17 budget.calls invalid-value"]),
    ]

    @Test("what is wrong is named with its place", arguments: refused)
    func refusals(_ lines: String, _ places: [String]) {
        #expect(Kind.intent.problems(Documents.intent(lines)).map(\.place) == places)
    }

    @Test("ranges and hosts that are right load")
    func networks() throws {
        let text = Documents.intent(
            "rules: [{allow: x, args: {a: {cidr: [10.0.0.0/8, \"fd00::/8\", 0.0.0.0/0, 192.0.2.1/32], host: [a.b, \"*.example.com\", xn--bcher-kva.de]}}}]"
        )
        #expect(Kind.intent.problems(text).isEmpty)
    }
}
