import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("A call to a tool server is mediated like any other")
struct ToolServerTests {
    @Test("an allowed call is answered and on record, with whose sandbox it is", arguments: Person.possible)
    func allowed(person: Person) throws {
        let scene = try ServerScene(person)
        let result = try scene.call("echo", ["text": "hello there"])
        #expect(result["decision"] == "allow", "\(result.encodedString())")
        #expect(result["outcome"]?["stdout"] == "hello there")
        #expect(result["outcome"]?["server"] == ["name": "srv", "start": 1])
        let call = try #require(try scene.recorded().first)
        #expect(call["decided"]?["server"] == ["name": "srv", "sandbox": "of the run"])
        #expect(call["ended"]?["outcome"]?["status"] == "succeeded")
        #expect(call["ended"]?["labels"] == ["untrusted"])
    }

    static let denials: [(String, String, JSON, String)] = [
        ("an argument that the rule does not allow", "echo", ["text": "secret"], "no-rule"),
        ("an argument that the pinned schema does not have", "echo", ["text": "ok", "x": 1], "invalid-arguments"),
        ("an argument of another type", "add", ["a": "1", "b": 2], "invalid-arguments"),
        ("a tool without a rule", "act", ["what": "pid"], "unknown-tool"),
        ("a tool that the server does not have", "evil", [:], "unknown-tool"),
    ]

    @Test("what the task does not allow never reaches it", arguments: denials)
    func denied(what: String, tool: String, arguments: JSON, code: String) throws {
        let scene = try ServerScene(
            rules: """
                - allow: srv.echo
                  args: {text: {oneOf: [ok]}}
                - allow: srv.add
                """)
        let result = try scene.call(tool, arguments)
        #expect(result["code"]?.stringValue == code, "\(what): \(result.encodedString())")
        #expect(try scene.recorded().first?["ended"] == nil)
        #expect(try scene.call("echo", ["text": "ok"])["outcome"]?["stdout"] == "ok")
    }

    @Test("one server serves all calls of a run, and none of another")
    func lifetime() throws {
        let scene = try ServerScene()
        let first = scene.calls(["act what=pid", "echo text=x", "act what=pid"])
        #expect(first.output.contains(" 1 [0]") && first.output.contains(" 3 [0]"), "\(first)")
        #expect(scene.calls(["act what=pid"]).output.contains(" 1 [0]"))
        #expect(first.errorOutput.contains("`srv` share one process and one sandbox"))
    }

    @Test("it lives from its first call to the end of the run, however that ends", arguments: [SIGKILL, SIGTERM, 0])
    func end(signal: Int32) throws {
        let mark = "--mark-\(Int.random(in: 100_000...999_999))"
        let scene = try ServerScene(words: [mark])
        let wait = signal == 0 ? "" : "; exec sleep 1000"
        let script = "echo ready; agentbox call srv.act what=pid; echo; agentbox call fs.none || echo called\(wait)"
        let host = try BackgroundAgentbox(scene.scene, ["run", scene.scene.intent, "--", "/bin/sh", "-c", script])
        #expect(try host.line() == "ready")
        #expect(try host.line()?.hasSuffix(" 1") == true)
        if signal != 0 {
            #expect(try host.line() == "called")
            #expect(Processes.count(withArgument: mark) > 0, "it is there before the end")
            host.signal(signal)
        }
        _ = host.wait()
        #expect(Processes.waitUntilGone(withArgument: mark))
    }

    @Test("calls at the same time are answered side by side")
    func concurrent() throws {
        let scene = try ServerScene()
        let script = """
            agentbox call srv.act what=pid
            for i in 1 2 3 4; do agentbox call srv.act what=slow & done
            for i in 1 2 3 4; do agentbox call srv.echo text=e$i & done
            wait
            """
        let result = scene.scene.agentbox(["run", scene.scene.intent, "--", "/bin/sh", "-c", script])
        for text in ["e1", "e2", "e3", "e4"] { #expect(result.output.contains(text), "\(result)") }
        #expect(result.output.split(separator: "slow", omittingEmptySubsequences: false).count == 5, "\(result)")
        let outcomes = try scene.recorded().compactMap { $0["ended"]?["outcome"] }
        #expect(outcomes.count == 9 && outcomes.allSatisfy { $0["server"]?["start"] == 1 })
    }

    @Test("a hundred calls leave it as large as it was")
    func many() throws {
        let scene = try ServerScene()
        let script = """
            agentbox call srv.act what=usage >before
            i=0; while [ $i -lt 100 ]; do agentbox call srv.echo text=$i >/dev/null || exit 1; i=$((i+1)); done
            agentbox call srv.act what=usage >after
            cat before; echo; cat after
            """
        let result = scene.scene.agentbox(["run", scene.scene.intent, "--", "/bin/sh", "-c", script])
        let kilobytes = result.output.split(whereSeparator: \.isNewline).compactMap { Int($0) }
        try #require(kilobytes.count == 2, "\(result)")
        #expect(kilobytes[1] < kilobytes[0] + 2048, "\(kilobytes)")
        #expect(try scene.recorded().count == 102)
    }

    @Test("a hundred calls leave the host as many descriptors, threads and children as ten did")
    func manyOfHost() throws {
        let scene = try ServerScene()
        let result = scene.scene.script(
            """
            mkfifo go; exec 3<>go
            usage() { echo "$(ls /proc/$process/fd | wc -l) $(ls /proc/$process/task | wc -l) $(pgrep -P $process | wc -l)"; }
            many='i=0; while [ $i -lt $n ]; do agentbox call srv.echo text=$i >/dev/null || exit 1; i=$((i+1)); done'
            start run task.yaml -- /bin/sh -c "n=10; $many; echo first; read x; n=100; $many; echo second; read x" <go
            await out first && usage
            echo >&3; await out second && usage
            echo >&3; finish
            """)
        let lines = result.output.split(separator: "\n")
        try #require(lines.count == 3 && lines[2] == "status 0", "\(result)")
        let counts = lines.prefix(2).map { $0.split(separator: " ").compactMap { Int($0) } }
        for (before, after) in zip(counts[0], counts[1]) { #expect(after <= before + 2, "\(counts)") }
    }

    @Test("structured output is held to the schema that was pinned")
    func structured() throws {
        let scene = try ServerScene()
        let good = try scene.call("add", ["a": 1, "b": 2])
        #expect(good["outcome"]?["structured"] == ["sum": 3], "\(good.encodedString())")
        for b in [12, 13] {
            let bad = try scene.call("add", ["a": 1, "b": .integer(Int64(b))])
            #expect(bad["outcome"]?["status"] == "failed", "\(bad.encodedString())")
            #expect(bad["outcome"]?["failure"]?["code"] == "invalid-output")
        }
    }

    @Test("what a tool calls an error is a failed call with exit status 1")
    func toolError() throws {
        let scene = try ServerScene()
        let result = scene.scene.agentbox(["call", "--intent", scene.scene.intent, "srv.act", "what=error"])
        #expect(result.status == 1 && result.output.contains("it did not work"), "\(result)")
        #expect(try scene.recorded().first?["ended"]?["outcome"]?["end"] == "error")
    }

    @Test("blocks of an answer reach an agent as they are, without what would steer its client")
    func blocks() throws {
        let scene = try ServerScene()
        let call: JSON = [
            "jsonrpc": "2.0", "id": 2, "method": "tools/call",
            "params": ["name": "srv.act", "arguments": ["what": "blocks"]],
        ]
        let hello: JSON = [
            "jsonrpc": "2.0", "id": 1, "method": "initialize",
            "params": [
                "protocolVersion": "2025-06-18", "capabilities": [:], "clientInfo": ["name": "t", "version": "1"],
            ],
        ]
        let list: JSON = ["jsonrpc": "2.0", "id": 3, "method": "tools/list"]
        let input = [hello, list, call].map { $0.encodedString() + "\n" }.joined()
        let result = scene.scene.agentbox(["mcp", scene.scene.intent], input: input)
        let answers = try result.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
        let answer = try #require(answers.first { $0["id"] == 2 })
        let blocks = answer["result"]?["content"]?.arrayValue ?? []
        #expect(
            blocks == [
                ["type": "text", "text": "one"], ["type": "text", "text": "two"],
                ["type": "image", "data": "aGk=", "mimeType": "image/png"],
            ], "\(result)")
        let tools = answers.first { $0["id"] == 3 }?["result"]?["tools"]?.arrayValue ?? []
        let names = tools.compactMap { $0["name"]?.stringValue }
        #expect(names.filter { $0.hasPrefix("srv.") } == ["srv.act", "srv.add", "srv.echo"])
        // It said that it is read-only; nobody has confirmed that.
        #expect(tools.first { $0["name"] == "srv.add" }?["annotations"]?["readOnlyHint"] == false)
    }

    @Test("what its answers take of the wire counts on a budget of bytes")
    func budget() throws {
        let scene = try ServerScene(rules: "- allow: srv.echo\n  budget: {bytes: 400}")
        let text = String(repeating: "x", count: 100)
        let result = scene.calls(Array(repeating: "echo text=\(text)", count: 3))
        #expect(result.output.split(separator: "[0]").count == 3, "two of three: \(result)")
        let ends = try scene.recorded().map { $0["ended"]?["outcome"]?["end"] }
        #expect(ends == ["done", "done", "output limit"], "\(result)")
    }

    @Test("one text block gives provenance where the server is trusted, and several give none")
    func provenance() throws {
        let rules = """
            - allow: srv.act
            - allow: srv.echo
              args: {text: {from: [{tool: srv.act, at: /token}]}}
            """
        let calls = { (what: String) in ["act what=\(what)", "echo text=tk-8431-xyz", "echo text=tk-8431-abc"] }
        func effects(_ scene: ServerScene, _ what: String) throws -> [JSON?] {
            _ = scene.calls(calls(what))
            return try scene.recorded().map { $0["decided"]?["effect"] }
        }
        let trusted = try ServerScene(rules: rules, labels: "{output: []}")
        #expect(try effects(trusted, "token") == ["allow", "allow", "deny"])
        #expect(try effects(trusted, "tokens") == ["allow", "deny", "deny"])
        #expect(try effects(try ServerScene(rules: rules), "token") == ["allow", "deny", "deny"])
    }

    @Test("its output labels the run, and gives provenance only where its manifest says that it can be trusted")
    func labels() throws {
        let rules = """
            - allow: srv.add
            - allow: srv.echo
              args: {text: {from: [{tool: srv.add, at: /sum}]}}
            - deny: srv.act
              when: call.labels.exists(l, l == "untrusted")
            - allow: srv.act
            """
        let scene = try ServerScene(rules: rules)
        let untrusted = scene.calls(["act what=a", "add a=123456 b=1", "act what=b", "echo text=123457"])
        #expect(untrusted.output.contains("a [0]") && !untrusted.output.contains("b [0]"), "\(untrusted)")
        #expect(try scene.recorded().map { $0["decided"]?["effect"] } == ["allow", "allow", "deny", "deny"])
    }
}
