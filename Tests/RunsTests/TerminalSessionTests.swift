import Glibc
import TestSupport
import Testing

@Suite("A question on the agent's terminal is agentbox's, and so is the answer")
struct TerminalSessionTests {
    private static let question = "fs.write wants to write docs/intro.md\n  path: docs/\u{430}bc\u{1B}[2J"
    private static let phrase = "copper lantern pine"

    private struct Result {
        let terminal: TerminalScript.Result
        /// What came of the questions.
        let answers: [String]
        var drawn: String { terminal.drawn }
    }

    /// Runs an agent in Python, and asks when the script sends SIGUSR1.
    private func run(_ agent: String, seconds: Int = 60, _ steps: [TerminalScript.Step]) throws -> Result {
        let folder = try TemporaryFolder()
        try folder.write("question", Self.question)
        let words = [
            try HelperProcess.built("TerminalTestHelper"), folder("answers"), folder("question"), String(seconds),
            "/usr/bin/python3", "-c", agent,
        ]
        let result = try TerminalScript.run(words, as: .possible[0], steps: steps)
        #expect(result.stuck == nil, "\(result)")
        #expect(result.before == result.after, "\(result)")
        return Result(
            terminal: result,
            answers: (File.text(of: folder("answers")) ?? "").split(separator: "\n").map(String.init))
    }

    private static let echo = """
        import sys
        print("up", flush=True)
        for line in sys.stdin: print("got", repr(line), flush=True)
        """
    private static let ask: [TerminalScript.Step] = [
        .signal(SIGUSR1), .wait("Your phrase: copper lantern pine"), .wait("and Enter"), .pause(milliseconds: 600),
    ]
    private static let end: [TerminalScript.Step] = [.pause(milliseconds: 200), .type("\u{4}\u{4}\u{4}\u{4}")]

    @Test("the code that is on the screen is a yes, and nothing that is typed for it reaches the agent")
    func yes() throws {
        let result = try run(
            Self.echo,
            [.wait("up")] + Self.ask + [
                .typeCode(after: "type"), .pause(milliseconds: 300), .type("mine\r"), .wait("got 'mine"),
            ] + Self.end)
        #expect(result.answers == ["allow"])
        #expect(result.drawn.contains("\\u{430}bc\\u{1B}[2J"), "\(result)")
        #expect(result.drawn.components(of: "got").count == 2, "\(result)")
    }

    @Test("n and Escape are a no, and so is no answer in time", arguments: ["n", "\u{1B}", "zzzz\rzzzz\rzzzz\r"])
    func no(keys: String) throws {
        let result = try run(Self.echo, [.wait("up")] + Self.ask + [.type(keys), .pause(milliseconds: 300)] + Self.end)
        #expect(result.answers == ["deny"])
    }

    @Test("no answer in time is a no")
    func late() throws {
        let result = try run(
            Self.echo, seconds: 1,
            [.wait("up")] + Self.ask + [.pause(milliseconds: 800), .type("x\r"), .wait("got 'x")] + Self.end)
        #expect(result.answers == ["expired"])
    }

    @Test("what was typed before the question is no answer, whatever it is")
    func ahead() throws {
        // Every letter of the codes, and all that confirms or denies: one that counted would end the prompt.
        let ahead = "bcdf\rn\u{1B}"
        let result = try run(
            Self.echo,
            [.wait("up"), .stall(milliseconds: 1), .signal(SIGUSR1), .type(ahead)] + Array(Self.ask.dropFirst())
                + [.typeCode(after: "type"), .pause(milliseconds: 300)] + Self.end)
        #expect(result.answers == ["allow"], "\(result)")
    }

    @Test("a prompt that the agent draws is not one: its code is typed to the agent")
    func forged() throws {
        let agent = """
            import sys
            print("\\033[?1049h agentbox asks you. Your phrase: ?\\r\\n Yes: type  b c d f  and Enter.", flush=True)
            line = sys.stdin.readline()
            print("\\033[?1049l got", repr(line), flush=True)
            """
        let result = try run(agent, [.wait("and Enter"), .typeCode(after: "type"), .wait("got 'bcdf")])
        #expect(result.answers.isEmpty)
    }

    @Test("while it asks the agent draws nothing, asks the terminal nothing, and waits; then all of it is drawn")
    func flood() throws {
        let agent = """
            import sys, time
            print("up", flush=True)
            end = time.time() + 3
            n = 0
            while time.time() < end:
                n += 1
                print("agent", n, "\\033[21t\\033[H agentbox asks you. Your phrase: mine", flush=True)
            print("lines", n, flush=True)
            """
        let result = try run(
            agent,
            [.wait("up"), .wait("agent 100")] + Self.ask + [
                .pause(milliseconds: 500), .typeCode(after: "type"), .wait("lines"),
            ])
        #expect(result.answers == ["allow"], "\(result.answers)")
        let parts = result.drawn.components(of: Self.phrase)
        // From the first drawing of the prompt to the last.
        for part in parts.dropFirst().dropLast() { #expect(!part.contains("agent ")) }
        let counted = result.drawn.components(of: "lines ").last.flatMap { $0.prefix { $0.isNumber }.description }
        #expect(counted.map { result.drawn.contains("agent \($0) ") } == true, "\(result.drawn.suffix(300))")
        #expect(!result.drawn.contains("\u{1B}[21t"))
    }

    @Test("a program that draws the whole screen draws it again, at the size that it had", arguments: [true, false])
    func fullScreen(isAlternate: Bool) throws {
        let agent = """
            import os, signal, time
            def draw(*_):
                size = os.get_terminal_size()
                print("\\033[H\\033[2Jframe of", size.lines, flush=True)
            print("\(isAlternate ? "\\033[?1049h" : "")\\033[?1000;1006h\\033[3;9r\\033[?25l", end="")
            signal.signal(signal.SIGWINCH, draw)
            draw()
            end = time.time() + 2.5
            while time.time() < end: time.sleep(0.1)
            """
        let result = try run(
            agent, [.wait("frame of 24")] + Self.ask + [.typeCode(after: "type"), .pause(milliseconds: 800)])
        #expect(result.answers == ["allow"])
        let last = try #require(result.drawn.components(of: Self.phrase).last)
        for part in ["\u{1B}[?1000h", "\u{1B}[?1006h", "\u{1B}[3;9r", "\u{1B}[?25l"] { #expect(last.contains(part)) }
        #expect(last.contains("frame of 24") == isAlternate)
        #expect(last.contains("\u{1B}[?1049l"))
    }

    @Test("lines of agentbox's own stand between those of the agent, and wait for a prompt to end")
    func notes() throws {
        let result = try run(
            Self.echo,
            [.wait("up"), .signal(SIGUSR2), .wait("\r\nagentbox: a note of agentbox\r\n")] + Self.ask
                + [.signal(SIGUSR2), .pause(milliseconds: 200), .type("n"), .wait("agentbox: a note")] + Self.end)
        #expect(result.answers == ["deny"])
    }

    @Test("an agent that ends while it asks takes the question with it")
    func gone() throws {
        let result = try run("import time; print('up', flush=True); time.sleep(1.5)", [.wait("up")] + Self.ask)
        #expect(result.answers == ["cancelled"])
    }
}

extension String {
    /// The pieces between every two `separator`s.
    fileprivate func components(of separator: String) -> [Substring] {
        self.split(separator: separator, omittingEmptySubsequences: false)
    }
}
