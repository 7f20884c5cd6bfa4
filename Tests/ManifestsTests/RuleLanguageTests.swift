import StrictJSON
import Testing

@testable import Manifests

@Suite("A rule says where values come from, how much of them, when and after what")
struct RuleLanguageTests {
    private static func pattern(_ text: String) throws -> ToolPattern { try #require(ToolPattern(text)) }

    @Test("an intent with provenance, conditions, budgets and order loads")
    func full() throws {
        let text = Documents.intent(
            """
            inputs: {issue: 42, reviewer: bob@example.com, prompt: "Pay GB29 NWBK 6016 1331 9268 19.", nested: {a: [1]}}
            rules:
              - allow: mail.send
                args:
                  to: {from: [inputs, {tool: contacts.search, at: /results/*/email}]}
                  iban: {from: {input: prompt, match: token}}
                  cc: {each: {from: inputs}}
                  ref: {from: [{input: issue}, {tool: "bill.*", at: ""}]}
                  note: {length: {max: 80}, optional: true, matches: "a+"}
                  plain: {equals: 1, optional: false}
                otherArgs: absent
                when: args.to != "x"
                after: [contacts.search]
                before: [shop.*, git.push]
                budget: [{sum: args.amount, max: 98.70, per: 1d}, {distinct: /to/0, max: 3}, {bytes: 10MiB}]
              - approve: git.push
                by: {role: maintainer, quorum: 2, assurance: A4, expires: 10m}
                declassify: [untrusted]
                budget: {calls: 3, bytes: 1KiB, per: 1h}
            budget: [{calls: 500, time: 2h}, {sum: args.amount, max: 1000}, {calls: 5, per: 1m}]
            """)
        let intent = try Intent.load(Array(text.utf8), file: "intent.yaml")
        #expect(intent.inputs["issue"] == 42)
        #expect(intent.inputs["nested"] == ["a": [1]])
        let rule = intent.rules[0]
        let at = try #require(PointerPattern("/results/*/email"))
        #expect(at.tokens == [.name("results"), .any, .name("email")])
        let whole = try #require(PointerPattern(""))
        #expect(
            rule.constraints.map(\.constraints) == [
                [.from([.inputs, .tool(try Self.pattern("contacts.search"), at: at)])],
                [.from([.input("prompt", match: .token)])], [.each([.from([.inputs])])],
                [.from([.input("issue", match: .value), .tool(try Self.pattern("bill.*"), at: whole)])],
                [.ifPresent([.matches("a+"), .length(min: nil, max: 80)])], [.equals(1)],
            ])
        #expect(rule.otherArguments == .absent)
        #expect(intent.rules[1].otherArguments == nil)
        #expect(rule.condition?.text == #"args.to != "x""#)
        #expect(rule.condition?.position(ofScalar: 0) == Position(line: 17, column: 11))
        #expect(rule.after.map(\.text) == ["contacts.search"])
        #expect(rule.before.map(\.text) == ["shop.*", "git.push"])
        #expect(
            rule.budgets == [
                Budget(.sum(["amount"], max: 98.7), per: .seconds(86_400)), Budget(.distinct(["to", "0"], max: 3)),
                Budget(.bytes(ByteCount(10 << 20))),
            ])
        #expect(
            intent.rules[1].approval
                == ApprovalTerms(role: "maintainer", quorum: 2, assurance: .twoPeople, expires: .seconds(600)))
        #expect(intent.rules[1].declassified == [.untrusted])
        let hour = Duration.seconds(3600)
        #expect(
            intent.rules[1].budgets == [
                Budget(.calls(3), per: hour), Budget(.bytes(ByteCount(1024)), per: hour),
            ])
        #expect(
            intent.budget
                == TaskBudget(
                    calls: 500, time: .seconds(7200),
                    limits: [Budget(.sum(["amount"], max: 1000)), Budget(.calls(5), per: .seconds(60))]))
        let again = try Intent.load(intent.canonicalJSON().encoded(), file: "again.json")
        #expect(again.canonicalJSON() == intent.canonicalJSON())
        #expect(again.rules[0].budgets == rule.budgets && again.budget == intent.budget)
        #expect(again.rules[0].constraints == rule.constraints && again.rules[0].otherArguments == .absent)
    }

    @Test("inputs are part of what digests are taken of")
    func digest() throws {
        func canonical(_ lines: String) throws -> JSON {
            try Intent.load(Array(Documents.intent(lines).utf8), file: "x.yaml").canonicalJSON()
        }
        #expect(try canonical("inputs: {a: 1}") != canonical("inputs: {a: 2}"))
        #expect(try canonical("inputs: {}") == canonical(""))
    }

    /// Lines after those of `Documents.intent`, the first of them line 6.
    static let refused: [(lines: String, places: [String])] = [
        ("inputs: [a]", ["6:9 inputs invalid-value"]),
        ("inputs: {a: }", ["6:13 inputs.a invalid-value"]),
        ("inputs: {\"a b\": 1}", ["6:10 inputs.a b invalid-value"]),
        ("inputs: {1a: 1}", ["6:10 inputs.1a invalid-value"]),
        ("rules: [{allow: x, when: true}]", ["6:26 rules[0].when invalid-value"]),
        ("rules: [{allow: x, when: \"\"}]", ["6:26 rules[0].when invalid-value"]),
        ("rules: [{allow: x, args: {a: {from: reviewer}}}]", ["6:37 rules[0].args.a.from invalid-value"]),
        ("rules: [{allow: x, args: {a: {from: [input]}}}]", ["6:38 rules[0].args.a.from[0] invalid-value"]),
        ("rules: [{allow: x, args: {a: {from: []}}}]", ["6:37 rules[0].args.a.from invalid-value"]),
        ("rules: [{allow: x, args: {a: {from: {}}}}]", ["6:37 rules[0].args.a.from missing-key"]),
        ("rules: [{allow: x, args: {a: {from: {tool: t}}}}]", ["6:37 rules[0].args.a.from missing-key"]),
        ("rules: [{allow: x, args: {a: {from: {at: /t}}}}]", ["6:37 rules[0].args.a.from missing-key"]),
        (
            "rules: [{allow: x, args: {a: {from: {tool: t, at: results}}}}]",
            ["6:51 rules[0].args.a.from.at invalid-value"]
        ),
        (
            "rules: [{allow: x, args: {a: {from: {tool: t, at: $.a}}}}]", ["6:51 rules[0].args.a.from.at invalid-value"]
        ),
        (
            "rules: [{allow: x, args: {a: {from: {tool: T!, at: /a}}}}]",
            ["6:44 rules[0].args.a.from.tool invalid-value"]
        ),
        (
            "rules: [{allow: x, args: {a: {from: {tool: t, at: /a, match: token}}}}]",
            ["6:62 rules[0].args.a.from.match contradiction"]
        ),
        (
            "rules: [{allow: x, args: {a: {from: {input: t, at: /a}}}}]", ["6:52 rules[0].args.a.from.at contradiction"]
        ),
        (
            "rules: [{allow: x, args: {a: {from: {input: t, match: word}}}}]",
            ["6:55 rules[0].args.a.from.match invalid-value"]
        ),
        (
            "rules: [{allow: x, args: {a: {from: {input: t, tool: u}}}}]", ["6:48 rules[0].args.a.from contradiction"]
        ),
        (
            "rules: [{allow: x, args: {a: {from: [inputs, inputs]}}}]", ["6:46 rules[0].args.a.from[1] contradiction"]
        ),
        (
            "rules: [{allow: x, args: {a: {absent: true, from: inputs}}}]",
            ["6:39 rules[0].args.a.absent contradiction"]
        ),
        (
            "rules: [{allow: x, args: {a: {optional: true}}}]", ["6:41 rules[0].args.a.optional contradiction"]
        ),
        (
            "rules: [{allow: x, args: {a: {optional: false}}}]", ["6:41 rules[0].args.a.optional contradiction"]
        ),
        (
            "rules: [{allow: x, args: {a: {optional: true, absent: true}}}]",
            ["6:41 rules[0].args.a.optional contradiction"]
        ),
        (
            "rules: [{allow: x, args: {a: {equals: 1, optional: yes}}}]",
            ["6:52 rules[0].args.a.optional invalid-value"]
        ),
        (
            "rules: [{allow: x, args: {a: {min: 2, max: 1, optional: true}}}]",
            ["6:36 rules[0].args.a.min contradiction"]
        ),
        (
            "rules: [{allow: x, args: {a: {each: {equals: 1, optional: true}}}}]",
            ["6:59 rules[0].args.a.each.optional contradiction"]
        ),
        ("rules: [{allow: x, otherArgs: deny}]", ["6:31 rules[0].otherArgs invalid-value"]),
        ("rules: [{allow: x, otherArg: absent}]", ["6:20 rules[0].otherArg unknown-key"]),
        ("rules: [{allow: x, budget: {}}]", ["6:28 rules[0].budget missing-key"]),
        ("rules: [{allow: x, budget: []}]", ["6:28 rules[0].budget invalid-value"]),
        (
            "rules: [{allow: x, budget: {time: 1h}}]",
            ["6:28 rules[0].budget missing-key", "6:29 rules[0].budget.time unknown-key"]
        ),
        ("rules: [{allow: x, budget: {sum: args.a}}]", ["6:28 rules[0].budget missing-key"]),
        ("rules: [{allow: x, budget: {sum: a, max: 1}}]", ["6:34 rules[0].budget.sum invalid-value"]),
        ("rules: [{allow: x, budget: {sum: \"${args.a}\", max: 1}}]", ["6:34 rules[0].budget.sum invalid-value"]),
        ("rules: [{allow: x, budget: {sum: args.a, max: -1}}]", ["6:47 rules[0].budget.max invalid-value"]),
        ("rules: [{allow: x, budget: {sum: args.a, max: x}}]", ["6:47 rules[0].budget.max invalid-value"]),
        ("rules: [{allow: x, budget: {distinct: args.a, max: 0}}]", ["6:52 rules[0].budget.max invalid-value"]),
        ("rules: [{allow: x, budget: {distinct: args.a, max: 1.5}}]", ["6:52 rules[0].budget.max invalid-value"]),
        (
            "rules: [{allow: x, budget: {sum: args.a, distinct: args.b, max: 1}}]",
            ["6:52 rules[0].budget.distinct contradiction"]
        ),
        ("rules: [{allow: x, budget: {calls: 1, max: 1}}]", ["6:44 rules[0].budget.max contradiction"]),
        ("rules: [{allow: x, budget: {bytes: 10MB}}]", ["6:36 rules[0].budget.bytes invalid-value"]),
        ("rules: [{allow: x, budget: [{calls: 1}, {per: 1h}]}]", ["6:41 rules[0].budget[1] missing-key"]),
        ("budget: {time: 1h, per: 1h}", ["6:25 budget.per contradiction"]),
        ("budget: [{time: 1h}, {time: 2h}]", ["6:29 budget[1].time contradiction"]),
        ("rules: [{allow: x, by: {quorum: 1}}]", ["6:24 rules[0].by contradiction"]),
        ("rules: [{deny: x, declassify: [untrusted]}]", ["6:31 rules[0].declassify contradiction"]),
        ("rules: [{approve: x, by: {}}]", ["6:26 rules[0].by missing-key"]),
        ("rules: [{approve: x, by: {assurance: A5}}]", ["6:38 rules[0].by.assurance invalid-value"]),
        ("rules: [{approve: x, by: {assurance: A4, quorum: 1}}]", ["6:50 rules[0].by.quorum contradiction"]),
        ("rules: [{approve: x, declassify: []}]", ["6:34 rules[0].declassify invalid-value"]),
        ("rules: [{approve: x, declassify: [secret]}]", ["6:35 rules[0].declassify[0] invalid-value"]),
        ("rules: [{allow: x, after: y}]", ["6:27 rules[0].after invalid-value"]),
        ("rules: [{allow: x, after: []}]", ["6:27 rules[0].after invalid-value"]),
        ("rules: [{allow: x, before: [Y!]}]", ["6:29 rules[0].before[0] invalid-value"]),
        ("rules: [{allow: x, before: [y, y]}]", ["6:32 rules[0].before[1] contradiction"]),
    ]

    @Test("errors", arguments: refused)
    func errors(_ lines: String, _ places: [String]) {
        let problems = Kind.intent.problems(Documents.intent(lines))
        #expect(problems.map(\.place) == places, "\(problems.map(\.description))")
    }

    @Test("an error says what to write instead")
    func remedies() {
        let table: [(String, String)] = [
            ("{a: {from: [reviewer]}}", "to mean the input of that name write `{input: reviewer}`"),
            ("{a: {from: [input]}}", "did you mean `inputs`?"),
            ("{a: {from: {tool: t, at: $.results.email}}}", "write `/results/*/email`, not JSONPath"),
        ]
        for (text, remedy) in table {
            let problems = Kind.intent.problems(Documents.intent("rules: [{allow: x, args: \(text)}]"))
            #expect(problems.compactMap(\.suggestion) == [remedy])
        }
        let problems = Kind.intent.problems(Documents.intent("rules: [{allow: x, budget: {sum: amount, max: 1}}]"))
        #expect(problems.compactMap(\.suggestion) == ["write `args.amount`"])
    }
}

@Suite("A place in a condition is a place in the file")
struct ConditionPlaceTests {
    /// A rule with the condition, and for the characters of `needles` where they stand.
    static let styles: [(lines: String, places: [(needle: String, line: Int, column: Int)])] = [
        ("    when: a == b && c", [("a", 8, 11), ("b", 8, 16), ("c", 8, 21)]),
        ("    when: \"a == 'x' && c\"", [("a", 8, 12), ("x", 8, 18), ("c", 8, 24)]),
        ("    when: 'a == ''x'' && c'", [("a", 8, 12), ("x", 8, 19), ("c", 8, 26)]),
        (#"    when: "a == \"x\" && c""#, [("a", 8, 12), ("x", 8, 19), ("c", 8, 26)]),
        ("    when: |\n      a == b &&\n        c", [("a", 9, 7), ("b", 9, 12), ("c", 10, 9)]),
        ("    when: |2-  # why\n\n       a &&\n\n      c\n", [("a", 10, 8), ("c", 12, 7)]),
        ("    when: >-\n      a ==\n      b &&\n      c", [("a", 9, 7), ("b", 10, 7), ("c", 11, 7)]),
        ("    when: a ==\n      b &&\n          c", [("a", 8, 11), ("b", 9, 7), ("c", 10, 11)]),
        ("    when: \"a == b \\\n      && c\"", [("a", 8, 12), ("b", 8, 17), ("c", 9, 10)]),
        ("    when: \"a == b\\n && \\u0063\"", [("a", 8, 12), ("b", 8, 17), ("c", 8, 24)]),
        ("    when: |\r\n      a == b &&\r\n      c\r\n", [("a", 9, 7), ("b", 9, 12), ("c", 10, 7)]),
        ("    when: é == b && c", [("b", 8, 16), ("c", 8, 21)]),
    ]

    @Test("in every style of YAML", arguments: 0..<styles.count)
    func eachStyle(index: Int) throws {
        let (lines, places) = Self.styles[index]
        let text = Documents.intent("rules:\n  - allow: x\n\(lines)")
        let intent = try Intent.load(Array(text.utf8), file: "x.yaml")
        let condition = try #require(intent.rules[0].condition)
        let scalars = Array(condition.text.unicodeScalars)
        for place in places {
            let offset = try #require(scalars.firstIndex { String($0) == place.needle })
            let expected = Position(line: place.line, column: place.column)
            #expect(condition.position(ofScalar: offset) == expected, "\(place.needle)")
            let before = scalars[..<offset]
            let line = 1 + before.count { $0 == "\n" }
            let column = offset - (before.lastIndex(of: "\n") ?? -1)
            #expect(condition.position(line: line, column: column) == expected, "\(place.needle)")
        }
    }

    @Test("in JSON")
    func json() throws {
        let intent = try Intent.load(
            Array(
                #"{"apiVersion":"agentbox.dev/v1","kind":"Intent","name":"a","purpose":"b","principal":"c","rules":["#
                    .utf8)
                + Array("\n {\"allow\":\"x\",\n  \"when\": \"a == \\\"b\\\" && c\"}]}".utf8), file: "x.json")
        let condition = try #require(intent.rules[0].condition)
        #expect(condition.text == #"a == "b" && c"#)
        #expect(condition.position(ofScalar: 0) == Position(line: 3, column: 12))
        #expect(condition.position(ofScalar: 12) == Position(line: 3, column: 26))
    }

    @Test("beyond the text the last line that is known stands for the rest")
    func beyond() {
        let condition = ConditionSource("a", at: Position(line: 3, column: 7))
        #expect(condition.position(ofScalar: 5) == Position(line: 3, column: 8))
        #expect(condition.position(line: 4, column: 1).line == 3)
        #expect(condition.position(line: 1, column: .max).line == 3)
    }
}
