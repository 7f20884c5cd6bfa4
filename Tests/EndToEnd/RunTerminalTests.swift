import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("The terminal is the person's again when the agent has ended")
struct RunTerminalTests {
    /// Runs a command on a terminal of its own and says how that was before and afterwards. When `up` has been drawn,
    /// the command gets the signal.
    private static let runner = """
        import json, os, pty, signal, sys, termios
        number, words = int(sys.argv[1]), sys.argv[2:]
        master, slave = pty.openpty()
        def state():
            status = os.fstat(slave)
            return [status.st_mode & 0o7777, status.st_uid, status.st_gid, termios.tcgetattr(slave)[3]]
        os.fchmod(slave, 0o620)
        before = state()
        child = os.fork()
        if child == 0:
            os.setsid()
            for fd in 0, 1, 2: os.dup2(slave, fd)
            os.execv(words[0], words)
        drawn, signalled, modes = b"", False, set()
        import select, time
        end = time.time() + 60
        while time.time() < end:
            if select.select([master], [], [], 0.05)[0]: drawn += os.read(master, 65536)
            modes.add(state()[0])
            if number and not signalled and b"up" in drawn:
                signalled = True
                os.kill(child, number)
            if os.waitpid(child, os.WNOHANG)[0]: break
        while select.select([master], [], [], 0)[0]: drawn += os.read(master, 65536)
        print(json.dumps({"before": before, "after": state(), "modes": sorted(modes), "drawn": drawn.decode("latin-1")}))
        """

    private func run(_ agent: String, as person: Person, signal: Int32 = 0) throws -> JSON {
        let scene = try Scene(person, rules: "- allow: fs.read")
        let words = InstalledAgentbox.shared.command(
            ["run", scene.intent, "--", "/usr/bin/python3", "-c", agent], as: .root, home: scene.home)
        let result = Command.run(
            person.prefix + ["/usr/bin/python3", "-c", Self.runner, String(signal)] + words, in: scene.folder.path)
        return try JSON(parsing: result.output)
    }

    private static let attack = """
        import os, termios, time
        try: os.fchmod(1, 0o666)
        except OSError: pass
        modes = termios.tcgetattr(0)
        modes[3] &= ~termios.ECHO
        termios.tcsetattr(0, termios.TCSANOW, modes)
        os.set_blocking(0, False)
        time.sleep(0.3)
        print("up", flush=True)
        """

    @Test(
        "modes, owner and permissions are as they were, however it ends",
        arguments: [0, SIGTERM, SIGHUP, SIGUSR1, SIGALRM], Person.possible)
    func restores(signal: Int32, person: Person) throws {
        let result = try run(Self.attack + (signal == 0 ? "" : "; time.sleep(60)"), as: person, signal: signal)
        #expect(result["after"] == result["before"], "\(result.encodedString())")
        // The control: while it ran, the attack had worked, where the terminal is its user's.
        let opened = result["modes"]?.arrayValue?.contains(0o666)
        #expect(opened == (person == .ordinaryUser), "\(result.encodedString())")
    }

    @Test("an agent cannot hide the summary of its run, or leave one of its own below it")
    func summary() throws {
        let agent = #"print("\033[?1049h\033[?25l\033(0\033[8m\033[5;6r\0337up\033]0;title", end="", flush=True)"#
        let drawn = try #require(try run(agent, as: .possible[0])["drawn"]?.stringValue)
        let after = try #require(drawn.range(of: "title").map { drawn[$0.upperBound...] })
        let summary = try #require(after.range(of: "agentbox: run"))
        for part in [
            "\u{18}", "\u{1B}\\", "\u{1B}[?1049l", "\u{1B}[!p", "\u{1B}(B", "\u{1B}[0m", "\u{1B}[?25h", "\u{1B}[J",
        ] {
            #expect(after[..<summary.lowerBound].contains(part), "\(VisibleTerminal.text(part)) is missing")
        }
        #expect(after[..<summary.lowerBound].first == "\u{18}")
    }
}

private enum VisibleTerminal {
    static func text(_ sequence: String) -> String { sequence.replacing("\u{1B}", with: "ESC") }
}

extension String {
    /// Where `part` is first.
    fileprivate func range(of part: String) -> Range<String.Index>? { self.firstRange(of: part) }
}

extension Substring {
    fileprivate func range(of part: String) -> Range<String.Index>? { self.firstRange(of: part) }
}
