import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("A flood of denials leaves a small record of all of them")
struct DenialFloodTests {
    /// An agent that makes 300 calls of each kind, one after the other, with large arguments.
    private static let agent = """
        import json, subprocess
        server = subprocess.Popen(["agentbox", "connect"], stdin=-1, stdout=-1, text=True)
        def send(message):
            server.stdin.write(json.dumps(dict(message, jsonrpc="2.0")) + "\\n"); server.stdin.flush()
        def ask(number, method, **params):
            send(dict(id=number, method=method, params=params)); return json.loads(server.stdout.readline())
        ask(0, "initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo=dict(name="x", version="1"))
        send(dict(method="notifications/initialized"))
        for number in range(1, 301):
            answer = ask(number, "tools/call", name="fs.write", arguments=dict(path="secret", content="x" * 20000))
            assert answer["result"]["isError"], answer
            answer = ask(1000 + number, "tools/call", name="made-up-%d" % number, arguments=dict(x="y" * 20000))
            assert "error" in answer, answer
        answer = ask(2000, "tools/call", name="fs.write", arguments=dict(path="out/a", content="z" * 2000))
        print(answer["result"].get("isError", False))
        """

    @Test("300 alike are 100 entries and a count, and large arguments are digests", arguments: [Person.possible[0]])
    func flood(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.write\n  args: {path: {under: [out]}}")
        try scene.folder.folder("workspace/out")
        scene.giveAway()
        let result = scene.agentbox(["run", scene.intent, "--json", "--", "/usr/bin/python3", "-c", Self.agent])
        #expect(result.status == 0 && result.output == "False\n", "\(result)")
        let run = try #require(try scene.runs().last)
        let calls = run["calls"]?.arrayValue ?? []
        let denied = calls.filter { $0["decided"]?["effect"] == "deny" }
        #expect(denied.count == 200)
        #expect(denied.allSatisfy { $0["decided"]?["arguments"]?["bytes"]?.integerValue ?? 0 > 20_000 })
        let counts = run["countedDenials"]?.arrayValue ?? []
        let codes = counts.map { "\($0["tool"]?.stringValue ?? "-") \($0["code"]?.stringValue ?? "-")" }
        #expect(Set(codes) == ["fs.write no-rule", "- unknown-tool"])
        #expect(counts.allSatisfy { $0["count"] == 200 })
        #expect(run["outcome"]?["denied"] == 600)
        #expect(scene.agentbox(["audit", "log"]).output.contains("600 denied"))
        var status = stat()
        #expect(stat(scene.home + "/ledger/log", &status) == 0 && status.st_size < 1 << 20, "\(status.st_size) bytes")

        // Positive control: what is allowed is recorded with its arguments.
        let allowed = try #require(calls.last)
        #expect(allowed["decided"]?["effect"] == "allow")
        #expect(allowed["decided"]?["arguments"]?["value"]?["path"] == "out/a")
    }
}
