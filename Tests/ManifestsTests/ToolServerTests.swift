import StrictJSON
import Testing

@testable import Manifests

@Suite("A tool server's manifest")
struct ToolServerTests {
    static let problems: [(lines: String, place: String)] = [
        ("grants: [{read: \"${args.path}\"}]", "13:17 grants[0].read invalid-value"),
        ("grants: [{read: /etc/passwd}]", "13:17 grants[0].read invalid-value"),
        ("grants: [{exec: git}]", "13:17 grants[0].exec invalid-value"),
        ("limits: {cpu: 1s}", "13:10 limits.cpu unknown-key"),
        ("labels: {output: [secret]}", "13:19 labels.output[0] invalid-value"),
        ("transport: http", "13:1 transport not-enforceable-yet"),
    ]

    @Test("says where it is wrong", arguments: problems)
    func places(_ lines: String, _ place: String) {
        #expect(Kind.server.problems(Documents.server(lines)).map(\.place) == [place])
    }

    @Test("a tool of it that no rule could name is wrong where its name stands")
    func names() {
        for name in ["no name", "a..b", "a/b", "a:b", "\u{430}dd", String(repeating: "x", count: 125)] {
            let text = Documents.server.replacing("name: now", with: "name: \"\(name)\"")
            #expect(
                Kind.server.problems(text).map(\.place) == ["10:11 tools[0].name invalid-value"], "\(name)")
        }
        let twice = Documents.server.replacing(
            "tools:\n",
            with: "tools:\n  - {name: now, inputSchema: {type: object}, "
                + "digest: \"sha256:\(String(repeating: "0", count: 64))\"}\n")
        #expect(Kind.server.problems(twice).map(\.place) == ["11:5 tools[1] contradiction"])
    }

    @Test("a tool's file that holds a server says how to call it")
    func otherKind() {
        let problems = Kind.tool.problems(Documents.server)
        #expect(problems.map(\.place) == ["2:7 kind invalid-value"])
        #expect(problems.first?.suggestion == "name the file `tool-server.yaml`")
    }

    @Test("its tools are tools: named with the prefix, with the worst assumed of them")
    func expanded() throws {
        let server = try ToolServer.load(Array(Documents.server.utf8), file: "tool-server.yaml")
        let (tool, original) = try #require(server.expanded.first)
        #expect(tool.name.rawValue == "time.now" && original.name == "now")
        #expect(server.originalName(of: tool.name) == "now")
        #expect(tool.annotations == .unknown && tool.outputLabels == [.untrusted])
        #expect(tool.sandbox == server.sandbox)
        #expect(ToolServer.name(of: "Read_File-2.x", prefix: "fs2")?.rawValue == "fs2.Read_File-2.x")
    }
}
