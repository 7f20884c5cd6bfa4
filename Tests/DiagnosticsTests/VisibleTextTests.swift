import Diagnostics
import Testing

@Suite("Text of agents and tools cannot deceive the person who reads it")
struct VisibleTextTests {
    @Test(
        "ordinary text stays as it is",
        arguments: [
            "", "plain ASCII: ~/a.b-c_d `x` \\n $!", "é ñ ü ß ł İstanbul", "e\u{301}", "日本語のテキスト（例）、ですか？", "Tシャツ",
            "한국어", "ノート、丶、〇一", "१०० रुपये", "ยินดี ๑๐๐", "ქართული ენა", "አማርኛ", "ısı kapı", "5 × 6 = 30", "A ∪ B",
            "℃ № ™ ℹ",
            "Привет, мир", "Ελληνικά κείμενα", "العربية", "עברית", "हिन्दी", "😀 👍🏽 ❤️ 👨‍👩‍👧 🏳️‍🌈", "– — … “quoted” ™ €5 ½",
        ])
    func ordinary(text: String) {
        #expect(VisibleText.line(text) == text)
        #expect(VisibleText.block(text) == text)
    }

    @Test(
        "what a terminal obeys, what hides and what reorders is written out",
        arguments: [
            ("\u{1B}[31mred\u{1B}[0m", #"\u{1B}[31mred\u{1B}[0m"#), ("\u{1B}]0;title\u{7}", #"\u{1B}]0;title\u{7}"#),
            ("\u{9B}2J", #"\u{9B}2J"#), ("a\rb", #"a\u{D}b"#), ("a\u{8}b", #"a\u{8}b"#), ("\0", #"\u{0}"#),
            ("\u{7F}", #"\u{7F}"#), ("x\u{202E}y\u{2069}", #"x\u{202E}y\u{2069}"#), ("a\u{200B}b", #"a\u{200B}b"#),
            ("a\u{200D}b", #"a\u{200D}b"#), ("1\u{FE0F}", #"1\u{FE0F}"#), ("\u{FEFF}a", #"\u{FEFF}a"#),
            ("a\u{AD}b", #"a\u{AD}b"#), ("a\u{A0}b", #"a\u{A0}b"#), ("a\u{2028}b", #"a\u{2028}b"#),
            ("\u{E0041}", #"\u{E0041}"#), ("\u{3164}", #"\u{3164}"#), ("\u{2800}", #"\u{2800}"#),
            ("\u{E000}", #"\u{E000}"#), ("\u{FFFF}", #"\u{FFFF}"#), ("\u{301}x", #"\u{301}x"#),
            ("z\u{300}\u{301}\u{302}\u{303}\u{304}", "z\u{300}\u{301}\u{302}\u{303}\\u{304}"),
            ("😀\u{200D}x", #"😀\u{200D}x"#),
        ])
    func dangerous(text: String, expected: String) {
        #expect(VisibleText.line(text) == expected)
        #expect(VisibleText.block(text) == expected)
    }

    @Test(
        "look-alikes of ASCII are written out",
        arguments: [
            ("p\u{430}ypal", #"p\u{430}ypal"#), ("fs.re\u{430}d", #"fs.re\u{430}d"#),
            ("\u{441}\u{430}\u{440}", #"\u{441}\u{430}\u{440}"#),
            ("g\u{3BF}\u{3BF}gle", #"g\u{3BF}\u{3BF}gle"#), ("\u{391}\u{392}", #"\u{391}\u{392}"#),
            ("ｒｍ", #"\u{FF52}\u{FF4D}"#), ("．．／etc", #"\u{FF0E}\u{FF0E}\u{FF0F}etc"#), ("𝐫𝐦", #"\u{1D42B}\u{1D426}"#),
            ("a\u{2215}b", #"a\u{2215}b"#), ("example\u{2024}com", #"example\u{2024}com"#),
            ("\u{13A0}\u{13E2}", #"\u{13A0}\u{13E2}"#),
            ("rm\u{31D3}x", #"rm\u{31D3}x"#), ("a\u{30CE}b", #"a\u{30CE}b"#), ("v1\u{966}", #"v1\u{966}"#),
            ("r\u{966}\u{966}t", #"r\u{966}\u{966}t"#), ("\u{212A}ey", #"\u{212A}ey"#), ("\u{210B}", #"\u{210B}"#),
            ("\u{1D0F}k", #"\u{1D0F}k"#), ("\u{17F}h", #"\u{17F}h"#), ("\u{16C1}s", #"\u{16C1}s"#),
            ("a\u{FE68}b", #"a\u{FE68}b"#),
            ("\u{10282}", #"\u{10282}"#), ("\u{1FBF1}", #"\u{1FBF1}"#), ("a\u{2768}b", #"a\u{2768}b"#),
            ("g\u{10FF}\u{101D}d", #"g\u{10FF}\u{101D}d"#), ("\u{4AF}\u{443}", #"\u{4AF}\u{443}"#),
            ("\u{2010}rf", #"\u{2010}rf"#), ("a\u{585}b", #"a\u{585}b"#), ("file1\u{430}", #"file1\u{430}"#),
        ])
    func lookAlikes(text: String, expected: String) {
        #expect(VisibleText.line(text) == expected)
    }

    @Test("a block keeps its lines and tabs, a line does not")
    func lines() {
        #expect(VisibleText.block("a\n\tb\r\n") == "a\n\tb\\u{D}\n")
        #expect(VisibleText.line("a\n\tb") == #"a\u{A}\u{9}b"#)
    }

    @Test("what is written out exactly cannot be imitated by text, and a carriage return ends no line")
    func exact() {
        #expect(VisibleText.exactLines("a\r\nb\r\n") == [#"a\u{D}"#, #"b\u{D}"#, ""])
        #expect(VisibleText.exactLines("a\rb") == [#"a\u{D}b"#])
        #expect(VisibleText.exactLines(#"a\u{D}\u{A}b"#) == [#"a\u{5C}u{D}\u{5C}u{A}b"#])
        #expect(VisibleText.exact(#"C:\users \n \\u{0}"#) == #"C:\users \n \\u{5C}u{0}"#)
        #expect(VisibleText.exact("\0") == #"\u{0}"#)
    }

    @Test("a quotation cannot be left")
    func quotation() {
        #expect(VisibleText.quoted("a` allowed `b") == #"`a\u{60} allowed \u{60}b`"#)
        #expect(VisibleText.quoted("a`\u{301}b") == "`a\\u{60}\u{301}b`")
    }

    @Test("long text is cut", arguments: [(0, "…"), (2, "ab…"), (3, "abc"), (4, "abc"), (-1, "…")])
    func limit(limit: Int, expected: String) {
        #expect(VisibleText.line("abc", limit: limit) == expected)
    }

    @Test("no scalar below U+30000 gets a terminal's attention")
    func everyScalar() {
        for value in UInt32(0x80)..<0x30000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isClean = VisibleText.line("a\(scalar)a").unicodeScalars.allSatisfy {
                switch $0.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: false
                default: !$0.properties.isBidiControl
                }
            }
            #expect(isClean, "U+\(String(value, radix: 16))")
        }
    }
}
