import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("A value comes from where the intent says, or the call is denied")
struct ProvenanceTests {
    static func search(_ constraint: Constraint = .fromTool("contacts.search", "/results/*/email")) throws -> Run {
        try Run(
            Fixture.rule(.allow, "contacts.search"), Fixture.rule(.allow, "note.write"),
            Fixture.rule(.allow, "mail.send", ["to": [constraint]]))
    }

    static func contacts(_ emails: JSON...) -> JSON {
        ["results": .array(emails.map { ["name": "Somebody Else", "email": $0] })]
    }

    @Test("What a trusted tool returned at the place is allowed, in whatever form it is written; nothing else is")
    func tool() throws {
        var run = try Self.search()
        #expect(run.decide("mail.send", ["to": "bob@example.com"]).effect == .deny)
        run.call("contacts.search", ["query": "bo"], returns: Self.contacts("bob@example.com", "Eve@Example.ORG"))
        #expect(run.decide("mail.send", ["to": "bob@example.com"]).effect == .allow)
        #expect(run.decide("mail.send", ["to": "BOB@Example.com"]).effect == .allow)
        #expect(run.decide("mail.send", ["to": "eve@example.org"]).effect == .allow)
        let denied: [JSON] = [
            "bob@example.org", "bob@example.com ", " bob@example.com", "bob@example.com\u{0}", "b\u{43E}b@example.com",
            "bob@ex\u{430}mple.com", "bob@example.com,eve@evil.example", "bob@example.com\n", "ob@example.com", "bob",
            "example.com", "Bob <bob@example.com>", "b%6Fb@example.com", "Somebody Else", "", nil, true, 42, [:],
            "bob@example.com.evil.example", "bob+x@example.com",
        ]
        for value in denied where value != [:] {
            #expect(run.decide("mail.send", ["to": value]).effect == .deny, "\(value)")
        }
    }

    @Test("Of an array or object every scalar comes from a source")
    func containers() throws {
        var run = try Self.search()
        run.call("contacts.search", returns: Self.contacts("bob@example.com", "eve@example.com"))
        let table: [(JSON, Intent.Effect)] = [
            (["bob@example.com"], .allow), (["bob@example.com", "eve@example.com"], .allow), ([], .allow),
            (["bob@example.com", "x@evil.example"], .deny), ([["bob@example.com"]], .allow),
            (["address": "bob@example.com"], .allow), (["address": "bob@example.com", "verified": true], .deny),
            (["bob@example.com", nil], .deny),
        ]
        for (value, effect) in table { #expect(run.decide("mail.send", ["to": value]).effect == effect, "\(value)") }
        let decision = run.decide("mail.send", ["to": ["bob@example.com", "x@evil.example"]])
        #expect(decision.rules[0].why.contains("of which `/1` is `x@evil.example`, which is none of:"))
    }

    @Test("each asks of the elements")
    func each() throws {
        var run = try Self.search(
            .each([.fromTool("contacts.search", "/results/*/email"), .length(min: nil, max: 20)]))
        run.call("contacts.search", returns: Self.contacts("bob@example.com"))
        #expect(run.decide("mail.send", ["to": ["bob@example.com"]]).effect == .allow)
        #expect(run.decide("mail.send", ["to": ["x@evil.example"]]).effect == .deny)
    }

    @Test("A place is a place: elsewhere in the output, or from another tool, the value proves nothing")
    func places() throws {
        let table: [(pointer: String, output: JSON, holds: Bool)] = [
            ("/results/*/email", ["results": [["email": "bob@example.com"]]], true),
            ("/results/*/email", ["results": ["a": ["email": "bob@example.com"]]], true),
            ("/results/*/email", ["results": [["mail": "bob@example.com"]]], false),
            ("/results/*/email", ["results": [["email": ["bob@example.com"]]]], false),
            ("/results/*/email", ["results": [[["email": "bob@example.com"]]]], false),
            ("/results/*/email", [["email": "bob@example.com"]], false),
            ("/results/0/email", ["results": [["email": "bob@example.com"], ["email": "x"]]], true),
            ("/results/1/email", ["results": [["email": "bob@example.com"]]], false),
            ("/results/00/email", ["results": [["email": "bob@example.com"]]], false),
            ("/*", ["bob@example.com"], true), ("/*", ["x": "bob@example.com"], true),
            ("", "bob@example.com", true), ("", ["bob@example.com"], false), ("/", ["": "bob@example.com"], true),
            ("/a~1b/~0", ["a/b": ["~": "bob@example.com"]], true),
            ("/bob@example.com", ["bob@example.com": "x"], false), ("/text", ["text": "to bob@example.com now"], false),
        ]
        for item in table {
            var run = try Self.search(.fromTool("contacts.*", item.pointer))
            run.call("contacts.search", returns: item.output)
            #expect(
                (run.decide("mail.send", ["to": "bob@example.com"]).effect == .allow) == item.holds,
                "\(item.pointer) \(item.output)")
        }
        var run = try Self.search()
        run.call("note.write", returns: Self.contacts("bob@example.com"))
        #expect(run.decide("mail.send", ["to": "bob@example.com"]).effect == .deny)
    }

    @Test("Untrusted output proves nothing; other labels do not matter")
    func untrusted() throws {
        var run = try Self.search()
        run.call("contacts.search", returns: Self.contacts("bob@example.com"), labels: [.untrusted])
        #expect(run.decide("mail.send", ["to": "bob@example.com"]).effect == .deny)
        run.call("contacts.search", returns: Self.contacts("bob@example.com"), labels: [Label("private")])
        #expect(run.decide("mail.send", ["to": "bob@example.com"]).effect == .allow)
    }

    /// What a supplied or returned value is, what the argument is, and whether they are one.
    static let forms: [(source: JSON, argument: JSON, same: Bool)] = [
        (98.70, 98.7, true), (98.7, 98.70000000001, false), (98.7, "98.70", true), ("98.70", 98.7, true),
        (100, 1e2, true), (100, 100.0, true), (100, "100", true), ("100", "100.00", true), (100, "1e2", false),
        (100, "0x64", false), (100, "+100", false), (100, "0100", false), (100, "100 ", false), (100, -100, false),
        (1000, "1,000", false), (1000, "1 000", false), (100, "１００", false), (100, true, false),
        (9_007_199_254_740_993, 9_007_199_254_740_992, false), (9_007_199_254_740_993, "9007199254740993", true),
        (1e300, 1e300, true), ("-0", 0, false), ("007", 7, false), (1234567, "123-4567", false),
        ("cafe\u{301}", "caf\u{E9}", true), ("\u{212B}ngstrom", "\u{C5}ngstrom", true), ("Cafe", "cafe", false),
        ("a  b", "a b", false), ("file", "\u{FB01}le", false), ("abc", "\u{FF41}bc", false),
        ("abc", "abc\u{200B}", false),
        ("Example.com", "example.com.", true), ("example.com", "ex\u{430}mple.com", false),
        ("https://Example.com/A", "HTTPS://example.COM/A", true),
        ("https://example.com/A", "https://example.com/a", false),
        ("https://example.com/", "https://example.com@evil.example/", false),
        ("Bob@example.com", "bob@EXAMPLE.com", true), ("bob@example.com", "bob@example.com.", true),
        ("b.ob@example.com", "bob@example.com", false),
        ("GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819", true),
        ("gb29nwbk60161331926819", "GB29-NWBK-6016-1331-9268-19", true),
        ("GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926818", false),
        ("GB29NWBK60161331926818", "GB29 NWBK 6016 1331 9268 18", false),
        ("DE89\u{A0}3704\u{A0}0044\u{A0}0532\u{A0}0130\u{A0}00", "DE89370400440532013000", true),
        ("+1 (555) 123-4567", "+15551234567", true), ("(555) 123-4567", "5551234567", true),
        ("555\u{2011}123\u{2011}4567", "555-1234567", true), ("+1 555 123 4567", "1 555 123 4567", false),
        ("(555) 123-4567", "(555) 123-4568", false), ("2026-11-25", "20261125", false),
        ("2026-11-25", "2026-11-25", true),
        ("-5551234567", "5551234567", false), ("Sources/a.swift", "sources/a.swift", false),
    ]

    @Test("Values are compared in a normal form, the same on both sides", arguments: 0..<forms.count)
    func normalForm(index: Int) throws {
        let (source, argument, same) = Self.forms[index]
        for (source, argument) in [(source, argument), (argument, source)] {
            var run = try Self.search(.fromTool("contacts.search", "/v"))
            run.call("contacts.search", returns: ["v": source])
            #expect((run.decide("mail.send", ["to": argument]).effect == .allow) == same, "\(source) \(argument)")
            let supplied = try Run(
                Fixture.rule(.allow, "mail.send", ["to": [.from([.inputs])]]), inputs: ["v": source])
            #expect((supplied.decide("mail.send", ["to": argument]).effect == .allow) == same, "\(source) \(argument)")
        }
    }

    @Test(
        "Values that many share have no provenance, though a tool returned them",
        arguments: [0, 1, 42, 99, -7, 0.5, 1.5, "", "a", "ok", "de", "42", "1.50", "---", true, false, nil] as [JSON])
    func coincidence(value: JSON) throws {
        var run = try Self.search(.fromTool("contacts.search", "/v"))
        run.call("contacts.search", returns: ["v": value])
        let decision = run.decide("mail.send", ["to": value])
        #expect(decision.effect == .deny)
        #expect(decision.rules[0].why.contains("name it with `oneOf`"), "\(decision.rules[0].why)")
        let supplied = try Run(
            Fixture.rule(.allow, "mail.send", ["to": [.from([.inputs])]]), inputs: ["other": value])
        #expect(supplied.decide("mail.send", ["to": value]).effect == .deny)
    }

    @Test("A short value that a person supplied under the argument's name, or that the intent names, is meant")
    func named() throws {
        for value in [42, 0, true, "de", nil] as [JSON] {
            let run = try Run(
                Fixture.rule(.allow, "a.x", ["issue": [.from([.inputs])]]),
                Fixture.rule(.allow, "a.y", ["n": [.from([.input("issue", match: .value)])]]), inputs: ["issue": value])
            #expect(run.decide("a.x", ["issue": value]).effect == .allow, "\(value)")
            #expect(run.decide("a.y", ["n": value]).effect == .allow, "\(value)")
            #expect(run.decide("a.y", ["n": 43]).effect == .deny)
        }
        let run = try Run(
            Fixture.rule(.allow, "a.x", ["to": [.from([.input("people", match: .value)])]]),
            inputs: ["people": ["bob@example.com", "eve@example.com", "x"], "other": "mallory@example.com"])
        #expect(run.decide("a.x", ["to": "eve@example.com"]).effect == .allow)
        #expect(run.decide("a.x", ["to": ["eve@example.com", "bob@example.com"]]).effect == .allow)
        #expect(run.decide("a.x", ["to": ["bob@example.com", "eve@example.com", "x"]]).effect == .allow)
        #expect(run.decide("a.x", ["to": "x"]).effect == .deny)
        #expect(run.decide("a.x", ["to": "mallory@example.com"]).effect == .deny)
    }

    @Test("A value that the tool's schema lists has no provenance")
    func listed() throws {
        let currency: JSON = ["enum": ["EUR", "USD", 1000]]
        let schemas: [JSON] = [
            ["type": "object", "properties": ["to": currency]],
            ["type": "object", "properties": ["to": ["type": "array", "items": currency]]],
            ["type": "object", "properties": ["to": ["anyOf": [["type": "array"], currency]]]],
            [
                "type": "object", "properties": ["to": ["allOf": [["oneOf": [["const": "EUR"], ["const": "USD"]]]]]],
            ],
        ]
        for (index, schema) in schemas.enumerated() {
            var run = try Run(
                Fixture.rule(.allow, "contacts.search"),
                Fixture.rule(.allow, "mail.send", ["to": [.fromTool("contacts.search", "/*")]]), schema: schema)
            run.call("contacts.search", returns: ["EUR", "GBP"])
            let value: JSON = index == 1 ? ["EUR"] : "EUR"
            let decision = run.decide("mail.send", ["to": value])
            #expect(decision.effect == .deny, "\(schema)")
            #expect(decision.rules[0].why.contains("the tool's schema lists"))
            #expect(run.decide("mail.send", ["to": index == 1 ? ["GBP"] : "GBP"]).effect == .allow)
        }
    }

    @Test("The reason says what the value is, and where it might have come from; the agent learns neither")
    func reasons() throws {
        let rule = Fixture.rule(
            .allow, "mail.send",
            [
                "to": [
                    .from([
                        .inputs, .input("prompt", match: .token),
                        .tool(
                            try #require(ToolPattern("contacts.search")),
                            at: try #require(PointerPattern("/results/*/email"))),
                    ])
                ]
            ])
        let run = try Run(rule, inputs: ["prompt": "hello bob@example.com"])
        let decision = run.decide("mail.send", ["to": "x@evil.example"])
        #expect(
            decision.rules[0].why
                == "`to` is `x@evil.example`, which is none of: a value of `inputs`, a token of the input `prompt`, `/results/*/email` of `contacts.search`"
        )
        #expect(
            decision.clientReason
                == "the task does not allow this call of `mail.send`: `to` does not come from where this task may take it from"
        )
        #expect(run.decide("mail.send", ["to": "bob@example.com"]).effect == .allow)
    }

    @Test(
        "What makes no sense is an error when the intent is loaded",
        arguments: [
            (.deny, [.from([.inputs])], "a deny rule cannot rest on `from`"),
            (.deny, [.each([.from([.inputs])])], "a deny rule cannot rest on `from`"),
            (.allow, [.from([.input("promt", match: .value)])], "the input `promt`, which the intent does not have"),
            (.allow, [.from([.input("issue", match: .token)])], "the input `issue`, which holds no text"),
            (.allow, [.from([])], "lists nothing"),
        ] as [(Intent.Effect, [Constraint], String)])
    func refused(effect: Intent.Effect, constraints: [Constraint], message: String) {
        let error = #expect(throws: PolicyError.self) {
            try Run(Fixture.rule(effect, "a.x", ["v": constraints]), inputs: ["prompt": "text", "issue": 42])
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}

@Suite("A supplied text proves its whole tokens, where the intent says so")
struct TokenTests {
    static func allows(_ text: String, _ value: JSON) throws -> Bool {
        let run = try Run(
            Fixture.rule(.allow, "a.x", ["v": [.from([.input("prompt", match: .token)])]]),
            inputs: ["prompt": .string(text)])
        return run.decide("a.x", ["v": value]).effect == .allow
    }

    static let table: [(text: String, value: JSON, holds: Bool)] = [
        ("Write to <bob@example.com>, please.", "bob@example.com", true),
        ("Write to Bob@Example.com.", "bob@example.com", true),
        ("Write to bob@example.com.", "ob@example.com", false), ("Write to bob@example.com.", "example.com", false),
        ("not-bob@example.com", "bob@example.com", false), ("bob@example.com.evil.example", "bob@example.com", false),
        ("bob@example.com/../x", "bob@example.com", false),
        ("Pay €98.70 to them", 98.7, true), ("Pay $98.70, now", "98.70", true), ("Pay 98.70.", 98.7, true),
        ("Pay 98.70", 98, false), ("Pay 198.70", 98.7, false), ("Pay 1,098.70", 98.7, false), ("Pay 42", 42, false),
        ("Pay EUR1000", 1000, false), ("room (4711)!", 4711, true), ("4711/2", 4711, false),
        ("IBAN GB29 NWBK 6016 1331 9268 19.", "GB29NWBK60161331926819", true),
        ("IBAN GB29NWBK60161331926819", "GB29 NWBK 6016 1331 9268 19", true),
        ("Pay DE89 3704 0044 0532 0130 00 and GB29 NWBK 6016 1331 9268 19, please", "GB29NWBK60161331926819", true),
        ("GB29 NWBK 6016. 1331 9268 19", "GB29NWBK60161331926819", false),
        ("Call +1 (555) 123-4567 today", "+15551234567", true), ("Call (555) 123-4567.", "5551234567", true),
        ("Call 0151 2345678", "01512345678", true), ("Call +1 555 123 4567", "15551234567", false),
        ("Call +1 555 123 4567", "5551234567", false), ("items 12 345678 9", "123456789", false),
        ("**fix** `Sources/a.swift`", "Sources/a.swift", true), ("fix Sources/a.swift", "a.swift", false),
        ("see “report.pdf”", "report.pdf", true), ("die Stra\u{DF}e", "Strasse", false),
        ("Cafe\u{301} Central", "Caf\u{E9}", true), ("John Smith", "John Smith", false), ("John Smith", "Smith", true),
        ("a bob\u{200B} b", "bob", false), ("a\u{0}bob b", "bob", false), ("bob", true, false), ("", "", false),
        ("the whole text", "the whole text", false), ("to", "to", false), ("null true", true, false),
    ]

    @Test("tokens", arguments: 0..<table.count)
    func tokens(index: Int) throws {
        let item = Self.table[index]
        #expect(try Self.allows(item.text, item.value) == item.holds, "\(item)")
    }

    @Test("Without `match: token` a part of a supplied text proves nothing")
    func optIn() throws {
        let run = try Run(
            Fixture.rule(.allow, "a.x", ["v": [.from([.inputs, .input("prompt", match: .value)])]]),
            inputs: ["prompt": "Write to bob@example.com"])
        #expect(run.decide("a.x", ["v": "bob@example.com"]).effect == .deny)
        #expect(run.decide("a.x", ["v": "Write to bob@example.com"]).effect == .allow)
    }

    @Test("A long text is read in time that grows with it")
    func long() throws {
        let text = String(repeating: "GB29 NWBK 6016 +1 (555) ", count: 1000)
        #expect(TextTokens.values(of: text).count < 100)
    }
}
