import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("An agent has a terminal, and the person has theirs")
struct RunTerminalTests {
    private func run(
        _ agent: [String], as person: Person = .possible[0], _ steps: [TerminalScript.Step] = [],
        rules: String = "- allow: fs.read", wrap: ([String]) -> [String] = { $0 }
    ) throws -> TerminalScript.Result {
        let scene = try Scene(person, rules: rules)
        let words = InstalledAgentbox.shared.command(
            ["run", scene.intent, "--env", "TERM=xterm-256color", "--"] + agent, as: .root, home: scene.home)
        return try TerminalScript.run(wrap(words), as: person, steps: steps, in: scene.folder.path)
    }

    private func python(
        _ agent: String, as person: Person = .possible[0], _ steps: [TerminalScript.Step] = [],
        rules: String = "- allow: fs.read"
    ) throws -> TerminalScript.Result {
        try run(["/usr/bin/python3", "-c", agent], as: person, steps, rules: rules)
    }

    private static let attack = """
        import os, termios, time
        try: os.fchmod(1, 0o666)
        except OSError: pass
        modes = termios.tcgetattr(0)
        modes[3] &= ~termios.ECHO
        termios.tcsetattr(0, termios.TCSANOW, modes)
        os.set_blocking(0, False)
        print(oct(os.fstat(1).st_mode & 0o777), "up", flush=True)
        """

    @Test(
        "the person's is as it was, however the agent ends, and never was the agent's to open",
        arguments: [0, SIGTERM, SIGHUP, SIGUSR1, SIGALRM], Person.possible)
    func restores(signal: Int32, person: Person) throws {
        let end: [TerminalScript.Step] = signal == 0 ? [] : [.wait("up"), .signal(signal)]
        let result = try python(Self.attack + (signal == 0 ? "" : "\ntime.sleep(60)"), as: person, end)
        #expect(result.after == result.before, "\(result)")
        #expect(result.permissions == [0o620], "\(result)")
        // The control: of its own terminal it can do that.
        #expect(result.drawn.contains("0o666 up"), "\(result)")
    }

    @Test("so it is when the agent is killed, and when agentbox crashes", arguments: [SIGKILL, SIGSEGV, SIGABRT])
    func crashes(signal: Int32) throws {
        let agent = "import os, time; print('up', flush=True); time.sleep(0.2)"
        let result =
            signal == SIGKILL
            ? try python(agent + "; os.kill(os.getpid(), 9)", [.wait("up")])
            : try python(agent + "; time.sleep(60)", [.wait("up"), .signal(signal)])
        #expect(result.after == result.before && result.status == 128 + Int(signal), "\(result)")
    }

    @Test("an agent cannot hide the summary of its run, or leave one of its own below it")
    func summary() throws {
        let drawn = try python(
            #"print("\033[?1049h\033[?25l\033(0\033[8m\033[5;6r\0337up\033[?1000h\033]0;title", end="", flush=True)"#
        ).drawn
        let after = try #require(drawn.firstRange(of: "?1000h").map { drawn[$0.upperBound...] })
        let summary = try #require(after.firstRange(of: "agentbox: run"))
        for part in [
            "\u{1B}[?1049l", "\u{1B}[?1047l", "\u{1B}[!p", "\u{1B}(B", "\u{1B}[0m", "\u{1B}[?25h", "\u{1B}[J",
            "\u{1B}[?1000l",
        ] {
            #expect(after[..<summary.lowerBound].contains(part), "\(part.dropFirst()) is missing")
        }
    }

    @Test("it is a terminal by every sign, with the session's own name", arguments: Person.possible)
    func isTerminal(person: Person) throws {
        let agent = """
            import os, sys
            print([os.isatty(fd) for fd in (0, 1, 2)], os.getsid(0) == os.getpid(), os.tcgetpgrp(0) == os.getpgrp())
            print("by name", file=open("/dev/tty", "w"))
            print("by stream", file=open("/dev/stderr", "w"))
            print("\\033[1;32mgreen\\033[0m grüße", os.get_terminal_size())
            """
        let result = try python(agent, as: person)
        #expect(result.drawn.contains("[True, True, True] True True"), "\(result)")
        #expect(result.drawn.contains("by name\r\n") && result.drawn.contains("by stream\r\n"), "\(result)")
        #expect(result.drawn.contains("\u{1B}[1;32mgreen\u{1B}[0m grüße os.terminal_size(columns=80, lines=24)"))
    }

    @Test("its size follows that of the person's")
    func resizes() throws {
        let agent = """
            import os, signal, threading
            done = threading.Event()
            def changed(*_): os.write(1, b"now %d" % os.get_terminal_size().columns); done.set()
            signal.signal(signal.SIGWINCH, changed)
            print("up", flush=True)
            while not done.wait(0.05): pass
            """
        let result = try python(agent, [.wait("up"), .resize(rows: 30, columns: 111), .wait("now 111")])
        #expect(result.stuck == nil && result.status == 0, "\(result)")
    }

    @Test("Ctrl-C is the agent's, any number of times, and its status is ours")
    func interrupts() throws {
        let agent = """
            import sys, time
            for n in 1, 2, 3:
                try: print("up", n, flush=True); time.sleep(60)
                except KeyboardInterrupt: print("caught", n, flush=True)
            sys.exit(7)
            """
        let steps = (1...3).flatMap { [TerminalScript.Step.wait("up \($0)"), .type("\u{3}"), .wait("caught \($0)")] }
        let result = try python(agent, steps)
        #expect(result.stuck == nil && result.status == 7, "\(result)")
    }

    @Test("a shell has job control")
    func jobs() throws {
        let result = try run(
            ["/bin/bash", "--norc", "-i"],
            [
                .wait("$ "), .type("sleep 60\r"), .wait("sleep 60"), .pause(milliseconds: 200), .type("\u{1A}"),
                .wait("Stopped"), .type("fg\r"), .wait("sleep 60"), .pause(milliseconds: 200), .type("\u{3}"),
                .wait("$ "), .type("exit 5\r"),
            ])
        #expect(result.stuck == nil && result.status == 5, "\(result)")
        #expect(!result.drawn.contains("no job control"), "\(result)")
    }

    @Test("Ctrl-] three times ends an agent that listens to nothing")
    func kills() throws {
        let agent = """
            import signal, time
            for number in range(1, 32):
                try: signal.signal(number, signal.SIG_IGN)
                except OSError: pass
            print("up", flush=True)
            while True: time.sleep(60)
            """
        let result = try python(
            agent, [.wait("up"), .type("\u{3}\u{1A}\u{1C}"), .pause(milliseconds: 300), .type("\u{1D}\u{1D}\u{1D}")])
        #expect(result.status == 128 + Int(SIGKILL) && result.after == result.before, "\(result)")
    }

    @Test("questions to the terminal are not asked, and nothing is typed for who reads it next")
    func questions() throws {
        let ask = #"\033[c\033[6n\033[21t\033]11;?\007\033]52;c;?\007\033P$qm\033\\\005"#
        let agent = """
            import os, select, sys, termios, tty
            tty.setraw(0)
            os.write(1, b"before\(ask)after")
            answer = b""
            while select.select([0], [], [], 0.5)[0]: answer += os.read(0, 100)
            print(repr(answer), flush=True)
            os.write(1, b"\(ask)")
            """
        let result = try python(agent)
        #expect(result.drawn.contains("beforeafter"), "\(result)")
        #expect(result.drawn.contains(#"b'\x1b[?62;22c\x1b[1;1R\x1bP0$r\x1b\\'"#), "\(result)")
        #expect(result.leftover.isEmpty, "\(result)")
    }

    @Test("stopped from outside the terminal is the shell's; the agent goes on where it was")
    func suspends() throws {
        let agent = """
            import time
            print("\\033[?1049hup", flush=True)
            input()
            print("went on", flush=True)
            """
        // The shell: agentbox is stopped, and continued, while the shell looks at the terminal. What it found is on
        // one line, since bash tells of its jobs between any two commands.
        let shell = """
            set -m; "$@" & P=$!; (sleep 2; kill -TSTP $P) & fg %1; echo "at the shell: $(stty -a | tr ' ' '\\n' | grep -x -e -icanon -e icanon)"; fg %1; echo "status $?"
            """
        let result = try run(
            ["/usr/bin/python3", "-c", agent],
            [.wait("at the shell"), .pause(milliseconds: 300), .type("\r"), .wait("went on"), .wait("status 0")],
            wrap: { ["/bin/bash", "-c", shell, "sh"] + $0 })
        #expect(result.stuck == nil, "\(result)")
        #expect(result.drawn.contains("\r\nat the shell: icanon\r\n"), "\(result)")
    }

    @Test("where only some of the streams are a terminal the agent gets none, and what it writes there is filtered")
    func partial() throws {
        let agent =
            "import os; os.write(2, b'%s \\033[6nerr' % str([os.isatty(fd) for fd in (0, 1, 2)]).encode()); print(input())"
        let result = try run(
            ["/usr/bin/python3", "-c", agent], [.wait("err"), .type("typed\r"), .wait("TYPED")],
            wrap: { ["/bin/sh", "-c", "\"$@\" | tr a-z A-Z", "sh"] + $0 })
        #expect(result.stuck == nil && result.drawn.contains("[False, False, False] err"), "\(result)")
        #expect(result.after == result.before, "\(result)")
    }

    @Test("an agent that writes faster than anybody reads waits, and its end is drawn")
    func floods() throws {
        let agent = "import sys; [sys.stdout.write('x' * 1000 + chr(10)) for _ in range(3000)]; print('the end')"
        let result = try python(agent, [.wait("xxx"), .stall(milliseconds: 500), .wait("the end")])
        #expect(result.stuck == nil && result.status == 0, "\(result.status)")
        #expect(result.drawn.utf8.count(where: { $0 == UInt8(ascii: "x") }) >= 3_000_000)
    }
}
