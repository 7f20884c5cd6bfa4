import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("What a signal ends is ended on record")
struct InterruptionTests {
    @Test("an interrupted call is stopped, and its run has an end on record", arguments: [SIGINT, SIGTERM])
    func call(signal: Int32) throws {
        let scene = try Scene(.possible[0], rules: "- allow: exec.run")
        let result = scene.script(
            """
            start call --intent task.yaml exec.run 'argv=["sleep","61"]'
            until agentbox audit log --json | grep -q '"effect":"allow"'; do command sleep 0.05; done
            kill -\(signal) $process
            finish
            """)
        #expect(result.output.contains("status \(128 + signal)"), "\(result)")
        let run = try #require(try scene.runs().last)
        #expect(run["outcome"] == ["end": "interrupted", "signal": .integer(Int64(signal))])
        #expect(run["calls"]?[0]?["ended"]?["outcome"]?["end"] == "cancelled")
    }

    @Test("an interrupted server has one too", arguments: [SIGINT, SIGTERM, SIGHUP])
    func server(signal: Int32) throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        let initialize = """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},\
            "clientInfo":{"name":"t","version":"1"}}}
            """
        let result = scene.script(
            """
            mkfifo in; exec 3<>in
            start mcp task.yaml <in
            echo '\(initialize)' >&3
            await out serverInfo
            kill -\(signal) $process
            finish
            """)
        #expect(result.output.contains("status \(128 + signal)"), "\(result)")
        #expect(try scene.runs().last?["outcome"] == ["end": "interrupted", "signal": .integer(Int64(signal))])
    }

    @Test("what a cancelled call had written is never published, and what the next one writes is")
    func cancelled() throws {
        let scene = try Scene(.possible[0], rules: "- allow: exec.run")
        func message(_ id: Int?, _ method: String, _ parameters: String) -> String {
            #"{"jsonrpc":"2.0","# + (id.map { #""id":\#($0),"# } ?? "")
                + #""method":"\#(method)","params":\#(parameters)}"#
        }
        func call(_ id: Int, _ script: String) -> String {
            message(
                id, "tools/call",
                #"{"name":"exec.run","arguments":{"argv":["sh","-c","\#(script)"],"writes":["a.txt","b.txt"]}}"#)
        }
        let initialize =
            #"{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}"#
        let result = scene.script(
            """
            mkfifo in; exec 3<>in
            start mcp task.yaml <in
            echo '\(message(1, "initialize", initialize))' >&3
            await out serverInfo
            echo '\(message(nil, "notifications/initialized", "{}"))' >&3
            echo '\(call(2, "echo late >a.txt; echo late >b.txt; sleep 61"))' >&3
            until agentbox audit log --json | grep -q '"effect":"allow"'; do
                kill -0 $process || break; command sleep 0.05
            done
            command sleep 1
            echo '\(message(nil, "notifications/cancelled", #"{"requestId":2}"#))' >&3
            until agentbox audit log --json | grep -q '"end":"cancelled"'; do
                kill -0 $process || break; command sleep 0.05
            done
            echo '\(call(3, "cat a.txt b.txt 2>/dev/null; echo next >a.txt"))' >&3
            await out '"id":3'
            kill -TERM $process
            finish
            cat out
            """)
        #expect(scene.file("a.txt") == "next\n" && scene.file("b.txt") == nil, "\(result)")
        #expect(!result.output.contains("late"), "the next one sees nothing of it: \(result)")
        let calls = try #require(try scene.runs().last?["calls"]?.arrayValue)
        #expect(calls.count == 2 && calls[0]["ended"]?["outcome"]?["end"] == "cancelled", "\(calls)")
        #expect(calls[0]["ended"]?["outcome"]?["changes"]?.arrayValue ?? [] == [], "\(calls)")
    }
}
