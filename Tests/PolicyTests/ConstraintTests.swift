import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("A constraint holds, fails, or cannot be answered")
struct ConstraintTests {
    /// What an allow rule with one constraint on `v` comes to, which tells the four answers apart when a deny rule is
    /// asked as well.
    static func answer(_ constraint: Constraint, _ arguments: JSON, _ paths: [String: ResolvedPathFact] = [:]) throws
        -> Answer
    {
        var compiler = ConstraintCompiler()
        let argument = ArgumentConstraint(pointer: ["v"], constraints: [constraint])
        let argumentRule = compiler.compile(argument, line: 1)
        let compiled = try #require(argumentRule)
        var facts = CallFacts(
            Fixture.call("a.x", arguments, paths: paths), of: nil, state: TaskState(startedAt: Fixture.start),
            now: Fixture.start)
        return compiled.judge(&facts)
    }

    @Test(
        "equals and oneOf compare JSON by value, of any type",
        arguments: [
            (1, 1, .holds), (1, 1.0, .holds), (1, "1", .fails), (1, true, .fails), (0, false, .fails),
            (nil, nil, .holds),
            (nil, 0, .fails), ("a", "a", .holds), ("a", "A", .fails), ("\u{E9}", "e\u{301}", .fails),
            ("a", "\u{430}", .fails), ("a", "a\u{200B}", .fails),
            (9_007_199_254_740_993, 9_007_199_254_740_992, .fails),
            (9_007_199_254_740_993, 9_007_199_254_740_992.0, .fails), ([1, 2], [1, 2.0], .holds),
            ([1, 2], [2, 1], .fails),
            (["a": 1, "b": 2], ["b": 2, "a": 1], .holds), (["a": 1], ["a": 1, "b": nil], .fails), ([:], [], .fails),
        ] as [(JSON, JSON, Answer)])
    func equality(expected: JSON, value: JSON, answer: Answer) throws {
        #expect(try Self.answer(.equals(expected), ["v": value]) == answer)
        #expect(try Self.answer(.oneOf(["other", expected]), ["v": value]) == answer)
    }

    @Test(
        "matches is a match of the whole text",
        arguments: [
            ("[a-z]+", "abc", .holds), ("[a-z]+", "abc1", .fails), ("a|ab", "ab", .holds), ("a", "a\n", .fails),
            ("a$", "a\n", .fails), ("(?i)abc", "ABC", .holds), (".*", "a\nb", .fails), ("(?s).*", "a\nb", .holds),
            (".", "\u{1F600}", .holds), ("", "", .holds), ("", "a", .fails), ("a\\x00b", "a\u{0}b", .holds),
            ("[a-z]+", 1, .unsuited), ("[a-z]+", nil, .unsuited), ("[a-z]+", ["a"], .unsuited),
        ] as [(String, JSON, Answer)])
    func matches(pattern: String, value: JSON, answer: Answer) throws {
        #expect(try Self.answer(.matches(pattern), ["v": value]) == answer)
    }

    @Test(
        "under compares the resolved path, component by component",
        arguments: [
            (["Sources"], "Sources", .holds), (["Sources"], "Sources/a/b", .holds),
            (["Sources"], "Sources-old/a", .fails),
            (["Sources"], "sources/a", .fails), (["Sources"], ".", .fails), (["."], "anything/at/all", .holds),
            (["./Sources/"], "Sources/a", .holds), (["a/../Sources"], "Sources/a", .holds), (["a/b"], "a", .fails),
            (["Tests", "Sources"], "Sources/x", .holds), (["caf\u{E9}"], "cafe\u{301}/x", .fails),
            (["caf\u{E9}"], "caf\u{E9}/x", .holds), (["..."], ".../x", .holds),
        ] as [([String], String, Answer)])
    func under(tops: [String], path: String, answer: Answer) throws {
        #expect(try Self.answer(.under(tops), ["v": "as written"], ["v": .resolved(path)]) == answer)
    }

    @Test("under is broken where a path was not resolved, or not to a canonical path")
    func underBroken() throws {
        #expect(try Self.answer(.under(["."]), ["v": "x"]) == .broken)
        #expect(try Self.answer(.under(["."]), ["v": "x"], ["w": .resolved("x")]) == .broken)
        #expect(try Self.answer(.under(["."]), ["v": "x"], ["v": .unresolved("it leads out")]) == .broken)
        for path in ["", "/", "/etc", "..", "a/..", "a/../b", "./a", "a/.", "a//b", "a/", "a\u{0}"] {
            #expect(try Self.answer(.under(["."]), ["v": "x"], ["v": .resolved(path)]) == .broken, "\(path)")
        }
        #expect(try Self.answer(.under(["."]), ["v": 1]) == .unsuited)
    }

    @Test(
        "host reads names and URLs",
        arguments: [
            ("https://example.com/x", .holds), ("a.example.org", .holds), ("example.org", .fails),
            ("https://evil.example/example.com", .fails), ("https://example.com@evil.example", .broken),
            ("0x7f.1", .broken),
            ("", .broken), ("ex\u{430}mple.com", .broken), (1, .unsuited), (["example.com"], .unsuited),
        ] as [(JSON, Answer)])
    func host(value: JSON, answer: Answer) throws {
        #expect(try Self.answer(.host(["example.com", "*.example.org"]), ["v": value]) == answer)
    }

    @Test(
        "cidr takes addresses that stand for themselves",
        arguments: [
            ("10.1.2.3", .holds), ("fd00::1", .holds), ("::ffff:10.0.0.1", .holds), ("11.0.0.1", .fails),
            ("::1", .fails),
            ("example.com", .unsuited), ("010.0.0.1", .broken), ("10.1", .broken), ("10.0.0.1:80", .unsuited),
            ("[fd00::1]", .unsuited), ("http://10.0.0.1/", .unsuited), ("fd00::1%eth0", .broken),
            (" 10.0.0.1", .broken),
            ("10.0.0.1\u{0}", .broken), (167_772_161, .unsuited),
        ] as [(JSON, Answer)])
    func cidr(value: JSON, answer: Answer) throws {
        #expect(try Self.answer(.cidr(["10.0.0.0/8", "fd00::/8"]), ["v": value]) == answer)
    }

    @Test(
        "max and min compare by value",
        arguments: [
            (.max(100), 100, .holds), (.max(100), 100.0, .holds), (.max(100), 100.000_000_000_000_01, .fails),
            (.max(100), 101, .fails), (.max(98.70), 98.7, .holds), (.min(0), -0.0, .holds), (.min(0), -1e-300, .fails),
            (.max(9_007_199_254_740_992.0), 9_007_199_254_740_993, .fails),
            (.min(9_007_199_254_740_993), 9_007_199_254_740_992.0, .fails),
            (.max(9_223_372_036_854_775_807), 9.3e18, .fails), (.max(1e300), 9_223_372_036_854_775_807, .holds),
            (.min(-9_223_372_036_854_775_808), -9.3e18, .fails), (.max(100), "5", .unsuited),
            (.max(100), true, .unsuited),
            (.min(0), nil, .unsuited), (.min(0), [5], .unsuited),
        ] as [(Constraint, JSON, Answer)])
    func bounds(constraint: Constraint, value: JSON, answer: Answer) throws {
        #expect(try Self.answer(constraint, ["v": value]) == answer)
    }

    @Test(
        "length counts code points, elements and members",
        arguments: [
            ("ab", .holds), ("a", .fails), ("abcd", .fails), ("e\u{301}", .holds), ("\u{1F600}", .fails),
            ([1, 2], .holds),
            ([], .fails), (["a": 1, "b": 2], .holds), ([:], .fails), (12, .unsuited), (nil, .unsuited),
            (true, .unsuited),
        ] as [(JSON, Answer)])
    func length(value: JSON, answer: Answer) throws {
        #expect(try Self.answer(.length(min: 2, max: 3), ["v": value]) == answer)
    }

    @Test(
        "each asks every element; one that fails settles it",
        arguments: [
            ([], .holds), (["a", "b"], .holds), (["a", "1"], .fails), (["a", 1], .unsuited), (["1", 1], .fails),
            ([1, "1"], .fails), ("a", .unsuited), ([["a"]], .unsuited), (["a": "a"], .unsuited),
        ] as [(JSON, Answer)])
    func each(value: JSON, answer: Answer) throws {
        #expect(try Self.answer(.each([.matches("[a-z]"), .length(min: nil, max: 1)]), ["v": value]) == answer)
    }

    @Test("each asks of the elements' own paths")
    func eachPath() throws {
        let constraint = Constraint.each([.under(["Sources"])])
        let paths: [String: ResolvedPathFact] = ["v/0": .resolved("Sources/a"), "v/1": .resolved("Tests/b")]
        #expect(try Self.answer(constraint, ["v": ["x"]], paths) == .holds)
        #expect(try Self.answer(constraint, ["v": ["x", "y"]], paths) == .fails)
        #expect(try Self.answer(constraint, ["v": ["x", "y", "z"]], paths) == .fails)
        #expect(try Self.answer(constraint, ["v": ["x"]]) == .broken)
    }

    @Test("absent asks whether an argument is there; null is there")
    func absent() throws {
        #expect(try Self.answer(.absent(true), [:]) == .holds)
        #expect(try Self.answer(.absent(true), ["v": nil]) == .fails)
        #expect(try Self.answer(.absent(true), ["v": "x"]) == .fails)
        #expect(try Self.answer(.absent(false), [:]) == .fails)
        #expect(try Self.answer(.absent(false), ["v": nil]) == .holds)
        #expect(try Self.answer(.absent(true), "not an object") == .holds)
    }

    @Test(
        "An argument that is absent fails every other constraint",
        arguments: [
            .equals(nil), .oneOf([nil]), .matches(".*"), .under(["."]), .host(["a"]), .cidr(["::/0"]), .max(1), .min(1),
            .length(min: 0, max: nil), .each([.equals(1)]),
        ] as [Constraint])
    func absentFails(constraint: Constraint) throws {
        #expect(try Self.answer(constraint, [:]) == .fails)
    }

    @Test(
        "A constraint that makes no sense is an error when the intent is loaded",
        arguments: [
            [.oneOf([])], [.matches("(")], [.matches("(?=a)")],
            [.under([])], [.under(["/etc"])], [.under([".."])], [.under([""])], [.under(["a/../../b"])],
            [.under(["a\u{0}"])], [.host([])], [.host(["*"])], [.host(["a.com", "https://a.com"])], [.cidr([])],
            [.cidr(["10.0.0.1/8"])], [.cidr(["example.com"])], [.max("1")], [.min(nil)], [.length(min: 3, max: 2)],
            [.length(min: nil, max: nil)], [.length(min: -1, max: nil)], [.length(min: nil, max: -1)], [.each([])],
            [.each([.absent(true)])], [.each([.each([.oneOf([])])])], [.absent(true), .equals(1)], [],
        ] as [[Constraint]])
    func refused(constraints: [Constraint]) {
        let error = #expect(throws: PolicyError.self) {
            try Fixture.compile(Fixture.rule(.deny, "a.x", ["v": constraints]))
        }
        #expect(error?.code == "bad-constraint")
        #expect(error?.problems.first?.line == 10)
    }

    @Test("A pattern of a megabyte is refused, not compiled")
    func longPattern() {
        #expect(throws: PolicyError.self) {
            try Fixture.compile(Fixture.rule(.allow, "a.x", ["v": [.matches(String(repeating: "a", count: 1 << 20))]]))
        }
    }
}
