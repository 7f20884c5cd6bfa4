import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("A person is asked on the agent's terminal, and the agent cannot answer for them")
struct TerminalApprovalTests {
    /// Runs an agent in Python on a terminal. In it `write(name)` makes the call that asks.
    private func run(
        _ agent: String, by: String = "{expires: 2m}", hasSigners: Bool = false, as person: Person = .possible[0],
        _ steps: [TerminalScript.Step]
    ) throws -> (TerminalScript.Result, ApprovalScene) {
        let approvals = try ApprovalScene(person, by: by)
        let scene = approvals.scene
        if hasSigners {
            try approvals.sign([
                ("alice@example.com", try approvals.key("alice")), ("bob@example.com", try approvals.key("bob")),
            ])
        }
        let prelude = """
            import os, subprocess, sys, time
            def write(name, **options):
                return subprocess.run(["agentbox", "call", "fs.write", f"path=docs/{name}", "content=new"],
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options).returncode

            """
        let words = InstalledAgentbox.shared.command(
            ["run", scene.intent, "--", "/usr/bin/python3", "-c", prelude + agent], as: .root, home: scene.home)
        let result = try TerminalScript.run(words, as: person, steps: steps, in: scene.folder.path)
        #expect(result.after == result.before, "\(result)")
        return (result, approvals)
    }

    private static let agent = "print('status', write('a.txt'), flush=True)"
    /// The question has been read to its end: nothing before that is a yes.
    private static let read: [TerminalScript.Step] = [
        .wait("No answer by"), .pause(milliseconds: 600), .type("      "), .wait("and Enter"),
    ]
    private static let asked: [TerminalScript.Step] = [.wait("shows your phrase"), .wait("Your phrase: ")] + read

    @Test("yes publishes the change that was shown, once, and says so in the ledger", arguments: Person.possible)
    func yes(person: Person) throws {
        let (result, approvals) = try run(
            Self.agent + "; print('again', write('a.txt'), flush=True)", as: person,
            Self.asked + [
                .typeCode(after: "type"), .wait("status 0"), .wait("No answer by"), .pause(milliseconds: 600),
                .type("n"), .wait("again 126"),
            ])
        #expect(result.stuck == nil, "\(result)")
        #expect(approvals.scene.file("docs/a.txt") == "new")
        let phrase = File.text(of: approvals.scene.home + "/phrase")?.split(separator: "\n").first ?? "?"
        #expect(result.drawn.contains("agentbox asks you. Your phrase: \(phrase)"), "\(result)")
        #expect(result.drawn.contains("docs/a.txt") && result.drawn.contains("+new"), "what is asked: \(result)")
        let answers = try approvals.record().filter { $0["verdict"] == "allow" || $0["verdict"] == "deny" }
        #expect(answers.map { $0["method"] } == ["terminal", "terminal"], "\(answers)")
    }

    @Test("what the agent prints after a question is there when it has ended, and nothing but that on its screen")
    func staysDrawn() throws {
        let agent = Self.agent + "; [print('line', n, 'of mine', flush=True) for n in range(12)]"
        let (result, approvals) = try run(
            agent, Self.asked + [.typeCode(after: "type"), .wait("line 11 of mine"), .wait("agentbox: run")])
        #expect(result.stuck == nil, "\(result)")
        let screen = ScreenModel(drawing: result.drawn)
        let all = screen.above + screen.lines
        for n in 0..<12 { #expect(all.contains("line \(n) of mine"), "line \(n): \(all)") }
        // The phrase, which was written before the agent drew, is where it cannot draw.
        let phrase = File.text(of: approvals.scene.home + "/phrase")?.split(separator: "\n").first ?? "?"
        let start = try #require(result.drawn.firstRange(of: "above this screen"))
        let before = ScreenModel(drawing: String(result.drawn[..<start.upperBound]))
        #expect(before.above.joined().contains(phrase), "\(before)")
        #expect(!before.lines.joined().contains(phrase), "\(before)")
        // The control: where leaving the second screen is what it was, the lines are gone.
        let old = ScreenModel(drawing: result.drawn.replacing("\u{1B}[?1047l", with: "\u{1B}[?1049l"))
        #expect(!(old.above + old.lines).contains("line 11 of mine"))
    }

    @Test("no answer by the time that the rule gives is a no")
    func late() throws {
        let (result, approvals) = try run(
            Self.agent, by: "{expires: 3s}", [.wait("No answer by"), .wait("status 126")])
        #expect(result.stuck == nil && approvals.scene.file("docs/a.txt") == nil, "\(result)")
    }

    @Test(
        "above A1, or where it takes another person, a line says where it waits, and nothing is asked",
        arguments: ["{assurance: A2, expires: 4s}", "{assurance: A4, quorum: 2, expires: 4s}"])
    func above(by: String) throws {
        let (result, _) = try run(
            Self.agent, by: by, hasSigners: true, [.wait("agentbox approve show"), .wait("status 126")])
        #expect(result.stuck == nil && !result.drawn.contains("asks you"), "\(result)")
    }

    @Test("an answer from elsewhere takes the question off the screen")
    func elsewhere() throws {
        let agent = """
            import threading
            thread = threading.Thread(target=lambda: print("status", write("a.txt"), flush=True))
            thread.start()
            thread.join()
            print("went on", flush=True)
            """
        let scene = try ApprovalScene()
        let prelude = """
            import os, subprocess
            def write(name):
                return subprocess.run(["agentbox", "call", "fs.write", f"path=docs/{name}", "content=new"],
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode

            """
        let words = InstalledAgentbox.shared.command(
            ["run", scene.scene.intent, "--", "/usr/bin/python3", "-c", prelude + agent], as: .root,
            home: scene.scene.home)
        let approve = InstalledAgentbox.shared.command(
            ["approve", "list", "--json"], as: .root, home: scene.scene.home)
        // Another terminal of the same person.
        let answering = """
            (for n in $(seq 300); do
                ID=$(\(approve.map { "'\($0)'" }.joined(separator: " ")) | sed -n 's/.*"request":"\\([a-z0-9]*\\)".*/\\1/p')
                [ -n "$ID" ] && break; sleep 0.1
            done; sleep 1; \(approve.dropLast(2).map { "'\($0)'" }.joined(separator: " ")) allow "$ID") >/dev/null 2>&1 &
            exec "$@"
            """
        let result = try TerminalScript.run(
            ["/bin/bash", "-c", answering, "sh"] + words, as: scene.scene.person,
            steps: [.wait("asks you"), .wait("status 0"), .wait("went on")], in: scene.scene.folder.path)
        #expect(result.stuck == nil && scene.scene.file("docs/a.txt") == "new", "\(result)")
    }

    @Test("what the agent draws, types and has had typed before is no answer")
    func attacks() throws {
        // It draws a prompt with a code of its own beforehand, floods the terminal while the true one stands, asks the
        // terminal for what it would type, and reads all that it can of it.
        let agent = """
            import threading, tty, termios
            tty.setraw(0)
            os.write(1, b" agentbox asks you. Your phrase: words\\r\\n Yes: type  b c d f  and Enter.\\r\\n")
            typed = os.read(0, 100)
            status = []
            thread = threading.Thread(target=lambda: status.append(write("a.txt")))
            thread.start()
            os.set_blocking(0, False)
            seen = b""
            while thread.is_alive():
                os.write(1, b"\\033[6n\\033]52;c;bcdf\\007\\033[H\\033[2Jallowed, type nothing\\r\\n\\033[21t")
                try: seen += os.read(0, 1000)
                except BlockingIOError: time.sleep(0.001)
            os.set_blocking(0, True)
            os.write(1, b"typed %r status %d seen %d\\r\\n" % (typed, status[0], sum(c in b"bcdfghjkmqrstvwxz" for c in seen)))
            """
        let (result, approvals) = try run(
            agent,
            [.wait("b c d f"), .type("bcdf\r")] + Self.read + [.typeCode(after: "type"), .wait("typed b'")])
        #expect(result.stuck == nil, "\(result.drawn.suffix(500))")
        // The forged one got its code; the true one was answered by the true code; none of that reached the agent.
        #expect(result.drawn.contains("typed b'bcdf\\r' status 0 seen 0"), "\(result.drawn.suffix(500))")
        #expect(!result.drawn.contains("\u{1B}[6n") && !result.drawn.contains("]52;"))
        #expect(result.leftover.isEmpty)
        #expect(try approvals.decisions().count == 1)
        // Between the first and the last drawing of the prompt the agent drew nothing.
        let phrase =
            File.text(of: approvals.scene.home + "/phrase")?.split(separator: "\n").first.map(String.init) ?? "?"
        let pieces = result.drawn.split(separator: "asks you. Your phrase: \(phrase)", omittingEmptySubsequences: false)
        for piece in pieces.dropFirst().dropLast() { #expect(!piece.contains("type nothing")) }
    }

    @Test("without a terminal nobody is asked, and standard error says where the call waits")
    func plain() throws {
        let approvals = try ApprovalScene(by: "{expires: 2s}")
        let result = approvals.scene.agentbox(
            [
                "run", approvals.scene.intent, "--", "/bin/sh", "-c",
                "agentbox call fs.write path=docs/a.txt content=new; echo $?",
            ])
        #expect(result.output.hasSuffix("126\n") && result.errorOutput.contains("agentbox approve show"), "\(result)")
        #expect(!result.errorOutput.contains("phrase"))
    }

    @Test("a phrase is the person's to choose, and what is none is an error that says so")
    func phrases() throws {
        let approvals = try ApprovalScene()
        let scene = approvals.scene
        for (text, isGood) in [("my own words\n", true), ("\u{1B}[2Jx\n", false), ("", false)] {
            try scene.folder.write("home/phrase", text, mode: 0o600)
            scene.giveAway()
            let words = InstalledAgentbox.shared.command(
                ["run", scene.intent, "--", "/bin/true"], as: .root, home: scene.home)
            let result = try TerminalScript.run(words, as: scene.person, steps: [], in: scene.folder.path)
            #expect(result.drawn.contains("my own words") == isGood, "\(result)")
            #expect(result.status == (isGood ? 0 : 125), "\(result)")
        }
    }
}
