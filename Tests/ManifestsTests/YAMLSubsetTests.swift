import StrictJSON
import Testing

@testable import Manifests

@Suite("Of YAML, manifests have what a reviewer can read and no more")
struct YAMLSubsetTests {
    static let refused: [(text: String, places: [String])] = [
        ("a: &x 1", ["1:4 syntax"]),
        ("a: *x", ["1:4 syntax"]),
        ("a: &x 1\nb: *x", ["1:4 syntax", "2:4 syntax"]),
        ("&x a: 1", ["1:1 syntax"]),
        ("a: !x 1", ["1:4 syntax"]),
        ("a: ! 1", ["1:4 syntax"]),
        ("a: !!str 1", ["1:4 syntax"]),
        ("a: !<tag:yaml.org,2002:int> 1", ["1:4 syntax"]),
        ("a: ! [1]", ["1:4 syntax"]),
        ("--- !x\na: 1", ["1:5 syntax"]),
        ("%YAML 1.1\n---\na: 1", ["1:1 syntax"]),
        ("%TAG ! tag:x,2000:\n---\na: 1", ["1:1 syntax"]),
        ("a: 1\n---\nb: 2", ["2:1 syntax"]),
        ("---\na: 1\n---\n", ["3:1 syntax"]),
        ("a: 1\n...\n---\nb: 2", ["3:1 syntax"]),
        ("a: 1\n...\nb: 2", ["3:1 syntax"]),
        ("a: 1\n...\n@", ["3:1 syntax"]),
        ("? a\n: 1", ["1:1 syntax"]),
        ("{? a : 1}", ["1:2 syntax"]),
        ("[1]: 2", ["1:1 syntax"]),
        ("{a: 1}: 2", ["1:1 syntax"]),
        ("<<: {a: 1}", ["1:1 syntax"]),
        ("b: {<<: {a: 1}}", ["1:5 syntax"]),
        ("1: a", ["1:1 syntax"]),
        ("true: a", ["1:1 syntax"]),
        ("~: a", ["1:1 syntax"]),
        (": a", ["1:1 syntax"]),
        ("a: 1\na: 2", ["2:1 duplicate-key"]),
        ("a: 1\n\"a\": 2", ["2:1 duplicate-key"]),
        ("b: {a: 1, 'a': 2}", ["1:11 duplicate-key"]),
        ("a: \"\\ud800\"", ["1:7 syntax"]),
        ("a: .inf", ["1:4 invalid-value"]),
        ("a: -.Inf", ["1:4 invalid-value"]),
        ("a: [.nan]", ["1:5 invalid-value"]),
        ("a: 1e999", ["1:4 invalid-value"]),
        ("a: 0xfffffffffffffffff", ["1:4 invalid-value"]),
        ("", ["1:1 syntax"]),
        ("# nothing\n", ["1:1 syntax"]),
        ("a: [1, 2", ["2:1 syntax"]),
        ("\ta: 1", ["1:1 syntax"]),
        ("a: @b", ["1:4 syntax"]),
        ("a: b: c", ["1:5 syntax"]),
        ("a: 'b", ["1:6 syntax"]),
    ]

    @Test("what is refused is named with its place", arguments: refused)
    func refusals(_ text: String, _ places: [String]) {
        #expect(problems(Array(text.utf8)).map(\.place) == places)
    }

    @Test("a text as block, in quotes, folded, with comments and an explicit start is read")
    func accepted() throws {
        let text = """
            # A comment.
            ---
            plain: a text  # another
            single: 'it''s'
            double: "tab\\tsnowman\\u2603"
            literal: |
              one
              two
            folded: >-
              one
              two
            flow: {a: [1, two, ], "b": null}
            list:
            - 1
            - - 2
            """
        let expected: JSON = [
            "plain": "a text", "single": "it's", "double": "tab\tsnowman☃", "literal": "one\ntwo\n",
            "folded": "one two", "flow": ["a": [1, "two"], "b": nil], "list": [1, [2]],
        ]
        #expect(try ManifestFile.parse(Array(text.utf8), file: "x.yaml").json == expected)
    }

    static let refusedBytes: [(name: String, bytes: [UInt8], place: String)] = [
        ("invalid UTF-8", [0x61, 0x3A, 0x20, 0xFF], "1:4 syntax"),
        ("overlong UTF-8", [0x61, 0x3A, 0x0A, 0xC0, 0x80], "2:1 syntax"),
        ("a surrogate in UTF-8", [0x61, 0x3A, 0x20, 0xED, 0xA0, 0x80], "1:4 syntax"),
        ("cut UTF-8", [0x61, 0x3A, 0x20, 0xE2, 0x98], "1:4 syntax"),
        ("a byte order mark", [0xEF, 0xBB, 0xBF] + Array("a: 1".utf8), "1:1 syntax"),
        ("a byte order mark inside", Array("a: \u{FEFF}1".utf8), "1:4 syntax"),
        ("UTF-16", [0xFF, 0xFE, 0x61, 0x00], "1:1 syntax"),
        ("NUL", Array("a: \0".utf8), "1:4 syntax"),
        ("escape", Array("a: \u{1B}[31m".utf8), "1:4 syntax"),
        ("backspace", Array("a: x\u{8}".utf8), "1:5 syntax"),
        ("delete", Array("a: \u{7F}".utf8), "1:4 syntax"),
        ("a C1 control", Array("a: \u{9B}".utf8), "1:4 syntax"),
        ("NEL, a line for YAML 1.1 only", Array("a: 1 #\u{85}b: 2".utf8), "1:7 syntax"),
        ("LS", Array("a: 1 #\u{2028}b: 2".utf8), "1:7 syntax"),
        ("a right-to-left override", Array("a: 1 # \u{202E}".utf8), "1:8 syntax"),
        ("a bidirectional isolate", Array("a: 1\n# \u{2067}".utf8), "2:3 syntax"),
    ]

    @Test(
        "bytes that an editor would not show as they are read are refused, in YAML and in JSON", arguments: refusedBytes
    )
    func bytes(_ name: String, _ bytes: [UInt8], _ place: String) {
        #expect(problems(bytes).map(\.place) == [place], "\(name)")
        #expect(problems(bytes, file: "x.json").map(\.place) == [place], "\(name)")
    }

    @Test("a megabyte is read and a byte more is refused")
    func size() {
        let prefix = "a: 1\n#"
        let fits = prefix + String(repeating: "x", count: (1 << 20) - prefix.utf8.count)
        #expect(problems(Array(fits.utf8)).isEmpty)
        #expect(problems(Array((fits + "x").utf8)).map(\.place) == ["1:1 unreadable"])
    }

    @Test("64 levels are read and one more is refused, whatever they are made of")
    func depth() {
        for (open, close) in [("[", "]"), ("{a: ", "}"), ("[{a: ", "}]"), ("- ", "")] {
            let step = open == "[{a: " ? 2 : 1
            let fits = String(repeating: open, count: 63 / step) + "x" + String(repeating: close, count: 63 / step)
            #expect(problems(Array(fits.utf8)).isEmpty, "\(open)")
            let deep = String(repeating: open, count: 64) + "x" + String(repeating: close, count: 64)
            #expect(problems(Array(deep.utf8)).contains { $0.message.contains("64 levels") }, "\(open)")
            let abyss = String(repeating: open, count: 100_000)
            #expect(!problems(Array(abyss.utf8)).isEmpty, "\(open)")
        }
    }

    @Test("a billion laughs cost as many steps as they have characters")
    func billionLaughs() {
        var text = "a0: &a0 [" + Array(repeating: "lol", count: 10).joined(separator: ", ") + "]\n"
        for level in 1...60 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        // 10^61 nodes, if anything expanded them.
        let clock = ContinuousClock()
        let time = clock.measure { #expect(!problems(Array(text.utf8)).isEmpty) }
        #expect(time < .seconds(1))
        // As keys, which a composer would have to compare.
        #expect(!problems(Array((text + "? [*a60, *a60]\n: 1\n").utf8)).isEmpty)
    }

    @Test("a file with a problem in every line keeps a bounded list and counts the rest")
    func bounded() throws {
        let text = String(repeating: "a: 1\n", count: 50_000)
        let error = try #require(throws: ManifestErrors.self) {
            try ManifestFile.parse(Array(text.utf8), file: "x.yaml")
        }
        #expect(error.problems.count == 100)
        #expect(error.omitted == 50_000 - 1 - 100)
        #expect(error.description.hasSuffix("\nand \(50_000 - 1 - 20) more"))
    }

    private func problems(_ bytes: [UInt8], file: String = "x.yaml") -> [ManifestProblem] {
        do throws(ManifestErrors) {
            _ = try ManifestFile.parse(bytes, file: file)
            return []
        } catch {
            return error.problems
        }
    }
}
