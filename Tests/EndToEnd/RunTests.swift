import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("`agentbox run` gives an agent the registry and nothing else")
struct RunTests {
    /// Runs a shell script as the agent.
    private func run(_ script: String, in scene: Scene, options: [String] = [], environment: [String: String] = [:])
        -> Command.Result
    {
        scene.agentbox(["run", scene.intent] + options + ["--", "/bin/sh", "-c", script], environment: environment)
    }

    @Test("the agent's exit status is ours", arguments: [0, 1, 7, 125])
    func exitStatus(status: Int32) throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        #expect(run("exit \(status)", in: scene).status == status)
    }

    @Test(
        "agentbox itself can be the agent, from wherever it is installed", arguments: Person.possible, [[], ["--http"]])
    func itself(person: Person, options: [String]) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        let call = ["--", "agentbox", "call", "fs.read"]
        let result = scene.agentbox(["run", scene.intent] + options + call + ["path=README.md"])
        #expect(result.status == 0 && result.output.contains("hello"), "\(result)")
        #expect(try scene.runs().last?["agent"] == "confined")
        let denied = scene.agentbox(["run", scene.intent] + options + call + ["path=/etc/passwd"])
        #expect(denied.status == 126, "\(denied)")
    }

    @Test("an agent that a signal ends is reported as the shell does")
    func signal() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        #expect(run("kill -TERM $$", in: scene).status == 128 + SIGTERM)
    }

    @Test("its calls are mediated and recorded as those of a confined agent", arguments: Person.possible)
    func calls(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        let result = run("agentbox call fs.read path=README.md; agentbox call fs.read path=/etc/passwd", in: scene)
        #expect(result.output.contains("hello"), "\(result)")
        #expect(result.status == 126, "\(result)")
        let run = try #require(try scene.runs().first)
        #expect(run["agent"] == "confined")
        #expect(run["calls"]?.arrayValue?.map { $0["decided"]?["effect"] } == ["allow", "deny"])
    }

    /// Each must fail inside; the same command succeeds outside, as the person who started the run.
    static let attempts: [(String, String)] = [
        ("read the workspace", "cat $WORKSPACE/README.md"),
        ("read the home of agentbox", "ls $HOST_HOME/ledger"),
        ("read the environment of the host", "env | grep SECRET_TOKEN"),
        ("see processes of the host", "test -d /proc/$HOST_PID"),
        ("signal processes of the host", "kill -0 $HOST_PID"),
        ("write to the system", "touch /usr/x-agentbox 2>/dev/null || ls /sys/class/net/eth0 || test -d /sys/kernel"),
        ("see devices of the host", "test -e /dev/mem || test -e /dev/vda || test -e /dev/tty0 || test -e /dev/kmsg"),
        ("see host names", "grep $(cat /proc/sys/kernel/hostname) /proc/sys/kernel/hostname"),
    ]

    @Test("what a process outside can do, it cannot", arguments: attempts, Person.possible)
    func confined(attempt: (String, String), person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        _ = scene.agentbox(["audit", "log"])
        let sleeper = try HelperProcess(program: "/bin/sleep", ["300"])
        let variables = [
            "WORKSPACE": scene.workspace, "HOST_HOME": scene.home, "HOST_PID": String(sleeper.identifier),
        ]
        let outside = Command.run(
            ["/bin/sh", "-c", attempt.1],
            environment: variables.merging(["PATH": "/usr/bin:/bin", "SECRET_TOKEN": "1"]) { $1 })
        #expect(outside.status == 0, "the control failed: \(attempt.0): \(outside)")
        let options = variables.flatMap { ["--env", "\($0.key)=\($0.value)"] }
        let inside = run(
            attempt.1 + " && echo GOT-THROUGH; true", in: scene, options: options, environment: ["SECRET_TOKEN": "1"])
        #expect(!inside.output.contains("GOT-THROUGH"), "\(attempt.0): \(inside)")
        #expect(inside.status == 0, "\(inside)")
    }

    @Test("a program that is not there, or not shown, is an error with what to do")
    func missingProgram() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        let missing = scene.agentbox(["run", scene.intent, "--", "no-such-agent"])
        #expect(missing.status == 127, "\(missing)")
        let script = try scene.folder.write("agent/agent.sh", "#!/bin/sh\necho seen\n", mode: 0o755)
        let hidden = scene.agentbox(["run", scene.intent, "--", script])
        #expect(hidden.errorOutput.contains("--read"), "\(hidden)")
        let shown = scene.agentbox(["run", scene.intent, "--read", scene.folder("agent"), "--", script])
        #expect(shown.output == "seen\n", "\(shown)")
    }

    @Test("--read shows no door of the host", arguments: Person.possible)
    func readable(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        try scene.folder.write("shown/file", "seen")
        symlink(scene.home, scene.folder("shown/../link"))
        scene.giveAway()
        let script = "ls /proc/1/root \(scene.home)/runs /run/dbus 2>/dev/null; echo GOT-THROUGH"
        let doors = [
            "/", "/proc", "/sys", "/dev", "/tmp", "/run", scene.home, scene.home + "/runs", scene.folder.path,
            scene.folder("link"), scene.folder("shown/../home"),
        ]
        _ = scene.agentbox(["audit", "log"])
        for door in doors {
            let result = run(script, in: scene, options: ["--read", door])
            #expect(result.status == 125 && !result.output.contains("GOT-THROUGH"), "\(door): \(result)")
            #expect(result.errorOutput.contains("--read"), "\(door): \(result)")
            #expect(result.errorOutput.split(separator: "\n").count >= 2, "no remedy: \(door): \(result)")
        }
        // The control: a folder beside them is shown.
        let shown = run("cat \(scene.folder("shown/file"))", in: scene, options: ["--read", scene.folder("shown")])
        #expect(shown.output == "seen", "\(shown)")
    }

    /// Fills sockets of its own with descriptors until the kernel takes no more of its user, and then makes a call.
    private static let flight = """
        import array, os, resource, socket, subprocess
        kept, sent = [], 0
        try:
            while sent < 4000:
                pair = socket.socketpair()
                kept.append(pair)
                socket.send_fds(pair[0], [b"x"], [0] * 250)
                sent += 250
        except OSError as error: print(error)
        print("in flight", sent)
        subprocess.run(["agentbox", "call", "fs.read", "path=README.md"])
        """

    @Test("descriptors that an agent holds in flight do not keep its user's agentbox from starting calls")
    func descriptorsInFlight() throws {
        let scene = try Scene(.ordinaryUser, rules: "- allow: fs.read")
        func run(limits: String) -> Command.Result {
            let words = InstalledAgentbox.shared.command(
                ["run", scene.intent, "--", "/usr/bin/python3", "-c", Self.flight], as: scene.person, home: scene.home)
            return Command.run(["/usr/bin/prlimit", "--nofile=" + limits] + words, in: scene.folder.path)
        }
        let result = run(limits: "1024:16384")
        #expect(result.output.contains("in flight 4000"), "\(result)")
        #expect(result.output.contains("hello"), "\(result)")
        // The control: where the host cannot have more than the agent, the attack works.
        let starved = run(limits: "1024:1024")
        #expect(!starved.output.contains("hello"), "\(starved)")
    }

    @Test("when agentbox is killed, everything in the box dies", arguments: Person.possible)
    func killed(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        let mark = "31\(Int.random(in: 100_000...999_999))"
        let host = try BackgroundAgentbox(
            scene,
            ["run", scene.intent, "--", "/bin/sh", "-c", "setsid -f sleep \(mark); sleep \(mark) & echo up; wait"])
        #expect(try host.line() == "up")
        #expect(Processes.count(withArgument: mark) >= 2)
        host.kill()
        #expect(Processes.waitUntilGone(withArgument: mark), "processes survived")
    }

    @Test("Ctrl-C reaches the agent, a second one ends it")
    func interrupted() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        let polite = try BackgroundAgentbox(
            scene,
            ["run", scene.intent, "--", "/bin/sh", "-c", "trap 'exit 9' INT; echo up; while :; do sleep 0.1; done"])
        #expect(try polite.line() == "up")
        polite.signal(SIGINT)
        #expect(polite.wait() == 9)
        let deaf = try BackgroundAgentbox(
            scene,
            ["run", scene.intent, "--", "/bin/sh", "-c", "trap 'echo deaf' INT; echo up; while :; do sleep 0.1; done"])
        #expect(try deaf.line() == "up")
        deaf.signal(SIGINT)
        #expect(try deaf.line() == "deaf")
        deaf.signal(SIGINT)
        #expect(deaf.wait() == 128 + SIGKILL)
    }
}
