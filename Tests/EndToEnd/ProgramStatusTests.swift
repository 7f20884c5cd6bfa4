import StrictJSON
import TestSupport
import Testing

@Suite("A call of exec.run ends as the program that it ran")
struct ProgramStatusTests {
    private static func scene() throws -> Scene { try Scene(.possible[0], rules: "- allow: exec.run") }

    @Test("the exit status is the program's own, and its output comes all the same", arguments: [0, 1, 7, 125])
    func status(_ status: Int32) throws {
        let scene = try Self.scene()
        let result = scene.agentbox(
            ["call", "--intent", scene.intent, "exec.run", #"argv=["sh","-c","echo out; exit \#(status)"]"#])
        #expect(result.status == status, "\(result)")
        let output = try JSON(parsing: result.output)
        #expect(output["stdout"] == "out\n" && output["exitCode"] == .integer(Int64(status)))
        #expect(result.errorOutput.contains("the program exited with \(status)") == (status != 0), "\(result)")
    }

    @Test("a signal and a missing program end it as in a shell")
    func others() throws {
        let scene = try Self.scene()
        let call = ["call", "--intent", scene.intent, "exec.run"]
        #expect(scene.agentbox(call + [#"argv=["sh","-c","kill -TERM $$"]"#]).status == 128 + 15)
        #expect(scene.agentbox(call + [#"argv=["no-such-program"]"#]).status == 127)
    }

    @Test("a failed program leaves the workspace as it was, and is a failure on record with its result")
    func writes() throws {
        let scene = try Self.scene()
        let failed = try scene.call(
            "exec.run", ["argv": ["sh", "-c", "echo half > a; exit 3"], "writes": ["a"]])
        #expect(failed["outcome"]?["exit"] == 3 && failed["outcome"]?["status"] == "failed")
        #expect(failed["outcome"]?["structured"]?["exitCode"] == 3)
        #expect(scene.file("a") == nil)
        #expect(try scene.runs().last?["calls"]?[0]?["ended"]?["outcome"]?["exit"] == 3)
        // Positive control.
        _ = try scene.call("exec.run", ["argv": ["sh", "-c", "echo all > a"], "writes": ["a"]])
        #expect(scene.file("a") == "all\n")
    }

    @Test("an MCP client sees an error with the structured result and the output")
    func client() throws {
        let scene = try Self.scene()
        let requests: [JSON] = [
            [
                "jsonrpc": "2.0", "id": 1, "method": "initialize",
                "params": [
                    "protocolVersion": "2025-11-25", "capabilities": [:], "clientInfo": ["name": "t", "version": "1"],
                ],
            ],
            ["jsonrpc": "2.0", "method": "notifications/initialized"],
            [
                "jsonrpc": "2.0", "id": 2, "method": "tools/call",
                "params": ["name": "exec.run", "arguments": ["argv": ["sh", "-c", "echo out; exit 3"]]],
            ],
        ]
        try scene.folder.write("requests", requests.map { $0.encodedString() + "\n" }.joined())
        // The input stays open until the answer is there.
        let result = scene.script(
            "mkfifo in; exec 3<>in; start mcp task.yaml <in; cat requests >&3; await out '\"id\":2'; kill $process; cat out"
        )
        let answer = try result.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
            .first { $0["id"] == 2 }?["result"]
        #expect(answer?["isError"] == true, "\(result)")
        #expect(answer?["structuredContent"]?["exitCode"] == 3)
        #expect(answer?["content"]?[0]?["text"]?.stringValue?.contains(#""stdout":"out\n""#) == true)
        #expect(answer?["content"]?[1]?["text"]?.stringValue?.contains("exit status 3") == true)
    }

    @Test("inside a run it is the same")
    func inside() throws {
        let scene = try Self.scene()
        let call = #"agentbox call exec.run 'argv=["sh","-c","echo out; exit 7"]'"#
        let result = scene.agentbox(["run", scene.intent, "--", "/bin/sh", "-c", call])
        #expect(result.status == 7, "\(result)")
        #expect(result.output.contains(#""stdout":"out\n""#), "\(result)")
    }
}
