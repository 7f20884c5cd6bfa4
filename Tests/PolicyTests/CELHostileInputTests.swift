import StrictJSON
import Testing

@testable import Policy

@Suite("A CEL expression that is built to blow up is refused or bounded")
struct CELHostileInputTests {
    private static let environment = CELEnvironment(["list": .list(.int), "text": .string, "any": .dyn])

    private static func value(_ name: String) -> CELValue? {
        switch name {
        case "list": .list(.json((0..<1_000).map { .integer($0) }, .integer))
        case "text": .string(String(repeating: "a", count: 1_000))
        default: .null
        }
    }

    /// What is wrong with the source, or with its evaluation; nil if it has a value.
    private func code(_ source: String, estimateLimit: UInt64 = CELLimits.estimatedCost) -> String? {
        do throws(CELError) {
            _ = try CELProgram.compile(source, in: Self.environment, estimateLimit: estimateLimit)
                .evaluate(Self.value)
            return nil
        } catch {
            #expect((0...source.utf8.count).contains(error.offset) && !error.message.isEmpty)
            return error.code
        }
    }

    private func holds(_ source: String, estimateLimit: UInt64 = CELLimits.estimatedCost) throws -> Bool {
        let program = try CELProgram.compile(source, in: Self.environment, estimateLimit: estimateLimit)
        guard case .bool(true) = try program.evaluate(Self.value) else { return false }
        return true
    }

    // MARK: Source

    @Test(
        "nesting is refused long before the stack ends",
        arguments: [
            (String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000)),
            String(repeating: "!", count: 10_001) + "true", String(repeating: "- ", count: 10_001) + "text",
            String(repeating: "[", count: 10_000), String(repeating: "{1:", count: 10_000),
            String(repeating: "f(", count: 10_000), "any" + String(repeating: ".a", count: 10_000),
            "any" + String(repeating: "[0]", count: 10_000), "1" + String(repeating: " + 1", count: 10_000),
            String(repeating: "true ? 1 : ", count: 5_000) + "1",
            String(repeating: "[1].map(x, ", count: 5_000) + "1" + String(repeating: ")", count: 5_000),
            String(repeating: "cel.bind(x, 1, ", count: 4_000) + "1" + String(repeating: ")", count: 4_000),
        ])
    func nesting(_ source: String) {
        #expect(code(source) == "syntax")
    }

    @Test("as much nesting as is allowed is evaluated")
    func allowedNesting() throws {
        let depth = CELLimits.depth - 1
        for source in [
            String(repeating: "(", count: depth) + "true" + String(repeating: ")", count: depth),
            String(repeating: "!", count: depth - depth % 2) + "true",
            String(repeating: "[true].all(x, ", count: depth - 1) + "true" + String(repeating: ")", count: depth - 1),
        ] {
            #expect(try holds(source, estimateLimit: .max))
        }
    }

    @Test("long chains of and and or do not nest")
    func chains() {
        #expect(code(Array(repeating: "true", count: 1_500).joined(separator: " && ")) == nil)
        #expect(code(Array(repeating: "false", count: 1_500).joined(separator: " || ")) == nil)
    }

    @Test("a source of a megabyte is refused by its size")
    func longSource() {
        #expect(code("\"" + String(repeating: "a", count: 1 << 20) + "\" == text") == "syntax")
        #expect(code(String(repeating: "1 == 1 && ", count: 1_500) + "true") == nil)
        #expect(code("[" + String(repeating: "1,", count: 12_000) + "1] == []") == "syntax")
    }

    @Test(
        "what is no token is refused at its place",
        arguments: [
            ("\0true", 0), ("true\0", 4), ("tex\u{442} == text", 3), ("t\u{E9}xt", 1), ("text\u{200B} == text", 4),
            ("text \u{201C}a\u{201D}", 5), ("1 = 1", 2), ("text & text", 5), ("'a", 0), ("'a\n'", 0), ("'''a", 0),
            (#"'\q'"#, 1), (#"'\u12'"#, 1), (#"'\ud800'"#, 1), (#"'\U00110000'"#, 1), (#"'\400'"#, 1),
            (#"b'\u0041'"#, 2),
            ("0x", 0), ("1x", 0), ("9223372036854775808", 0), ("-9223372036854775809", 0), ("18446744073709551616u", 0),
            ("1e999", 0), ("`a b", 0), ("", 0), ("1 +", 3), ("(1", 2), ("[1", 2), ("text.", 5), ("if", 0), ("#", 0),
        ])
    func badTokens(_ source: String, _ offset: Int) {
        do throws(CELError) {
            _ = try CELProgram.compile(source, in: Self.environment)
            Issue.record("\(source) was accepted")
        } catch {
            #expect(error.code == "syntax" && error.offset == offset, "\(source): \(error.message)")
            #expect(!error.message.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        }
    }

    // MARK: Arithmetic

    @Test(
        "what does not fit is an error, never wrapped and never a trap",
        arguments: [
            "9223372036854775807 + 1", "-9223372036854775808 - 1", "9223372036854775807 * 2",
            "-9223372036854775808 * -1",
            "-9223372036854775808 / -1", "-9223372036854775808 % -1", "-(-9223372036854775808)", "1 / 0", "1 % 0",
            "1u / 0u", "1u % 0u", "0u - 1u", "18446744073709551615u + 1u", "18446744073709551615u * 2u", "int(1e99)",
            "int(-1e99)", "int(0.0 / 0.0)", "int(1.0 / 0.0)", "uint(-1)", "uint(-0.5)", "uint(1e20)",
            "int(18446744073709551615u)", "int('9223372036854775808')", "double('1e999')",
            "math.abs(-9223372036854775808)",
            "[1][9223372036854775807]", "[1][-9223372036854775808]", "[1][dyn(1e300)]",
            "'a'.charAt(9223372036854775807)",
            "'a'.substring(-9223372036854775808)", "'a'.indexOf('a', 9223372036854775807)",
            "duration('315576000001s')", "timestamp(9223372036854775807)",
            "timestamp('9999-12-31T23:59:59Z') + duration('1s')", "duration(9223372036854775807)",
            "duration('315576000000s') + duration('1s')", "math.bitShiftLeft(1, -1)",
        ])
    func overflow(_ source: String) {
        #expect(code(source) == "no-value")
    }

    @Test("numbers at the edges that do fit have their values")
    func edges() throws {
        for source in [
            "-9223372036854775808 + 9223372036854775807 == -1", "9223372036854775807 - 9223372036854775807 == 0",
            "-9223372036854775808 / 1 == -9223372036854775808", "int(-9.2e18) < 0", "1.0 / 0.0 > 1e308",
            "math.bitShiftLeft(1, 9223372036854775807) == 0", "18446744073709551615u - 18446744073709551615u == 0u",
        ] {
            #expect(try holds(source))
        }
    }

    // MARK: Cost

    @Test(
        "an expression whose worst case is too dear is refused when it is compiled",
        arguments: [
            "list.all(a, list.all(b, list.all(c, a < b + c)))",
            "list.map(a, list.map(b, list.map(c, [a, b, c]))) == []",
            "any.all(a, any.all(b, text.contains(string(a) + string(b))))",
            "list.exists(a, text.matches('(a+)+$' + string(a)) && text.replace('', text) == 'x')",
        ])
    func staticCost(_ source: String) {
        #expect(code(source) == "too-expensive")
    }

    /// Each squares what came before: a few dozen letters stand for more than there is memory.
    private static func doubled(_ operation: String, start: String, times: Int) -> String {
        (0..<times).map { "cel.bind(x\($0 + 1), \(operation.replacing("#", with: "x\($0)")), " }
            .reduce("cel.bind(x0, \(start), ") { $0 + $1 } + "true" + String(repeating: ")", count: times + 1)
    }

    @Test(
        "an evaluation ends at its limit, whatever an expression makes of little",
        arguments: [
            doubled("# + #", start: "text", times: 60), doubled("# + #", start: "list", times: 60),
            doubled("# + #", start: "bytes(text)", times: 60),
            doubled("#.replace('a', #)", start: "text", times: 20), doubled("[#, #].join()", start: "text", times: 60),
            doubled("'%s%s'.format([#, #])", start: "text", times: 60),
            doubled("strings.quote(#)", start: "text + '\\\\'", times: 60),
            "list.all(a, list.all(b, list.all(c, a + b + c >= 0)))",
            "list.map(a, list.map(b, list.map(c, 1))).size() > 0",
            "list.map(a, list).map(b, b + list + list).size() == 0",
            "list.all(a, text.matches(string(a) + '(a|aa)+$') || true)",
            "list.exists(a, text.replace('a', text) == 'x' || false)",
            "list.all(a, list.transformMap(i, v, list).size() == 1000)",
            "list.all(a, text.split('').size() > 0)", "list.all(a, list.all(b, text.reverse() != 'x'))",
            "list.all(a, list.all(b, text < text + 'a'))",
        ])
    func runningCost(_ source: String) throws {
        let program = try CELProgram.compile(source, in: Self.environment, estimateLimit: .max)
        #expect(throws: CELError.self) { try program.evaluate(limit: 50_000, Self.value) }
        // What is spent is spent: an alternative beside it has nothing to be evaluated with.
        let absorbed = try CELProgram.compile("(\(source)) || true", in: Self.environment, estimateLimit: .max)
        do {
            _ = try absorbed.evaluate(limit: 50_000, Self.value)
        } catch {
            #expect(error.code == "too-expensive")
        }
    }

    @Test(
        "values that share their parts are compared and written within the limit",
        arguments: [
            doubled("[#, #]", start: "[1]", times: 60).replacing("true", with: "x60 == x60"),
            doubled("{'a': #, 'b': #}", start: "{'a': 1}", times: 60).replacing("true", with: "x60 == x60"),
            doubled("[#, #]", start: "[1]", times: 60).replacing("true", with: "'%s'.format([x60]) == ''"),
            doubled("[#, #]", start: "[1]", times: 60).replacing("true", with: "x60 in [x60]"),
        ])
    func sharedParts(_ source: String) throws {
        let program = try CELProgram.compile(source, in: Self.environment, estimateLimit: .max)
        #expect(throws: CELError.self) { try program.evaluate(Self.value) }
    }

    @Test("types of values within values do not grow beyond the expression")
    func types() throws {
        for operation in ["[#]", "{1: #}", "optional.of(#)", "[[], [#], []]", "{'a': #}.map(k, #)"] {
            _ = try CELProgram.compile(
                Self.doubled(operation, start: "[]", times: 60), in: Self.environment, estimateLimit: .max)
        }
    }

    @Test(
        "the estimate rests on the bounds of the tool's schema, where it has any",
        arguments: [
            // 100 lists of 100 texts against 100 others are too many by assumption, and few by these schemas.
            (["maxItems": 10], true), (["enum": [[], ["a", "b"]]], true), ([:], false), (["$ref": "#/$defs/few"], true),
            (["anyOf": [["maxItems": 5], ["maxItems": 10]]], true),
            (["anyOf": [["maxItems": 5], ["minItems": 1]]], false),
            // A bound that is larger than what is assumed counts too.
            (["maxItems": 1000], false), (["$ref": "#/properties/args"], false),
        ] as [(JSON, Bool)])
    func schemaBounds(list: JSON, isCheap: Bool) throws {
        var environment = CELEnvironment(["args": .object(CELObjectType(["to": .list(.dyn)]))])
        environment.schemas["args"] = [
            try CompiledSchema.compile([
                "properties": ["to": ["type": "array", "allOf": [list]], "args": [:]],
                "$defs": ["few": ["maxItems": 3]],
            ])
        ]
        let source = "args.to.all(a, args.to.all(b, args.to.all(c, a + b != c)))"
        if isCheap {
            _ = try CELProgram.compile(source, in: environment)
        } else {
            let error = #expect(throws: CELError.self) { try CELProgram.compile(source, in: environment) }
            #expect(error?.code == "too-expensive")
        }
    }

    @Test("texts, elements and members are bounded by their own keywords")
    func extents() throws {
        let schema = try CompiledSchema.compile([
            "type": "object", "maxProperties": 4, "additionalProperties": false,
            "properties": [
                "text": ["type": "string", "maxLength": 10], "choice": ["enum": ["a", "bcd", 7]],
                "list": ["type": "array", "maxItems": 2, "items": ["type": "string", "maxLength": 1]],
                "pair": ["prefixItems": [["const": "ab"], ["type": "integer"]], "items": false],
                "tree": ["type": "object", "properties": ["left": ["$ref": "#/properties/tree"]]],
            ],
        ])
        #expect(schema.extent(at: []) == ValueExtent(bytes: 0, elements: 0, members: 4))
        #expect(schema.extent(at: [.member("text")]).bytes == 40)
        #expect(schema.extent(at: [.member("choice")]) == ValueExtent(bytes: 3, elements: 0, members: 0))
        #expect(schema.extent(at: [.member("list")]) == ValueExtent(bytes: 0, elements: 2, members: 0))
        #expect(schema.extent(at: [.member("list"), .element]).bytes == 4)
        #expect(schema.extent(at: [.member("pair"), .element]).bytes == 2)
        #expect(schema.extent(at: [.member("tree"), .member("left"), .member("right")]) == ValueExtent())
        #expect(schema.extent(at: [.member("other")]) == .none)
    }

    @Test("a pattern that another engine would backtrack on takes linear time")
    func patterns() throws {
        #expect(try holds("text.matches('(a+)+$') && !text.matches('(a|aa)+b$')"))
        #expect(code("text.matches('(a')") == "bad-pattern")
        #expect(code("text.matches('(?=a)')") == "bad-pattern")
        #expect(code("text.matches('((a{100}){100}){100}')") == "bad-pattern")
        #expect(code("text.matches(text + '(')") == "no-value")
    }

    @Test("a pattern that is refused is cited without what a terminal obeys")
    func citedPattern() {
        for source in [
            "'a'.matches('gr(a|r(b\t)')", #"'a'.matches('gr(a|r(\x1b[2J)')"#, "'a'.matches('(' + text + '\t')",
            #"'a'.matches('^\\p{Lette\\\r}+$')"#, #"'a'.matches('\\p{a=\x1b}')"#, #"'a'.matches('[b-\x07]')"#,
        ] {
            do throws(CELError) {
                _ = try CELProgram.compile(source, in: Self.environment).evaluate(Self.value)
                Issue.record("it is accepted")
            } catch {
                #expect(error.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
            }
        }
    }
}
