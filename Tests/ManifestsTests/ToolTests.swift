import StrictJSON
import Testing

@testable import Manifests

@Suite("A tool manifest is loaded whole and right, or not at all")
struct ToolTests {
    @Test("the manifest of the design loads")
    func design() throws {
        let text = """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: fs.read
            version: 1.0.0
            title: Read a file
            description: Returns the text of one file in the workspace.
            command: [agentbox-fs-read]
            input: stdin
            inputSchema:  {type: object, properties: {path: {type: string}}, required: [path], additionalProperties: false}
            outputSchema: {type: object}
            annotations: {readOnly: true, destructive: false, idempotent: true, openWorld: false}
            sandbox: pure
            grants:
              - read: "${args.path}"
            labels: {output: [untrusted]}
            credentials: []
            limits: {time: 10s, memory: 256MiB, output: 1MiB}
            tests:
              - call: {path: README.md}
                expect: {contains: "#"}
              - call: {path: ../../etc/passwd}
                expect: denied
            """
        let tool = try Tool.load(Array(text.utf8), file: "tool.yaml")
        #expect(tool.name.rawValue == "fs.read")
        #expect(tool.grants == [GrantTemplate(word: .read, value: try Template(parsing: "${args.path}"))])
        #expect(tool.limits == ToolLimits(time: .seconds(10), memory: ByteCount(256 << 20), output: ByteCount(1 << 20)))
        #expect(tool.tests.map(\.expect) == [.succeeds(contains: "#", structured: nil), .denied])
        #expect(tool.annotations == Annotations(readOnly: true, destructive: false, idempotent: true, openWorld: false))
    }

    @Test("what is not said means the worst")
    func defaults() throws {
        let tool = try Tool.load(Array(Documents.tool.utf8), file: "tool.yaml")
        #expect(tool.annotations == Annotations(readOnly: false, destructive: true, idempotent: false, openWorld: true))
        #expect(tool.outputLabels == [.untrusted])
        #expect(tool.grants.isEmpty)
        #expect(tool.input == .stdin)
    }

    /// Lines after those of `Documents.tool`, the first of them line 9.
    static let refused: [(lines: String, places: [String])] = [
        ("title: \"two\\nlines\"", ["9:8 title invalid-value"]),
        ("title:", ["9:7 title invalid-value"]),
        ("input: file", ["9:8 input invalid-value"]),
        ("outputSchema: []", ["9:15 outputSchema invalid-value"]),
        ("annotations: {readOnly: yes}", ["9:25 annotations.readOnly invalid-value"]),
        ("annotations: {readOnly: true, destructive: true}", ["9:44 annotations.destructive contradiction"]),
        ("annotations: {readOnly: true}\ngrants: [{write: a}]", ["10:18 grants[0].write contradiction"]),
        ("annotations: {readOnly: true}\ngrants: [{git: refs}]", ["10:16 grants[0].git contradiction"]),
        ("grants: [{read: a, write: b}]", ["9:10 grants[0] invalid-value"]),
        ("grants: [{}]", ["9:10 grants[0] invalid-value"]),
        ("grants: [read]", ["9:10 grants[0] invalid-value"]),
        ("grants: [{read: a}, {read: a}]", ["9:21 grants[1] contradiction"]),
        ("grants: [{read: \"${args.other}\"}]", ["9:17 grants[0].read contradiction"]),
        ("grants: [{read: ../x}]", ["9:17 grants[0].read invalid-value"]),
        ("grants: [{read: a/../../x}]", ["9:17 grants[0].read invalid-value"]),
        ("grants: [{read: /etc/passwd}]", ["9:17 grants[0].read invalid-value"]),
        ("grants: [{read: /workspaces/x}]", ["9:17 grants[0].read invalid-value"]),
        ("grants: [{read: \"../\\u0301x\"}]", ["9:17 grants[0].read invalid-value"]),
        ("grants: [{git: hooks}]", ["9:16 grants[0].git invalid-value"]),
        ("grants: [{exec: git}]", ["9:17 grants[0].exec invalid-value"]),
        ("grants: [{exec: /usr/bin/../git}]", ["9:17 grants[0].exec invalid-value"]),
        ("grants: [{delete: a}]", ["9:11 grants[0].delete unknown-key"]),
        ("labels: {}", ["9:9 labels missing-key"]),
        ("labels: {output: [secret]}", ["9:19 labels.output[0] invalid-value"]),
        ("limits: {time: 0s}", ["9:16 limits.time invalid-value"]),
        ("limits: {time: 10}", ["9:16 limits.time invalid-value"]),
        ("limits: {time: -1s}", ["9:16 limits.time invalid-value"]),
        ("limits: {time: 999999999d}", ["9:16 limits.time invalid-value"]),
        ("limits: {memory: 0}", ["9:18 limits.memory invalid-value"]),
        ("limits: {memory: 1.5MiB}", ["9:18 limits.memory invalid-value"]),
        ("limits: {memory: \"16\u{212A}iB\"}", ["9:18 limits.memory invalid-value"]),
        ("files: [/etc/passwd]", ["9:9 files[0] invalid-value"]),
        ("files: [a//b]", ["9:9 files[0] invalid-value"]),
        ("files: [./a]", ["9:9 files[0] invalid-value"]),
        ("files: [a, a]", ["9:12 files[1] contradiction"]),
        ("tests: [{call: {}}]", ["9:9 tests[0] missing-key"]),
        ("tests: [{call: x, expect: denied}]", ["9:16 tests[0].call invalid-value"]),
        ("tests: [{call: {}, expect: [denied]}]", ["9:28 tests[0].expect invalid-value"]),
        ("tests: [{call: {}, expect: {contians: x}}]", ["9:29 tests[0].expect.contians unknown-key"]),
    ]

    @Test("what is wrong is named with its place", arguments: refused)
    func refusals(_ lines: String, _ places: [String]) {
        #expect(Kind.tool.problems(Documents.tool(lines)).map(\.place) == places)
    }

    /// A line of `Documents.tool`, and what to write in its stead.
    static let changed: [(line: String, instead: String, places: [String])] = [
        ("name: fs.read", "name: fs..read", ["3:7 name invalid-value"]),
        ("name: fs.read", "name: fs.réad", ["3:7 name invalid-value"]),
        ("name: fs.read", "name: \(String(repeating: "a", count: 65))", ["3:7 name invalid-value"]),
        ("version: 1.0.0", "version: 1.0", ["4:10 version invalid-value"]),
        ("version: 1.0.0", "version: 01.0.0", ["4:10 version invalid-value"]),
        ("version: 1.0.0", "version: 1.0.0-", ["4:10 version invalid-value"]),
        ("description: Reads a file.", "description: ''", ["5:14 description invalid-value"]),
        ("description: Reads a file.", "description: \"\\0\"", ["5:14 description invalid-value"]),
        ("command: [agentbox-fs-read]", "command: []", ["6:10 command invalid-value"]),
        ("command: [agentbox-fs-read]", "command: [git]", ["6:11 command[0] invalid-value"]),
        ("command: [agentbox-fs-read]", "command: [../git]", ["6:11 command[0] invalid-value"]),
        ("command: [agentbox-fs-read]", "command: [./a/../../b]", ["6:11 command[0] invalid-value"]),
        ("command: [agentbox-fs-read]", "command: [\"/bin/${args.path}\"]", ["6:11 command[0] invalid-value"]),
        ("command: [agentbox-fs-read]", "command: [/bin/a, \"${args.x}\"]", ["6:19 command[1] contradiction"]),
        ("command: [agentbox-fs-read]", "command: [/bin/a, \"${path}\"]", ["6:19 command[1] invalid-value"]),
        ("command: [agentbox-fs-read]", "command: [/bin/a, 1]", ["6:19 command[1] invalid-value"]),
        ("inputSchema: {type: object, ", "inputSchema: {type: array, ", ["7:21 inputSchema invalid-value"]),
        ("sandbox: pure", "sandbox: Pure", ["8:10 sandbox invalid-value"]),
        ("kind: Tool", "kind: Intent", ["2:7 kind invalid-value"]),
        ("apiVersion: agentbox.dev/v1", "apiVersion: v2\nx: y", ["1:13 apiVersion invalid-value"]),
    ]

    @Test("a changed line is named with its place", arguments: changed)
    func changes(_ line: String, _ instead: String, _ places: [String]) throws {
        let range = try #require(Documents.tool.range(of: line))
        var text = Documents.tool
        text.replaceSubrange(range, with: instead)
        #expect(Kind.tool.problems(text).map(\.place) == places)
    }

    @Test("an argument may be unknown where the schema leaves room for it")
    func openSchemas() {
        for schema in [
            "{type: object}", "{type: object, properties: {}}",
            "{type: object, properties: {a: {}}, additionalProperties: {}}",
        ] {
            let text = """
                apiVersion: agentbox.dev/v1
                kind: Tool
                name: x
                version: 1.0.0
                description: x
                command: [./x, "${args.b}"]
                inputSchema: \(schema)
                sandbox: pure
                """
            #expect(Kind.tool.problems(text).isEmpty, "\(schema)")
        }
    }
}

extension String {
    /// Where `text` first stands in this one.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        firstRange(of: text)
    }
}
