import StrictJSON
import TestSupport
import Testing

@Suite("On its person's terminal an agent draws, and no more")
struct TerminalTests {
    private static let attempts = [
        "tiocsti", "tiocsti-high-bits", "tiocsti-sign-extended", "tioclinux", "line-discipline", "take-console-output",
        "other-end-of-terminal", "terminal-for-oneself", "open-terminal",
    ]

    /// Runs a command as the leader of a session on a terminal of its own, and prints what it drew.
    private static let runner = """
        import os, pty, sys
        child, master = pty.fork()
        if child == 0: os.execv(sys.argv[1], sys.argv[1:])
        drawn = b""
        while True:
            try: piece = os.read(master, 65536)
            except OSError: break
            if not piece: break
            drawn += piece
        os.waitpid(child, 0)
        sys.stdout.write(drawn.decode("latin-1"))
        """

    private static func run(_ words: [String], as person: Person, in folder: String) throws -> [Attempt] {
        let result = Command.run(person.prefix + ["/usr/bin/python3", "-c", runner] + words, in: folder)
        // What was typed for us is drawn too, in front of a line.
        return try result.output.split(whereSeparator: \.isNewline).compactMap { line in
            guard let start = line.firstRange(of: "{\"attempt\""), let end = line.lastIndex(of: "}") else { return nil }
            return try Attempt(try JSON(parsing: String(line[start.lowerBound...end])))
        }
    }

    @Test("what it asks of it the filter refuses", arguments: Person.possible)
    func terminal(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        try Probe.copy(to: scene.folder, as: "shown/probe")
        scene.giveAway()
        let probe = [scene.folder("shown/probe")] + Self.attempts.flatMap { ["--only", $0] }
        let outside = try Self.run(probe + ["--control"], as: person, in: scene.folder.path)
        #expect(outside.map(\.name).sorted() == Self.attempts.sorted())
        for attempt in outside {
            let isReal = attempt.result == .succeeded || attempt.result == .absent
            #expect(isReal || attempt.needsRoot && person != .root, "no control as \(person): \(attempt)")
        }
        let words = ["run", scene.intent, "--read", scene.folder("shown"), "--"] + probe
        let command = InstalledAgentbox.shared.command(words, as: .root, home: scene.home)
        let inside = try Self.run(command, as: person, in: scene.folder.path)
        #expect(inside.map(\.name).sorted() == Self.attempts.sorted())
        for attempt in inside {
            // The terminal that it can open is not the person's but one of its own, which agentbox reads.
            let expected: Attempt.Result = attempt.name == "open-terminal" ? .succeeded : .refused
            #expect(attempt.result == expected, "as \(person): \(attempt)")
        }
    }
}
