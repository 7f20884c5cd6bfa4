import Glibc
import TestSupport
import Testing

@Suite("The agent's standard streams carry bytes, and nothing else of the person's files")
struct RunStreamsTests {
    /// Runs `script` in a shell of the person, in which `"$@"` is `agentbox run … -- AGENT`.
    private func shell(_ script: String, in scene: Scene, agent: [String]) -> Command.Result {
        // Not as the person: the shell is that already.
        let words = InstalledAgentbox.shared.command(
            ["run", scene.intent, "--"] + agent, as: .root, home: scene.home)
        return Command.run(
            scene.person.prefix + ["/usr/bin/timeout", "60", "/bin/sh", "-c", script, "sh"] + words,
            in: scene.folder.path)
    }

    private func scene(_ person: Person) throws -> Scene {
        let scene = try Scene(person, rules: "- allow: fs.read")
        try scene.folder.write("in", (0..<40_000).map { "line \($0)\n" }.joined())
        scene.giveAway()
        return scene
    }

    /// Tries on each of its descriptors what only the owner of a file may do.
    private static let attack = """
        import os
        for fd in 0, 1, 2:
            for attempt in (lambda: os.ftruncate(fd, 7), lambda: os.setxattr(fd, "user.agent", b"1"),
                            lambda: os.fchmod(fd, 0o6755), lambda: os.utime(fd, (1, 1))):
                try: attempt()
                except OSError: pass
        """

    @Test("it cannot change mode, times, attributes or size of what it reads and writes", arguments: Person.possible)
    func attributes(person: Person) throws {
        let state = "stat -c '%a %s %Y' in; stat -c %a out err; cat out"
        func result(_ prefix: String) throws -> [Substring] {
            let scene = try scene(person)
            let redirected = "echo kept > out; chmod 644 in out; \(prefix) < in >> out 2> err; \(state)"
            return shell(redirected, in: scene, agent: ["/usr/bin/python3", "-c", Self.attack]).output
                .split(separator: "\n")
        }
        let inside = try result("\"$@\"")
        #expect(inside.first?.hasPrefix("644 ") == true && inside.first?.hasSuffix(" 1") == false, "\(inside)")
        #expect(inside.dropFirst().first == "644" && inside.last == "kept", "\(inside)")
        // The control: a process of the same user that has the files themselves.
        let outside = try result("while [ \"$1\" != -- ]; do shift; done; shift; \"$@\"")
        #expect(outside.first?.hasPrefix("6755 ") == true, "\(outside)")
        #expect(outside.dropFirst().first == "6755" && outside.last != "kept", "\(outside)")
    }

    @Test("a folder is refused in place of each of them", arguments: ["0<", "1<", "2<"])
    func folders(redirection: String) throws {
        let scene = try scene(.possible[0])
        let script = "exec 3>&2; \"$@\" \(redirection) . || echo $? >&3"
        let result = shell(script, in: scene, agent: ["/bin/ls", "/proc/self/fd/0/"])
        #expect(result.errorOutput.contains("125"), "\(result)")
        #expect(redirection == "2<" || result.errorOutput.contains("is a folder"), "\(result)")
    }

    @Test("files are copied whole, in both directions", arguments: Person.possible)
    func copies(person: Person) throws {
        let scene = try scene(person)
        let result = shell("\"$@\" < in > out && cmp in out && echo same", in: scene, agent: ["/bin/cat"])
        #expect(result.output == "same\n", "\(result)")
        #expect(result.errorOutput.contains("ended"))
    }

    @Test("the order of both outputs into one file stays")
    func order() throws {
        let scene = try scene(.possible[0])
        let agent = "for n in 1 2 3 4 5 6 7 8; do echo out$n; echo err$n >&2; done"
        let result = shell("\"$@\" > out 2>&1; cat out", in: scene, agent: ["/bin/sh", "-c", agent])
        let expected = (1...8).map { "out\($0)\nerr\($0)\n" }.joined()
        #expect(result.output.hasPrefix(expected), "\(result)")
        #expect(result.output.contains("ended"))
    }

    @Test("what the agent did not read of a file is there for who comes next")
    func leftover() throws {
        let scene = try scene(.possible[0])
        let nothing = shell("{ \"$@\" > out; cat; } < in | cmp - in && echo all", in: scene, agent: ["/bin/true"])
        #expect(nothing.output == "all\n", "\(nothing)")
        let agent = ["/bin/dd", "bs=7", "count=1", "status=none"]
        let some = shell("{ \"$@\" > out; head -n 1; } < in; cat out", in: scene, agent: agent)
        #expect(some.output == "line 1\nline 0\n", "\(some)")
    }

    @Test("devices and FIFOs are copied, and an agent that has enough ends")
    func endless() throws {
        let scene = try scene(.possible[0])
        let zeros = shell(
            "\"$@\" < /dev/zero > out; cat out", in: scene, agent: ["/bin/sh", "-c", "head -c 300000 | wc -c"])
        #expect(zeros.output == "300000\n", "\(zeros)")
        let fifo = shell(
            "mkfifo f; cat f > out & \"$@\" < in > f; wait; cmp in out && echo same", in: scene, agent: ["/bin/cat"])
        #expect(fifo.output == "same\n", "\(fifo)")
    }

    @Test("a reader that goes away ends the agent as a pipe would, and a full disk is an error")
    func failures() throws {
        let scene = try scene(.possible[0])
        let gone = shell("mkfifo f; head -c 5 f > out & \"$@\" > f; echo $?; wait", in: scene, agent: ["/usr/bin/yes"])
        #expect(gone.output == "\(128 + SIGPIPE)\n", "\(gone)")
        let full = shell("\"$@\" > /dev/full", in: scene, agent: ["/bin/echo", "lost"])
        #expect(full.status == 125, "\(full)")
        #expect(full.errorOutput.contains("standard output") && full.errorOutput.contains("ENOSPC"), "\(full)")
    }

    @Test("a descriptor that is closed is /dev/null, not the next file that agentbox opens", arguments: Person.possible)
    func closed(person: Person) throws {
        let scene = try scene(person)
        let agent = "test -z \"$(cat)\" && echo written"
        let silent = shell("\"$@\" <&- 2>err", in: scene, agent: ["/bin/sh", "-c", agent])
        #expect(silent.status == 0 && silent.output == "written\n", "\(silent)")
        let unheard = shell("\"$@\" <&- >&- 2>err; echo $?", in: scene, agent: ["/bin/sh", "-c", agent])
        #expect(unheard.output == "0\n", "\(unheard)")
    }
}
