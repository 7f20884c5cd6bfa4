import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("`agentbox revoke` ends what runs within two seconds, and lets no more begin")
struct RevokeTests {
    /// The promise, with room for a slow machine: whoever misses it by far fails.
    static let promise = Duration.seconds(2)

    /// Waits until `ps` shows so many calls.
    private static func wait(_ scene: Scene, calls: Int) throws -> JSON {
        for _ in 0..<200 {
            let now = try JSON(parsing: scene.agentbox(["ps", "--json"]).output)
            let found = (now["runs"]?.arrayValue ?? []).flatMap { $0["calls"]?.arrayValue ?? [] }
            if found.count == calls { return now }
            usleep(50_000)
        }
        throw TestSupportError("there never were \(calls) calls: \(scene.agentbox(["ps"]))")
    }

    private static func mark() -> String { "83\(Int.random(in: 100_000...999_999))" }

    /// A call that would take minutes, made in ways that a call can be made.
    private static let ways: [(String, @Sendable (Scene, String) -> [String])] = [
        (
            "run",
            { scene, mark in
                let call = "agentbox call exec.run 'argv=[\"sh\",\"-c\",\"echo x > made; sleep \(mark)\"]'"
                return ["run", scene.intent, "--", "/bin/sh", "-c", "trap '' TERM; \(call); sleep \(mark)"]
            }
        ),
        (
            "call",
            { scene, mark in
                ["call", "--intent", scene.intent, "exec.run", "argv=[\"sh\",\"-c\",\"echo x > made; sleep \(mark)\"]"]
            }
        ),
    ]

    @Test(
        "by run, by principal, or all: the call dies, the agent too, and nothing is published",
        arguments: Person.possible,
        [0, 1])
    func run(person: Person, way: Int) throws {
        let scene = try Scene(person, rules: "- allow: exec.run")
        for scope in [["--run", "20"], ["--principal", "alice@example.com"], ["--all"]] {
            let mark = Self.mark()
            let host = try BackgroundAgentbox(scene, Self.ways[way].1(scene, mark))
            let now = try Self.wait(scene, calls: 1)
            #expect(now["runs"]?[0]?["task"] == "test" && now["runs"]?[0]?["calls"]?[0]?["tool"] == "exec.run")
            #expect(Processes.wait(until: 1, haveArgument: mark))
            let begun = ContinuousClock.now
            let result = scene.agentbox(["revoke"] + scope + ["--reason", "enough", "--json"])
            #expect(Processes.waitUntilGone(withArgument: mark))
            let took = begun.duration(to: .now)
            #expect(took < Self.promise, "\(scope) took \(took)")
            #expect(result.status == 0, "\(result)")
            let json = try JSON(parsing: result.output)
            #expect(json["ended"]?["runs"] == 1 && json["ended"]?["calls"] == 1 && json["remaining"] == [], "\(result)")
            #expect(host.wait() == (way == 0 ? 126 : 125))
            let last = try #require(try scene.runs().last)
            #expect(
                last["calls"]?[0]?["ended"]?["outcome"]?["failure"]?["code"] == "revoked", "\(last.encodedString())")
            #expect(last["ended"] != nil)
            #expect(scene.file("made") == nil)
            let log = scene.agentbox(["audit", "export", "--format", "jsonl", "--output", "-"]).output
            let entry = try #require(log.split(separator: "\n").last { $0.contains("\"kind\":\"revoked\"") })
            #expect(entry.contains("\"reason\":\"enough\"") && entry.contains("\"calls\":1"), "\(entry)")
            if scope[0] == "--principal" {
                // What a principal has stays revoked.
                let later = scene.agentbox(["call", "--intent", scene.intent, "exec.run", "argv=[\"true\"]"])
                #expect(later.status == 125 && later.errorOutput.contains("was revoked"), "\(later)")
                #expect(scene.agentbox(["revoke", "--lift", "--principal", "alice@example.com"]).output == "lifted\n")
            }
            let again = scene.agentbox(["call", "--intent", scene.intent, "exec.run", "argv=[\"true\"]"])
            #expect(again.status == 0, "\(again)")
        }
    }

    @Test("a server on standard streams ends, with its calls", arguments: Person.possible)
    func standardServer(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: exec.run")
        let mark = Self.mark()
        let initialize = """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},\
            "clientInfo":{"name":"t","version":"1"}}}
            """
        let call = """
            {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"exec.run","arguments":\
            {"argv":["sleep","\(mark)"]}}}
            """
        let shell = """
            mkfifo in; exec 3<>in
            agentbox() { "$@"; }
            "$@" mcp '\(scene.intent)' <in >out 2>err &
            echo '\(initialize)' >&3
            until grep -q serverInfo out; do sleep 0.05; done
            echo '{"jsonrpc":"2.0","method":"notifications/initialized"}' >&3
            echo '\(call)' >&3
            wait $!; echo "status $?"; cat err
            """
        let words = InstalledAgentbox.shared.command([], as: person, home: scene.home)
        let host = try HelperProcess(
            program: "/usr/bin/env", ["-C", scene.folder.path, "/bin/bash", "-c", shell, "x"] + words)
        _ = try Self.wait(scene, calls: 1)
        #expect(Processes.wait(until: 1, haveArgument: mark))
        let begun = ContinuousClock.now
        #expect(scene.agentbox(["revoke", "--all"]).status == 0)
        #expect(Processes.waitUntilGone(withArgument: mark))
        #expect(begun.duration(to: .now) < Self.promise)
        let lines = try host.lines().joined(separator: "\n")
        #expect(lines.contains("status 125") && lines.contains("every run was revoked"), "\(lines)")
        #expect(try scene.runs().last?["outcome"]?["end"] == "revoked")
    }

    @Test("a call of a tool server, by its tool or by the server's name", arguments: ["srv.act", "srv"])
    func toolServer(name: String) throws {
        let server = try ServerScene()
        let scene = server.scene
        let script = "agentbox call srv.act what=hang; echo \"[$?]\"; agentbox call srv.echo text=x; echo \"[$?]\""
        let host = try BackgroundAgentbox(scene, ["run", scene.intent, "--", "/bin/sh", "-c", script])
        _ = try Self.wait(scene, calls: 1)
        let begun = ContinuousClock.now
        let result = scene.agentbox(["revoke", "--tool", name, "--json"])
        #expect(begun.duration(to: .now) < Self.promise, "\(result)")
        #expect(try JSON(parsing: result.output)["ended"]?["calls"] == 1, "\(result)")
        #expect(try host.line()?.hasSuffix("[125]") == true)
        let next = try host.line()
        // The other tool of the server is its own, unless the server's name was given.
        #expect(next?.hasSuffix(name == "srv" ? "[126]" : "[0]") == true, "\(next ?? "")")
        #expect(host.wait() == 0)
    }

    @Test("a tool stays revoked in every run, until it is lifted or registered again", arguments: Person.possible)
    func tool(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: exec.run\n- allow: fs.read")
        func call() throws -> JSON { try scene.call("exec.run", ["argv": ["true"]]) }
        #expect(try call()["decision"] == "allow")
        #expect(scene.agentbox(["revoke", "--tool", "exec.run"]).status == 0)
        let denied = try call()
        #expect(denied["decision"] == "deny" && denied["code"] == "revoked", "\(denied.encodedString())")
        // Positive control: another tool goes ahead.
        #expect(try scene.call("fs.read", ["path": "README.md"])["decision"] == "allow")
        #expect(scene.agentbox(["revoke", "--lift", "--tool", "exec.run"]).output == "lifted\n")
        #expect(try call()["decision"] == "allow")
        #expect(scene.agentbox(["revoke", "--lift", "--tool", "exec.run"]).output == "it was not revoked\n")
        #expect(scene.agentbox(["revoke", "--tool", "exec.run"]).status == 0)
        #expect(try call()["decision"] == "deny")
        let registered = scene.agentbox(["tool", "register", "exec.run"])
        #expect(registered.status == 0, "\(registered)")
        #expect(try call()["decision"] == "allow")
    }

    @Test("a question about a tool of a server is void with the server")
    func approvalOfServer() throws {
        let server = try ServerScene(rules: "- approve: \"srv.*\"")
        let scene = server.scene
        let script = "agentbox call srv.echo text=x >/dev/null 2>&1; echo \"[$?]\""
        let host = try BackgroundAgentbox(scene, ["run", scene.intent, "--", "/bin/sh", "-c", script])
        var waiting = ""
        for _ in 0..<200 where waiting.isEmpty {
            waiting = scene.agentbox(["approve", "list", "--json"]).output
            usleep(50_000)
        }
        #expect(try JSON(parsing: waiting)["server"] == "srv", "\(waiting)")
        let result = scene.agentbox(["revoke", "--tool", "srv", "--json"])
        #expect(try JSON(parsing: result.output)["ended"]?["approvals"] == 1, "\(result)")
        #expect(try host.line() == "[126]")
        #expect(host.wait() == 0)
        #expect(scene.agentbox(["approve", "list", "--all", "--json"]).output.contains("\"state\":\"void\""))
    }

    @Test("a question that waits is void", arguments: Person.possible)
    func approval(person: Person) throws {
        let scene = try Scene(person, rules: "- approve: fs.read")
        let script = "agentbox call fs.read path=README.md; sleep 600"
        let host = try BackgroundAgentbox(scene, ["run", scene.intent, "--", "/bin/sh", "-c", script])
        var waiting: [JSON] = []
        for _ in 0..<200 where waiting.isEmpty {
            let now = try JSON(parsing: scene.agentbox(["ps", "--json"]).output)
            waiting = (now["runs"]?.arrayValue ?? []).flatMap { $0["approvals"]?.arrayValue ?? [] }
            usleep(50_000)
        }
        #expect(waiting.first?["tool"] == "fs.read", "\(waiting)")
        let begun = ContinuousClock.now
        let result = scene.agentbox(["revoke", "--all", "--json"])
        #expect(try JSON(parsing: result.output)["ended"]?["approvals"] == 1, "\(result)")
        #expect(host.wait() == 126)
        #expect(begun.duration(to: .now) < Self.promise)
        let log = scene.agentbox(["audit", "export", "--format", "jsonl", "--output", "-"]).output
        #expect(log.split(separator: "\n").contains { $0.contains("approval-answered") && !$0.contains("\"allow\"") })
        #expect(scene.agentbox(["ps"]).output == "nothing runs now\n")
    }

    @Test("a host that cannot read what was revoked denies", arguments: Person.possible)
    func blind(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        let script = """
            agentbox call fs.read path=README.md >/dev/null; echo "first $?"
            n=0; until ! agentbox call fs.read path=README.md >/dev/null 2>err; do
              n=$((n+1)); [ $n -lt 400 ] || break; sleep 0.02
            done; grep -o 'cannot be read' err || cat err; echo "second $n"
            """
        let host = try BackgroundAgentbox(scene, ["run", scene.intent, "--", "/bin/sh", "-c", "cd /tmp; \(script)"])
        #expect(try host.line() == "first 0")
        let damage = scene.script(
            "for f in home/state/state.sqlite*; do head -c 65536 /dev/urandom > $f; done; touch home/state/changed")
        #expect(damage.status == 0, "\(damage)")
        #expect(try host.line() == "cannot be read")
        #expect(try host.line()?.hasPrefix("second ") == true)
        _ = host.wait()
        // And none begins.
        #expect(scene.agentbox(["call", "--intent", scene.intent, "fs.read", "path=README.md"]).status == 125)
    }

    @Test("from inside of a box nothing is revoked, lifted or seen", arguments: Person.possible)
    func inside(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read\n- allow: exec.run")
        #expect(scene.agentbox(["call", "--intent", scene.intent, "fs.read", "path=README.md"]).status == 0)
        #expect(scene.agentbox(["revoke", "--tool", "exec.run"]).status == 0)
        let script = """
            export AGENTBOX_HOME=\(scene.home) HOME=/tmp
            agentbox revoke --all; agentbox revoke --lift --tool exec.run; agentbox ps
            agentbox call fs.read path=README.md >/dev/null; echo "read $?"
            agentbox call exec.run 'argv=["true"]' >/dev/null 2>&1; echo "exec $?"
            """
        let result = scene.agentbox(["run", scene.intent, "--", "/bin/sh", "-c", script])
        #expect(result.output.contains("read 0") && result.output.contains("exec 126"), "\(result)")
        let log = scene.agentbox(["audit", "export", "--format", "jsonl", "--output", "-"]).output
        #expect(log.split(separator: "\n").count { $0.contains("\"kind\":\"revoked\"") } == 1)
        #expect(!log.contains("revocation-lifted"))
    }

    @Test("a name that means nothing is an error, and revokes nothing")
    func unknown() throws {
        let scene = try Scene(.possible[0], rules: "- allow: exec.run")
        #expect(try scene.call("exec.run", ["argv": ["true"]])["decision"] == "allow")
        let tool = scene.agentbox(["revoke", "--tool", "exec.rum"])
        #expect(tool.status == 125 && tool.errorOutput.contains("did you mean `exec.run`?"), "\(tool)")
        #expect(scene.agentbox(["revoke", "--run", "2026"]).status == 125)
        for words in [[], ["--all", "--tool", "exec.run"], ["--lift", "--all"], ["--tool", ""]] {
            #expect(scene.agentbox(["revoke"] + words).status == 125, "\(words)")
        }
        #expect(try scene.call("exec.run", ["argv": ["true"]])["decision"] == "allow")
    }
}
