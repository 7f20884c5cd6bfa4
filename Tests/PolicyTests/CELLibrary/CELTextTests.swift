import Testing

@testable import Policy

@Suite("CEL's strings are sequences of code points")
struct CELTextTests {
    /// `é` in two code points, which Swift's `==` takes for the one.
    private static let decomposed = "e\u{301}"

    @Test("Equality, order and size are by code points")
    func codePoints() {
        #expect(!CELText.equal("\u{E9}", Self.decomposed) && CELText.equal("\u{E9}", "\u{E9}"))
        #expect(CELText.size(Self.decomposed) == 2 && CELText.size("\u{1F431}\u{200D}\u{1F600}") == 3)
        #expect(CELText.size("\r\n") == 2 && CELText.size("") == 0)
        #expect(CELText.compare("\u{FFFD}", "\u{1F431}") == -1 && CELText.compare("a", "ab") == -1)
        #expect(CELText.compare("b", "ab") == 1 && CELText.compare("", "") == 0)
        #expect(CELText.compare([1, 2] as [UInt8], [1, 3]) == -1)
    }

    @Test(
        "A text contains, starts with and ends with another",
        arguments: [
            ("hello", "he", true, true, false), ("hello", "", true, true, true), ("hello", "ol", false, false, false),
            ("abababc", "ababc", true, false, true), ("", "", true, true, true), ("", "x", false, false, false),
            ("fort\u{E9}", "t\u{E9}", true, false, true), ("fort\u{E9}", "te\u{301}", false, false, false),
            ("forte\u{301}", "forte", true, true, false), ("\r\n", "\n", true, false, true),
            ("\u{1F468}\u{200D}\u{1F469}", "\u{1F468}", true, true, false),
        ])
    func parts(text: String, part: String, contains: Bool, starts: Bool, ends: Bool) {
        #expect(CELText.contains(text, part) == contains)
        #expect(CELText.startsWith(text, part) == starts)
        #expect(CELText.endsWith(text, part) == ends)
    }

    @Test(
        "The first place of a text",
        arguments: [
            ("tacocat", "", 0, 0), ("tacocat", "ac", 0, 1), ("tacocat", "none", 0, -1), ("tacocat", "", 3, 3),
            ("tacocat", "a", 3, 5), ("tacocat", "a", 7, -1), ("tacocat", "", 7, 7), ("ta©o©αT", "©αT", 3, 4),
            ("ta©o©αT", "©α", 5, -1), ("hello wello", "ello", 6, 7), ("aabaabaac", "aabaac", 0, 3), ("", "", 0, 0),
            ("ab", "abc", 0, -1),
        ])
    func first(text: String, part: String, from: Int64, expected: Int64) throws {
        #expect(try CELText.indexOf(text, part, from: from) == expected)
    }

    @Test(
        "The last place of a text",
        arguments: [
            ("", "@@", nil, -1), ("tacocat", "", nil, 7), ("tacocat", "at", nil, 5), ("tacocat", "", 3, 3),
            ("tacocat", "a", 3, 1), ("ta©o©αT", "©", nil, 4), ("ta©o©αT", "©", 3, 2), ("ta©o©αT", "©α", 4, 4),
            ("hello wello", "ello", 6, 1), ("bananananana", "nana", 7, 6), ("aaaa", "aa", nil, 2), ("aaaa", "aa", 4, 2),
        ] as [(String, String, Int64?, Int64)])
    func last(text: String, part: String, from: Int64?, expected: Int64) throws {
        let found = try from.map { try CELText.lastIndexOf(text, part, from: $0) } ?? CELText.lastIndexOf(text, part)
        #expect(found == expected)
    }

    @Test("A position outside of a text is an error", arguments: [-1, 8, 30, .max, .min] as [Int64])
    func outside(index: Int64) {
        #expect(throws: CELFunctionError.self) { try CELText.charAt("tacocat", index) }
        #expect(throws: CELFunctionError.self) { try CELText.indexOf("tacocat", "a", from: index) }
        #expect(throws: CELFunctionError.self) { try CELText.indexOf("tacocat", "", from: index) }
        #expect(throws: CELFunctionError.self) { try CELText.lastIndexOf("tacocat", "a", from: index) }
        #expect(throws: CELFunctionError.self) { try CELText.substring("tacocat", index) }
        #expect(throws: CELFunctionError.self) { try CELText.substring("tacocat", 0, index) }
    }

    @Test("Code points and runs of them are taken out")
    func substrings() throws {
        #expect(try CELText.charAt("©αT", 1) == "α" && CELText.charAt("tacocat", 7) == "")
        #expect(try CELText.substring("tacocat", 4) == "cat" && CELText.substring("tacocat", 7) == "")
        #expect(try CELText.substring("ta©o©αT", 2, 6) == "©o©α" && CELText.substring("tacocat", 4, 4) == "")
        #expect(Array(try CELText.charAt(Self.decomposed, 1).unicodeScalars) == ["\u{301}"])
        #expect(throws: CELFunctionError.self) { try CELText.substring("tacocat", 4, 3) }
    }

    @Test("Letters of ASCII change their case, texts are trimmed and reversed")
    func changes() {
        #expect(CELText.lowerASCII("TacoCÆt Xii[") == "tacocÆt xii[" && CELText.upperASCII("tacoCαt{") == "TACOCαT{")
        #expect(CELText.trim(" \u{C}\n\r\t\u{B}\u{85}\u{A0}\u{1680}text\u{2028}\u{202F}\u{3000}") == "text")
        #expect(CELText.trim("\u{180E}text\u{200B}\u{FEFF}") == "\u{180E}text\u{200B}\u{FEFF}")
        #expect(CELText.trim(" \t\r\n") == "" && CELText.trim("") == "" && CELText.trim(" a b ") == "a b")
        #expect(CELText.reverse("Ta©oCαt") == "tαCo©aT")
        #expect(Array(CELText.reverse("a\r\n").unicodeScalars) == ["\n", "\r", "a"])
    }

    @Test(
        "A text is replaced as often as asked",
        arguments: [
            ("12 days 12 hours", "{0}", "2", -1, "12 days 12 hours"),
            ("{0} days {0} hours", "{0}", "2", -1, "2 days 2 hours"),
            ("{0} days {0} hours", "{0}", "2", 1, "2 days {0} hours"), ("hello", "l", "L", 0, "hello"),
            ("1 ©αT taco", "αT", "o©α", -1, "1 ©o©α taco"), ("aaa", "aa", "b", -1, "ba"), ("ab", "", "-", -1, "-a-b-"),
            ("ab", "", "-", 2, "-a-b"), ("©α", "", "-", -1, "-©-α-"), ("", "", "x", -1, "x"),
            ("abc", "b", "", -1, "ac"),
        ])
    func replaced(text: String, old: String, new: String, limit: Int64, expected: String) throws {
        #expect(try CELText.replace(text, old, with: new, limit: limit, maximumBytes: 100) == expected)
    }

    @Test(
        "A text is split into as many pieces as asked",
        arguments: [
            ("hello world", " ", -1, ["hello", "world"]), ("a b c", " ", 0, []), ("a b c", " ", 1, ["a b c"]),
            ("a b c", " ", 2, ["a", "b c"]), ("a b c", " ", 9, ["a", "b", "c"]), ("o©o©o", "©", -1, ["o", "o", "o"]),
            ("", ",", -1, [""]), (",", ",", -1, ["", ""]), ("©αT", "", -1, ["©", "α", "T"]),
            ("©αT", "", 2, ["©", "αT"]),
            ("", "", -1, []), ("ab", "", .max, ["a", "b"]),
        ] as [(String, String, Int64, [String])])
    func split(text: String, separator: String, limit: Int64, expected: [String]) {
        #expect(CELText.split(text, separator: separator, limit: limit) == expected)
    }

    @Test("Texts are joined")
    func joined() throws {
        #expect(try CELText.join(["x", "y"], maximumBytes: 2) == "xy")
        #expect(try CELText.join(["x", "y"], separator: "-", maximumBytes: 3) == "x-y")
        #expect(try CELText.join([], separator: "-", maximumBytes: 0) == "")
    }

    @Test(
        "A quoted text shows what CEL escapes, and nothing else changes",
        arguments: [
            ("", #""""#), ("first\nsecond", #""first\nsecond""#), ("\u{7}\u{8}\u{C}\r\t\u{B}", #""\a\b\f\r\t\v""#),
            (#"a\n"#, #""a\\n""#), (#"mid " quote"#, #""mid \" quote""#), ("завтра \u{1F600}", "\"завтра \u{1F600}\""),
            ("size('ÿ')", #""size('ÿ')""#),
        ])
    func quoted(text: String, expected: String) throws {
        #expect(try CELText.quote(text, maximumBytes: 100) == expected)
    }

    @Test("A result past its allowed size is an error, at its size it is not")
    func sizes() throws {
        #expect(try CELText.replace("aaaa", "a", with: "bb", maximumBytes: 8) == "bbbbbbbb")
        #expect(throws: CELFunctionError.self) { try CELText.replace("aaaa", "a", with: "bb", maximumBytes: 7) }
        #expect(throws: CELFunctionError.self) { try CELText.replace("ab", "", with: "-", maximumBytes: 4) }
        #expect(throws: CELFunctionError.self) { try CELText.join(["x", "y"], separator: "-", maximumBytes: 2) }
        #expect(try CELText.quote("\n", maximumBytes: 4) == #""\n""#)
        #expect(throws: CELFunctionError.self) { try CELText.quote("\n", maximumBytes: 3) }
        #expect(throws: CELFunctionError.self) { try CELText.quote("", maximumBytes: 1) }
        #expect(try CELText.concatenate("ab", "c", maximumBytes: 3) == "abc")
        #expect(throws: CELFunctionError.self) { try CELText.concatenate("ab", "c", maximumBytes: 2) }
        #expect(try CELText.concatenate([1], [2], maximumBytes: 2) == [1, 2])
        #expect(throws: CELFunctionError.self) { try CELText.concatenate([1], [2], maximumBytes: 1) }
    }

    @Test("A search of hostile texts takes linear time", .timeLimit(.minutes(1)))
    func linear() throws {
        let text = String(repeating: "a", count: 1 << 18)
        let part = String(repeating: "a", count: 1 << 17) + "b"
        #expect(!CELText.contains(text, part))
        #expect(CELText.lastIndexOf(text, part) == -1)
        #expect(try CELText.replace(text, part, with: "", maximumBytes: 1 << 18).utf8.count == 1 << 18)
        #expect(CELText.split(text, separator: part).count == 1)
        #expect(CELText.split(text, separator: "a").count == (1 << 18) + 1)
    }
}
