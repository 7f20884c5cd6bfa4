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
}
