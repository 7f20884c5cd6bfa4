import StrictJSON
import Testing

@testable import Manifests

@Suite("Errors name the place where the author has to look")
struct PositionTests {
    @Test("every value of a YAML text knows its line and column")
    func yamlPlaces() throws {
        let text = "a: 1\nb:\n  - x\n  - {c: 'y', d: [1, 2]}\né: \"z\"\n"
        let expected = [
            "a 1:4", "b 3:3", "b/0 3:5", "b/1 4:5", "b/1/c 4:9", "b/1/d 4:17", "b/1/d/0 4:18", "b/1/d/1 4:21", "é 5:4",
        ]
        #expect(places(try ManifestFile.parse(Array(text.utf8), file: "x.yaml")) == expected)
    }

    static let json: [(text: String, places: [String])] = [
        (#"{"a":1}"#, ["a 1:6"]),
        ("\n {\t\"a\" :\r\n [ 1 ,\r \"x\" ] }", ["a 3:2", "a/0 3:4", "a/1 4:2"]),
        (#"{"a\"{[,:":{"b":[]},"c":null}"#, ["a\"{[,: 1:12", "a\"{[,:/b 1:17", "c 1:25"]),
        (
            #"{"é😀":"ü","\u00e9":[{},[],-1.5e3,true]}"#,
            ["é😀 1:7", "é 1:20", "é/0 1:21", "é/1 1:24", "é/2 1:27", "é/3 1:34"]
        ),
    ]

    @Test("every value of a JSON text knows its line and column", arguments: json)
    func jsonPlaces(_ text: String, _ expected: [String]) throws {
        let tree = try ManifestFile.parse(Array(text.utf8), file: "x.json")
        #expect(places(tree) == expected)
        #expect(tree.json == (try JSON(parsing: text)))
    }

    @Test("what is not JSON is an error with its place")
    func badJSON() {
        let table: [(String, String)] = [
            ("{\n \"a\": 1,\n \"a\": 2}", "3:2 syntax"), ("{\"é\": 1,}", "1:8 syntax"),
            ("{\n  \"a\": nul}", "2:11 syntax"),
            ("{\"a\": \"\\ud800\"}", "1:8 syntax"), ("{} {}", "1:4 syntax"), ("a: 1", "1:1 syntax"),
        ]
        for (text, place) in table {
            #expect(Kind.tool.problems(text, file: "x.json").map(\.place) == [place], "\(text)")
        }
    }

    @Test("a JSON text is JSON whatever its file is called, and YAML in braces is YAML")
    func jsonByContent() throws {
        // libyaml knows no surrogate pairs, and ends a key after 1024 characters.
        let key = String(repeating: "k", count: 2000)
        let json = #"{"\ud83d\ude00": "a\/b", "\#(key)": 1}"#
        #expect(try ManifestFile.parse(Array(json.utf8), file: "x.yaml").json == ["😀": "a/b", .init(key): 1])
        #expect(try ManifestFile.parse(Array(#"{"a": b, c: 0o17}"#.utf8), file: "x.yaml").json == ["a": "b", "c": 15])
    }

    @Test("columns are counted in characters, lines end with LF, CR and CRLF alike")
    func lineEnds() {
        for end in ["\n", "\r", "\r\n"] {
            let text = "a: 1\(end)b: 'éé' \(end)c: {d: 1, d: 2}"
            #expect(Kind.tool.problems(text).map(\.place).contains("3:11 duplicate-key"), "\(end.debugDescription)")
        }
    }

    @Test("all errors of a file come at once, in the order of the file")
    func allAtOnce() {
        let text = """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: FS.read
            version: 1.10
            desciption: x
            command: git
            inputSchema: {type: object, properties: {path: {type: string}}, additionalProperties: false}
            sandbox: [pure]
            grants:
              - read: "${args.pth}"
              - listen: "0.0.0.0:80"
              - write: "${arg.path}"
              - raed: "${args.path}"
            limits: {time: 10 s, memory: 256MB, output: 0, output: 1}
            tests:
              - call: {path: README.md}
                expect: denid
            """
        let expected = [
            "1:1 missing-key",
            "3:7 name invalid-value",
            "4:10 version invalid-value",
            "5:1 desciption unknown-key",
            "6:10 command invalid-value",
            "8:10 sandbox invalid-value",
            "10:11 grants[0].read contradiction",
            "11:13 grants[1].listen invalid-value",
            "12:12 grants[2].write invalid-value",
            "13:5 grants[3].raed unknown-key",
            "14:16 limits.time invalid-value",
            "14:30 limits.memory invalid-value",
            "14:45 limits.output invalid-value",
            "14:48 duplicate-key",
            "17:13 tests[0].expect invalid-value",
        ]
        #expect(Kind.tool.problems(text).map(\.place) == expected)
    }

    @Test("a message says what was expected, what was found and what may have been meant")
    func messages() {
        let text = Documents.tool(
            "limits: {tiem: 10s, memory: 256MB}\ngrants: [{raed: x}]\nlabels: {output: untrusted}\n")
        let expected = [
            "t.yaml:9:10: limits.tiem: unknown key `tiem`; did you mean `time`?",
            "t.yaml:9:29: limits.memory: expected a size such as `16KiB`, `256MiB` or `1GiB`, found the text `256MB`; did you mean `256MiB`?",
            "t.yaml:10:11: grants[0].raed: unknown grant `raed`; did you mean `read`?",
            "t.yaml:11:18: labels.output: expected a list of labels, found the text `untrusted`; for a list of one write `[…]`",
        ]
        #expect(Kind.tool.problems(text, file: "t.yaml").map(\.description) == expected)
    }

    @Test("control characters of a manifest do not reach the terminal")
    func hostileText() {
        let problems = Kind.tool.problems(Documents.tool("\"\\e[31m\\u202e\": 1\n"), file: "a\u{1B}[2J.yaml")
        #expect(problems.count == 1)
        #expect(!problems.contains { $0.description.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" } })
    }

    /// `a/0 1:4` for each value inside the root.
    private func places(_ located: Located, _ path: String = "") -> [String] {
        switch located.content {
        case .object(let members):
            return members.flatMap { member in
                let inner = path.isEmpty ? member.key : path + "/" + member.key
                return ["\(inner) \(member.value.position.line):\(member.value.position.column)"]
                    + places(member.value, inner)
            }
        case .array(let elements):
            return elements.enumerated().flatMap { index, element in
                ["\(path)/\(index) \(element.position.line):\(element.position.column)"]
                    + places(element, "\(path)/\(index)")
            }
        default: return []
        }
    }
}
