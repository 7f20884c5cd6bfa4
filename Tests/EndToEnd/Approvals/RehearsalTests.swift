import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("A call that only writes runs first on a copy, and a yes publishes what was shown")
struct RehearsalTests {
    /// A tool that throws dice: run twice it writes two different texts, and each run leaves a trace in its output.
    private static let manifest = """
        apiVersion: agentbox.dev/v1
        kind: Tool
        name: dice
        version: 1.0.0
        description: Writes random numbers.
        command: [./dice.sh, "${args.path}"]
        input: argv
        inputSchema: {type: object, properties: {path: {type: string}}, required: [path], additionalProperties: false}
        annotations: {readOnly: false, destructive: true, idempotent: false, openWorld: false}
        sandbox: dice
        grants: [{write: "${args.path}"}]
        """
    private static let profile = """
        apiVersion: agentbox.dev/v1
        kind: Sandbox
        name: dice
        description: Programs of the system that write what the call names.
        extends: workspace-write
        filesystem: {exec: [/usr/bin, /bin]}
        limits: {processes: 32}
        """
    private static let script = "#!/bin/sh\nhead -c 12 /dev/urandom | od -An -tx1 > \"$1\"\necho thrown\n"

    private static func scene(_ person: Person, script: String = script) throws -> ApprovalScene {
        let approvals = try ApprovalScene(person, rules: "- approve: dice")
        try approvals.scene.folder.write("dice/tool.yaml", manifest)
        try approvals.scene.folder.write("dice/dice.sh", script, mode: 0o755)
        try approvals.scene.folder.write("sandboxes/dice.yaml", profile)
        approvals.scene.giveAway()
        let registered = approvals.scene.agentbox(
            ["tool", "register", "dice", "--tools", ".", "--sandboxes", "sandboxes"])
        #expect(registered.status == 0, "\(registered)")
        return approvals
    }

    /// The line that the difference adds.
    private static func added(_ shown: String) -> String? {
        shown.split(separator: "\n").first { $0.hasPrefix("  | + ") }.map { String($0.dropFirst("  | +".count)) }
    }

    @Test("exactly that, though another run would write something else", arguments: Person.possible)
    func published(person: Person) throws {
        let approvals = try Self.scene(person)
        let agent = try approvals.start("agentbox call dice path=docs/dice.txt; echo exit $?")
        let request = try approvals.pending()[0]
        let shown = try #require(request["shown"]?.stringValue)
        #expect(shown.contains("WHAT IT CHANGES") && shown.contains("created `docs/dice.txt`"), "\(shown)")
        let line = try #require(Self.added(shown))
        #expect(approvals.scene.file("docs/dice.txt") == nil)
        // The agent has heard nothing of it yet.
        let id = try #require(request["request"]?.stringValue)
        #expect(approvals.allow(id).output == "allowed\n")
        #expect(try agent.line() == "thrown")
        #expect(try agent.line() == "exit 0")
        #expect(approvals.scene.file("docs/dice.txt") == line + "\n")
    }

    @Test("a no leaves nothing, and what was tried reaches nobody", arguments: Person.possible)
    func discarded(person: Person) throws {
        let approvals = try Self.scene(person)
        let agent = try approvals.start("agentbox call dice path=docs/dice.txt 2>&1; echo exit $?; sleep 20")
        let request = try approvals.pending()[0]
        let run = try #require(request["run"]?.stringValue)
        let layers = "\(approvals.scene.home)/runs/\(run)/layers"
        #expect(Command.run(["/bin/ls", layers]).output != "")
        #expect(approvals.deny(request["request"]?.stringValue ?? "").output == "denied\n")
        var lines: [String] = []
        while let line = try agent.line() {
            lines.append(line)
            if line.hasPrefix("exit") { break }
        }
        #expect(lines.last == "exit 126" && !lines.contains("thrown"), "\(lines)")
        #expect(Command.run(["/bin/ls", layers]).output == "")
        #expect(approvals.scene.file("docs/dice.txt") == nil)
        agent.kill()
    }

    @Test("a try that failed is told to the person")
    func failed() throws {
        let approvals = try Self.scene(.possible[0], script: "#!/bin/sh\necho x > \"$1\"\nexit 7\n")
        let agent = try approvals.start("agentbox call dice path=docs/dice.txt; sleep 20")
        let shown = try #require(try approvals.pending()[0]["shown"]?.stringValue)
        #expect(shown.contains("IT FAILED on a copy of the workspace (exit 7)"), "\(shown)")
        #expect(!shown.contains("WHAT IT CHANGES"))
        agent.kill()
    }

    @Test("what was tried when agentbox was killed is gone at the next start")
    func killed() throws {
        let approvals = try Self.scene(.possible[0])
        let agent = try approvals.start("agentbox call dice path=docs/dice.txt")
        let run = try #require(try approvals.pending()[0]["run"]?.stringValue)
        agent.kill()
        #expect(approvals.scene.agentbox(["run", approvals.scene.intent, "--", "/bin/true"]).status == 0)
        #expect(Command.run(["/bin/ls", "\(approvals.scene.home)/runs/\(run)/layers"]).output == "")
        #expect(approvals.scene.file("docs/dice.txt") == nil)
    }

    @Test("a call with other effects is asked about without being tried")
    func otherEffects() throws {
        let approvals = try ApprovalScene(rules: "- approve: exec.run")
        let agent = try approvals.start("agentbox call exec.run 'argv=[\"true\"]' >/dev/null; echo $?")
        let request = try approvals.pending()[0]
        #expect(request["shown"]?.stringValue?.contains("WHAT IT CHANGES") == false)
        #expect(approvals.allow(request["request"]?.stringValue ?? "").output == "allowed\n")
        #expect(try agent.line() == "0")
    }
}
