import StrictJSON
import TestSupport
import Testing

@Suite("Calls that a client of `agentbox mcp` makes at once find nothing of each other")
struct ServedCallTests {
    /// A client that makes one call which stays, and others beside it and after it: prints what these printed.
    private static let client = """
        import json, os, subprocess, sys, time
        tool, mark, words, command = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), sys.argv[4:]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        number = 0
        def send(method, **params):
            global number
            number += 1
            message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            server.stdin.write(json.dumps(message).encode() + b"\\n")
            server.stdin.flush()
            return number
        def answer(wanted):
            while True:
                message = json.loads(server.stdout.readline())
                if message.get("id") == wanted: return message["result"]
        def call(options):
            return send("tools/call", name=tool, arguments={"options": options})
        def text(number): return answer(number)["content"][0]["text"]
        answer(send("initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo={"name": "c", "version": "1"}))
        while ":2" not in text(call(["--about"])): pass
        other = call(["--occupy", "--trail", mark])
        def runs(pid):
            try: return mark in open(f"/proc/{pid}/cmdline").read()
            except OSError: return False
        end = time.time() + 10
        while sum(runs(pid) for pid in os.listdir("/proc") if pid.isdigit()) < 8 and time.time() < end: time.sleep(0.01)
        print("together", flush=True)
        print(text(call(words)), end="")
        cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": other}}
        server.stdin.write(json.dumps(cancel).encode() + b"\\n")
        server.stdin.flush()
        print("after", flush=True)
        print(text(call(words)), end="")
        server.stdin.close()
        server.wait()
        """

    @Test("beside each other and one after the other", arguments: Person.possible)
    func calls(person: Person) throws {
        let scene = try EscapeScene(person)
        let mark = "mark-\(UInt64.random(in: .min ... .max))"
        let words = try JSON(parsing: scene.arguments(.template, NeighbourTests.words))
        let options = try #require(words["options"]).encodedString()
        let server = InstalledAgentbox.shared.command(
            ["mcp", scene.scene.intent] + ProbeTool.folders(of: scene.scene), as: person, home: scene.scene.home)
        let client = ["/usr/bin/python3", "-c", Self.client, "probe.pure", mark, options] + server
        let result = Command.run(client, in: scene.scene.folder.path)
        let lines = result.output.split(separator: "\n").map(String.init)
        let boundary = try #require(lines.firstIndex(of: "after"), "\(result)")
        let together = try lines[1..<boundary].map { try Attempt(try JSON(parsing: $0)) }
        let after = try lines[(boundary + 1)...].map { try Attempt(try JSON(parsing: $0)) }
        #expect(together.map(\.name).sorted() == NeighbourTests.attempts.sorted())
        #expect(after.count == together.count)
        for attempt in together + after where attempt.name != NeighbourTests.known {
            #expect(attempt.result == .refused, "as \(person): \(attempt)")
        }
        #expect(Processes.count(withArgument: mark) == 0)
    }
}
