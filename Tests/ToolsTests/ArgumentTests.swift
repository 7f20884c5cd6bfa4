import StrictJSON
import TestSupport
import Testing

@Suite("Every bundled tool refuses what it does not understand")
struct ArgumentTests {
    static let tools = [
        "fs-read", "fs-list", "fs-search", "fs-write", "fs-edit", "git-status", "git-log", "git-diff", "git-commit",
        "exec-run", "http-get", "http-request", "git-fetch", "git-push", "postgres-query",
    ]

    @Test("input that is not one JSON object is an error of one line", arguments: tools)
    func input(tool: String) throws {
        let folder = try TemporaryFolder()
        for text in ["", "[]", "null", "{", #"{"path":"a","path":"b"}"#, #"{"path":"\ud800"}"#, "{} {}"] {
            let result = BundledTool(tool).call(text: text, in: folder)
            #expect(result.status == 1, "\(text)")
            #expect(result.output == nil)
            #expect(!result.error.isEmpty && !result.error.contains("\n"))
        }
    }

    @Test("an unknown argument is not ignored", arguments: tools)
    func unknown(tool: String) throws {
        let message = BundledTool(tool).fail(["pth\u{202E}": 1], in: try TemporaryFolder())
        #expect(message.contains(#"there is no argument `pth\u{202E}`"#))
    }

    @Test(
        "paths outside the workspace, empty ones and ones with a NUL are refused",
        arguments: ["fs-read", "fs-list", "fs-search", "fs-write", "fs-edit"],
        ["", "/etc/passwd", "/workspacex/a", "a\0b"])
    func paths(tool: String, path: String) throws {
        var arguments: JSONObject = ["path": .string(path)]
        switch tool {
        case "fs-search": arguments["pattern"] = "x"
        case "fs-write": arguments["content"] = "x"
        case "fs-edit": arguments["edits"] = [["old": "a", "new": "b"]]
        default: break
        }
        _ = BundledTool(tool).fail(.object(arguments), in: try TemporaryFolder())
    }
}
