import Testing

@testable import Policy

@Suite("Patterns of JSON Schema mean what ECMA-262 says, in linear time")
struct ECMAPatternTests {
    static func expression(_ pattern: String) throws -> RegularExpression {
        var budget = PatternBudget()
        return try budget.expression(try ECMAPattern.re2(pattern))
    }

    @Test(
        "A pattern is found in a text or not",
        arguments: [
            ("a", "bab", true), ("^a", "ba", false), ("a$", "ab", false), ("a$", "a\n", false), ("^$", "", true),
            ("^a$", "x\na\ny", false), ("^.$", "\u{1F600}", true), (".", "\n", false), (".", "\u{2028}", false),
            (".", "\u{85}", true), ("^\\d+$", "12", true), ("^\\d+$", "\u{661}", false), ("\\w", "\u{E9}", false),
            ("^\\s$", "\u{FEFF}", true), ("^\\s$", "\u{A0}", true), ("^\\s$", "\u{3000}", true),
            ("^\\S$", "\u{A0}", false),
            ("^\\W$", "\u{E9}", true), ("^\\D$", "x", true), ("\\bfoo\\b", "a foo b", true),
            ("\\bfoo\\b", "afoob", false),
            ("^[a-c]+$", "abc", true), ("^[^a-c]+$", "abc", false), ("^[^a]$", "\u{1F600}", true), ("[]", "a", false),
            ("^[^]$", "\n", true), ("^[\\w-.]+$", "a-b.c", true), ("^[\\]\\-\\\\]$", "]", true),
            ("^[\\b]$", "\u{8}", true),
            ("^[\\d\\D]$", "\n", true), ("^[^\\S]$", "\u{A0}", true), ("^[a\\-z]$", "b", false), ("^[-a]$", "-", true),
            ("^[a-]$", "-", true), ("^[[]$", "[", true), ("^\\cA$", "\u{1}", true), ("^\\x41\\u0042$", "AB", true),
            ("^\\u{1F600}$", "\u{1F600}", true), ("^\\uD83D\\uDE00$", "\u{1F600}", true), ("^\\0$", "\u{0}", true),
            ("^\\p{Letter}+$", "\u{E9}a", true), ("^\\p{L}+$", "1", false), ("^\\P{Lu}$", "a", true),
            ("^\\p{Script=Greek}$", "\u{3B1}", true), ("^\\p{gc=Nd}$", "\u{661}", true), ("^[\\p{L}\\d]+$", "a1", true),
            ("^[^\\p{L}]$", "a", false), ("^a{2}$", "aa", true), ("^a{2,}$", "a", false), ("^a{2,3}$", "aaaa", false),
            ("^a{0}$", "", true), ("^(?:ab){2}$", "abab", true), ("^(ab|cd)+$", "abcd", true), ("^(?<n>a)$", "a", true),
            ("^a*?$", "aaa", true), ("^a{1,2}?$", "aa", true), ("a|^b$", "xbx", false), ("^(a|b|)$", "", true),
            ("^a{$", "a{", true), ("^{a}$", "{a}", true), ("^\\/\\@\\_\\-$", "/@_-", true), ("^\\$\\.$", "$.", true),
            ("^\\t\\n\\v\\f\\r$", "\t\n\u{B}\u{C}\r", true), ("^.{0,1500}$", String(repeating: "x", count: 1500), true),
            ("^.{0,1500}$", String(repeating: "x", count: 1501), false), ("^(?:a{3}b?)*$", "aaaaaab", true),
            ("^a{1200}$", String(repeating: "a", count: 1200), true),
            ("^a{1200}$", String(repeating: "a", count: 1199), false),
        ])
    func matches(pattern: String, text: String, expected: Bool) throws {
        #expect(try Self.expression(pattern).matchesPart(of: text) == expected)
    }

    @Test(
        "What cannot be translated exactly is refused",
        arguments: [
            "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(a)\\1", "\\k<n>", "\\B", "\\A", "\\z", "\\Z", "\\a", "\\h", "\\Q",
            "(?i)a", "(?i:a)", "(?P<n>a)", "(?>a)", "a++", "a**", "a{2}{3}", "*a", "+", "?", "{2}", "^*", "$+", "\\b?",
            "(", ")", "a)", "[a", "\\", "[b-a]", "\\x1", "\\u12", "\\u{110000}", "\\u{}", "\\uD83D", "\\uDE00", "\\c1",
            "\\01", "\\p", "\\p{", "\\p{Nope}", "\\p{Greek}", "\\p{Script=Nope}", "\\p{Script_Extensions=Greek}",
            "\\p{Emoji}", "\\pL", "a{3,2}", "a{,3}", "a{20000}", "(?<1>a)", "(?<>a)", "(?:a{1000}){1000}",
        ])
    func refused(pattern: String) {
        #expect(throws: PatternRefusal.self) { try Self.expression(pattern) }
    }

    @Test("A pattern that is nested or long beyond measure is refused, not followed")
    func bounds() {
        let deep = String(repeating: "(", count: 5000) + "a" + String(repeating: ")", count: 3000)
        #expect(throws: PatternRefusal.self) { try Self.expression(deep) }
        #expect(throws: PatternRefusal.self) { try Self.expression(String(repeating: "a", count: 1 << 20)) }
    }

    /// A backtracking engine needs 2ⁿ steps for these; a minute would not do for 40 characters.
    @Test(
        "Patterns that blow up a backtracking engine take linear time",
        arguments: ["^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){12}$"])
    func linear(pattern: String) throws {
        let expression = try Self.expression(pattern)
        let short = String(repeating: "a", count: 10_000) + "!"
        let long = String(repeating: "a", count: 80_000) + "!"
        // Once each to build the automaton.
        _ = expression.matchesPart(of: short)
        let clock = ContinuousClock()
        let few = (0..<5).map { _ in clock.measure { _ = expression.matchesPart(of: short) } }.min() ?? .zero
        let many = (0..<5).map { _ in clock.measure { _ = expression.matchesPart(of: long) } }.min() ?? .zero
        // Eight times the text; twelve times more for noise and for caches that are flushed.
        #expect(many < max(few, .microseconds(20)) * 96)
        #expect(many < .seconds(5))
    }

    @Test("All patterns together stay within their memory")
    func memory() throws {
        var budget = PatternBudget()
        var accepted = 0
        while accepted < 100_000, (try? budget.expression("pattern\(accepted)[a-z]+")) != nil { accepted += 1 }
        #expect(accepted == PatternBudget.total / PatternBudget.steps[0])
        #expect(budget.remaining == 0)
        // What was compiled before costs nothing again.
        _ = try budget.expression("pattern0[a-z]+")
    }
}
