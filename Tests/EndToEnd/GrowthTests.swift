import StrictJSON
import TestSupport
import Testing

@Suite("A run can go on for as long as its agent likes")
struct GrowthTests {
    /// An MCP client that makes calls, and looks after the first thousand and after the last what agentbox takes up.
    private static let client = """
        import json, os, subprocess, sys
        words, calls = sys.argv[2:], int(sys.argv[1])
        server = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        def ask(number, method, params):
            message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            server.stdin.write(json.dumps(message).encode() + b"\\n"); server.stdin.flush()
            while True:
                answer = json.loads(server.stdout.readline())
                if answer.get("id") == number: return answer
        def processes():
            parents = {}
            for name in os.listdir("/proc"):
                if name.isdigit():
                    try: parents[int(name)] = int(open(f"/proc/{name}/stat").read().rsplit(")", 1)[1].split()[1])
                    except (OSError, IndexError): pass
            found = {server.pid}
            while True:
                more = {child for child, parent in parents.items() if parent in found} - found
                if not more: return len(found)
                found |= more
        def look():
            pid = server.pid
            status = open(f"/proc/{pid}/status").read()
            return {
                "kilobytes": int(status.split("VmRSS:")[1].split()[0]),
                "threads": int(status.split("Threads:")[1].split()[0]),
                "descriptors": len(os.listdir(f"/proc/{pid}/fd")),
                "mounts": len(open(f"/proc/{pid}/mountinfo").readlines()),
                # Named after the process: others may run beside this one.
                "cgroups": sum(1 for path, _, _ in os.walk("/sys/fs/cgroup") if f"-{pid}-" in path),
                "processes": processes(),
            }
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        ask(0, "initialize", hello)
        good = 0
        for number in range(1, calls + 1):
            tool = ("fs.read", {"path": "README.md"}) if number % 10 else ("fs.write", {"path": "out.txt", "content": str(number)})
            answer = ask(number, "tools/call", {"name": tool[0], "arguments": tool[1]})
            good += not answer.get("result", {"isError": True}).get("isError", False)
            if number == 1000: early = look()
        print(json.dumps({"good": good, "early": early, "late": look()}))
        server.stdin.close(); server.wait()
        """

    @Test("ten thousand calls through one run: nothing of agentbox grows", arguments: [Person.possible[0]])
    func tenThousand(person: Person) throws {
        let calls = 10_000
        let scene = try Scene(
            person, rules: "- allow: fs.read\n- allow: fs.write\n  args: {path: {equals: out.txt}}")
        try scene.folder.write("client.py", Self.client)
        scene.giveAway()
        let words = InstalledAgentbox.shared.command(["mcp", scene.intent], as: person, home: scene.home)
        let result = Command.run(["/usr/bin/python3", scene.folder("client.py"), "\(calls)"] + words)
        let json = try JSON(parsing: result.output)
        #expect(json["good"]?.integerValue == Int64(calls), "\(result)")
        let early = try #require(json["early"])
        let late = try #require(json["late"])
        func value(_ when: JSON, _ key: String) -> Int64 { when[key]?.integerValue ?? -1 }
        // Memory comes in arenas of the allocator, and the state of a run has bounds of its own.
        #expect(value(late, "kilobytes") < value(early, "kilobytes") + 16 << 10, "\(result.output)")
        #expect(value(late, "threads") <= value(early, "threads") + 2, "\(result.output)")
        for key in ["descriptors", "processes"] {
            // Slots for the next calls may be in the making.
            #expect(abs(value(late, key) - value(early, key)) <= 8, "\(key): \(result.output)")
        }
        #expect(value(late, "mounts") == value(early, "mounts"), "\(result.output)")
        #expect(abs(value(late, "cgroups") - value(early, "cgroups")) <= 8, "\(result.output)")
        #expect(scene.file("out.txt") == "\(calls)")
    }
}
