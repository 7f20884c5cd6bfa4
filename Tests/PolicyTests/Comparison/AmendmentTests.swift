import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("A denial says what would allow exactly this call")
struct AmendmentTests {
    static let write = Fixture.name("fs.write")

    static func call(
        _ tool: String, _ arguments: JSON, paths: [String: ResolvedPathFact] = [:]
    ) -> PolicyCall {
        Fixture.call(tool, arguments, paths: paths)
    }

    /// The intent with the amendment's YAML in it, read by the manifest reader.
    static func amended(_ rules: String, _ amendment: Amendment, _ head: String = "") throws -> CompiledIntent {
        try ComparisonFixture.compile(rules + (rules.isEmpty ? "" : "\n") + (amendment.yaml ?? ""), head)
    }

    @Test("A rule for the call, which opens nothing else")
    func exact() throws {
        let rules = "- {allow: fs.write, args: {path: {under: [src]}}}"
        let intent = try ComparisonFixture.compile(rules)
        let call = Self.call(
            "fs.write", ["path": "docs/a.md", "content": "x: y # z"], paths: ["path": .resolved("docs/a.md")])
        let decision = intent.decide(call)
        let amendment = try #require(intent.amendment(for: call, decision))
        #expect(
            amendment.yaml == """
                - allow: fs.write
                  args:
                    path: {equals: "docs/a.md", under: ["docs/a.md"]}
                    content: {equals: "x: y # z"}
                  otherArgs: absent
                  budget: {calls: 1}

                """)
        #expect(amendment.opens.isEmpty)
        #expect(amendment.relation == .wider)
        let amended = try Self.amended(rules, amendment)
        #expect(amended.decide(call).effect == .allow)
        let other = Self.call(
            "fs.write", ["path": "docs/a.md", "content": "x: y"], paths: ["path": .resolved("docs/a.md")])
        #expect(amended.decide(other).effect == .deny)
        let with = Self.call(
            "fs.write", ["path": "docs/a.md", "content": "x: y # z", "mode": "create"],
            paths: ["path": .resolved("docs/a.md")])
        #expect(amended.decide(with).effect == .deny)
        // Once.
        var state = TaskState(startedAt: Fixture.start)
        state.reserve(amended.decide(call))
        #expect(amended.decide(call, state: state, now: Fixture.start).code == .ruleBudgetUsedUp)
        let comparison = IntentComparison(intent, amended)
        #expect(comparison.relation == .wider)
    }

    @Test("The relation of the amended intent is what the amendment says, by comparison")
    func relation() throws {
        let rules = "- {allow: pay.send, args: {amount: {max: 10}}}"
        let intent = try ComparisonFixture.compile(rules)
        let call = Self.call("pay.send", ["to": "a", "amount": 11, "currency": "EUR"])
        let amendment = try #require(intent.amendment(for: call, intent.decide(call)))
        let comparison = IntentComparison(intent, try Self.amended(rules, amendment))
        #expect(comparison.tools.map(\.relation) == [amendment.relation])
        #expect(comparison.tools.first?.gained?.arguments == call.arguments)
    }

    @Test("A link is held to where it leads")
    func link() throws {
        let intent = try ComparisonFixture.compile("- {allow: fs.write, args: {path: {under: [src]}}}")
        let arguments: JSON = ["path": "src/link", "content": ""]
        let call = Self.call("fs.write", arguments, paths: ["path": .resolved("docs/real")])
        let amendment = try #require(intent.amendment(for: call, intent.decide(call)))
        #expect(amendment.yaml?.contains("{equals: \"src/link\", under: [\"docs/real\"]}") ?? false)
        #expect(
            amendment.opens.map(\.text) == [
                "the same call if `src/link`, which is a link, comes to lead beneath `docs/real`"
            ])
        let amended = try Self.amended("", amendment)
        #expect(amended.decide(call).effect == .allow)
        let elsewhere = Self.call("fs.write", arguments, paths: ["path": .resolved("secrets")])
        #expect(amended.decide(elsewhere).effect == .deny)
    }

    @Test("A schema that leaves arguments open leaves nothing open in the rule")
    func open() throws {
        let rules = "- {allow: any, args: {n: {equals: 1}}, otherArgs: absent}"
        let intent = try ComparisonFixture.compile(rules)
        let call = Self.call("any", ["n": 2])
        let amendment = try #require(intent.amendment(for: call, intent.decide(call)))
        #expect(amendment.opens.isEmpty)
        let amended = try Self.amended(rules, amendment)
        #expect(amended.decide(call).effect == .allow)
        for other: JSON in [["n": 2, "extra": 1], ["n": 1, "extra": 1], ["n": 2, "n ": 2], [:]] {
            #expect(amended.decide(Self.call("any", other)).effect == .deny)
        }
        #expect(IntentComparison(intent, amended).tools.map(\.relation) == [.wider])
    }

    @Test("What no allow rule helps against is named, and no rule is offered")
    func causes() throws {
        let call = Self.call("fs.write", ["path": "a", "content": ""], paths: ["path": .resolved("a")])
        func amendment(_ rules: String, _ head: String = "", _ state: TaskState? = nil) throws -> Amendment? {
            let intent = try ComparisonFixture.compile(rules, head)
            let decision = intent.decide(
                call, state: state ?? TaskState(startedAt: Fixture.start), now: Fixture.start)
            #expect(decision.effect == .deny || decision.effect == .approve)
            return intent.amendment(for: call, decision.withoutApprover())
        }
        let denied = try #require(try amendment("- allow: fs.write\n- deny: 'fs.*'"))
        #expect(denied.yaml == nil)
        #expect(denied.advice.contains("`deny fs.*`"))
        let error = try #require(try amendment("- allow: fs.write\n- {deny: fs.write, args: {path: {max: 3}}}"))
        #expect(error.yaml == nil)
        let asked = try #require(try amendment("- approve: fs.write"))
        #expect(asked.yaml == nil)
        let expired = try #require(try amendment("- allow: fs.write", "expires: '2020-01-01T00:00:00Z'"))
        #expect(expired.yaml == nil)
        var state = TaskState(startedAt: Fixture.start)
        let one = try ComparisonFixture.compile("- allow: fs.write", "budget: {calls: 1, time: 1h}")
        state.reserve(one.decide(call))
        let task = try #require(try amendment("- allow: fs.write", "budget: {calls: 1, time: 1h}", state))
        #expect(task.yaml == "budget: {calls: 2, time: 1h}\n")
        #expect(task.opens.count == 1)
        let intent = try ComparisonFixture.compile("- allow: fs.write")
        #expect(intent.amendment(for: call, intent.decide(call)) == nil)
    }

    @Test("A used-up budget is amended by one rule for the call, under the effect that it needs")
    func budgets() throws {
        let call = Self.call("fs.write", ["path": "a", "content": ""])
        for (effect, word) in [(Intent.Effect.allow, "allow"), (.approve, "approve")] {
            let rules = "- {\(word): fs.write, budget: {calls: 1}}"
            let intent = try ComparisonFixture.compile(rules)
            var state = TaskState(startedAt: Fixture.start)
            state.reserve(intent.decide(call))
            let decision = intent.decide(call, state: state, now: Fixture.start)
            #expect(decision.code == .ruleBudgetUsedUp)
            let amendment = try #require(intent.amendment(for: call, decision))
            let amended = try Self.amended(rules, amendment)
            #expect(amended.decide(call, state: state, now: Fixture.start).effect == effect)
        }
    }

    static let hostile: [String] = [
        "no", "yes", "null", "~", "true", "1e3", "0x1F", "-", "- a", ": ", "a: b", "a #b", "#", "&a", "*a", "!a", "%a",
        "@", "`", "|", ">", "{", "}", "[", "]", ",", "?", "'", "\"", "\\", "\\n", "\n", "\r", "\r\n", "\t", " ", "",
        "a\n- deny: x\n  args: {}", "\"}\n  budget: {calls: 9}", "\"}, mode: {equals: \"x", "\u{0}", "\u{1}\u{7F}",
        "\u{85}\u{2028}\u{2029}", "\u{202E}abc\u{2066}", "\u{FEFF}x", "é", "e\u{301}", "пример", "p\u{430}ypal", "日本",
        "🏳️‍🌈", "\u{10FFFF}", "\u{FFFE}", "<<", "=", "...", "---", "---\n...\n", "${args.x}", "<script>",
        String(repeating: "x", count: 20_000), String(repeating: "\n", count: 3000),
    ]

    @Test("No text of a call becomes anything but a text of the rule", arguments: hostile)
    func texts(_ text: String) throws {
        let intent = try ComparisonFixture.compile("")
        for arguments: JSON in [
            ["x": .string(text)], .object([text: 1]), ["x": [.string(text), .object([text: .string(text)])]],
        ] {
            let call = Self.call("any", arguments)
            let amendment = try #require(intent.amendment(for: call, intent.decide(call)))
            guard let yaml = amendment.yaml else {
                #expect(text.unicodeScalars.count > 400, "\(amendment.advice)")
                continue
            }
            let rules = try ComparisonFixture.intent(yaml).rules
            #expect(rules.count == 1)
            #expect(rules.first?.constraints.count == 1)
            #expect(
                rules.first?.constraints.first?.constraints == [
                    .equals(arguments.objectValue?.first { _ in true }?.value ?? .null)
                ])
            #expect(rules.first?.budgets == [Budget(.calls(1))])
            #expect(try Self.amended("", amendment).decide(call).effect == .allow)
        }
    }

    @Test("Values of every type are read back as they were")
    func types() throws {
        let intent = try ComparisonFixture.compile("")
        let values: [JSON] = [
            .null, true, 0, -1, 1.5, 1e300, -0.0, 5e-300, 9_007_199_254_740_993, .integer(.max), .integer(.min), [],
            [[]],
            .object([:]), ["a": .null, "b": [1, "1", ["c": false]]],
        ]
        for value in values {
            let call = Self.call("any", ["x": value])
            let amendment = try #require(intent.amendment(for: call, intent.decide(call)))
            #expect(try Self.amended("", amendment).decide(call).effect == .allow, "\(value.encodedString())")
        }
        var deep: JSON = 1
        for _ in 0..<80 { deep = [deep] }
        let call = Self.call("any", ["x": deep])
        #expect(intent.amendment(for: call, intent.decide(call))?.yaml == nil)
        let many = JSON.object(JSONObject(uniqueMembers: (0..<80).map { ("a\($0)", JSON.integer(1)) }))
        #expect(intent.amendment(for: Self.call("any", many), intent.decide(Self.call("any", many)))?.yaml == nil)
    }

    @Test("An argument beside the rule's own names cannot be a key of the rule")
    func keys() throws {
        let intent = try ComparisonFixture.compile("")
        let names = ["/a", "a/b", "~", "", "budget", "allow: x", "\"", "null", "True", "a\nb", "/"]
        let call = Self.call("any", .object(JSONObject(uniqueMembers: names.map { ($0, JSON.string($0)) })))
        let amendment = try #require(intent.amendment(for: call, intent.decide(call)))
        let yaml = try #require(amendment.yaml)
        let rule = try #require(ComparisonFixture.intent(yaml).rules.first)
        #expect(rule.constraints.map(\.pointer) == names.map { [$0] })
        #expect(try Self.amended("", amendment).decide(call).effect == .allow)
    }

    @Test("Of random intents and calls: this call is allowed, and others are decided as before", arguments: 0..<4)
    func property(seed: UInt64) throws {
        var random = SeededGenerator(seed: 300 + seed)
        let tools = try Fixture.tools("a.x", schema: ComparisonPropertyTests.schema)
        var amended = 0
        for _ in 0..<60 {
            let rules = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                ComparisonPropertyTests.rule(&random, budgets: false)
            }
            let intent = try CompiledIntent(Fixture.intent(rules), tools: tools)
            guard let call = ComparisonPropertyTests.calls.randomElement(using: &random) else { continue }
            let decision = intent.decide(call)
            guard let amendment = intent.amendment(for: call, decision), let rule = amendment.rule else {
                #expect(decision.code != .noRule)
                continue
            }
            amended += 1
            let after = try CompiledIntent(Fixture.intent(rules + [rule]), tools: tools)
            #expect(after.decide(call).effect == .allow)
            for _ in 0..<40 {
                guard let other = ComparisonPropertyTests.calls.randomElement(using: &random),
                    other.arguments != call.arguments
                else { continue }
                #expect(after.decide(other).effect == intent.decide(other).effect)
            }
        }
        #expect(amended > 5)
    }
}
