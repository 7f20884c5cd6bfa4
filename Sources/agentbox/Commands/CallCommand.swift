import ArgumentParser
import Diagnostics
import Runs
import StrictJSON

/// `agentbox call`
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Make one mediated call.",
        discussion: """
            Inside a run the call goes to the run's registry. Outside, --intent names the task that it is checked \
            against; the call is confined and recorded as always, but whoever makes it is NOT confined: it runs as you.

            Arguments are key=value words, each a text or, where the tool's schema wants something else, JSON; then the \
            tool's output is printed as it is. Or all of them are one JSON object behind --json, `{}` if there are none; \
            then what is printed is one JSON object too: decision, code, reason, rules, outcome (status, end, exit, signal, stdout, stderr, structured, violations, \
            resources, duration), ledgerIndex. Inside a run, rules and ledgerIndex are null, which an agent may not know, \
            and so are the reason of an allowed call and the stderr of one that succeeded.

            The exit status is the tool's own, 124 if it ran out of time, 126 if the call was denied. Of exec.run it is \
            that of the program that it ran.

            EXAMPLES
              agentbox call fs.read path=README.md                            inside a run
              agentbox call --intent task.yaml fs.read path=README.md
              agentbox call --intent task.yaml exec.run 'argv=["make","test"]'
              agentbox call --intent task.yaml fs.read --json '{"path":"README.md"}'
            """
    )

    @Option(help: "The intent manifest, outside of a run.")
    var intent: String?

    @OptionGroup
    var task: TaskOptions

    @OptionGroup
    var signers: SignerOptions

    @Option(
        help: ArgumentHelp(
            "The arguments as one JSON object, `{}` for none; the result is printed as one, too.", valueName: "object"))
    var json: String?

    @Argument(help: "The tool's name.")
    var tool: String

    @Argument(help: "Arguments as key=value.")
    var arguments: [String] = []

    func validate() throws {
        if json != nil && !arguments.isEmpty { throw ValidationError("give key=value arguments or --json, not both") }
    }

    func run() async throws {
        let caller: any ToolCaller
        if let intent {
            var options = task.options(intent: intent, agent: .unconfined)
            options.onlyTool = tool
            let opened = try await UnconfinedCaller.open(signers.apply(to: options))
            Terminal.note("the agent is not confined: what calls this runs as you, outside of any box")
            for line in opened.startNotes { Terminal.note(VisibleText.line(line)) }
            opened.announceQuestions { note in Terminal.note(VisibleText.line(note)) }
            caller = opened
        } else if let socket = RegistrySocket.fromEnvironment() {
            caller = try await RegistryCaller.connect(to: socket)
        } else {
            throw CommandError(
                "there is no run here, and no intent was named",
                remedy: "name the task with --intent FILE, or use `agentbox call` inside `agentbox run`")
        }
        let arguments: JSON
        do {
            arguments = try await argumentObject(caller)
        } catch {
            // The run has begun, and ends here.
            if let problem = await caller.close() { Terminal.note(problem) }
            throw error
        }
        let result = await Self.outcome(of: caller, tool, arguments)
        if let problem = await caller.close() { Terminal.note(problem) }
        try print(result.get())
    }

    private func argumentObject(_ caller: any ToolCaller) async throws -> JSON {
        guard let json else {
            return try ArgumentWords.object(from: arguments, schema: await caller.inputSchema(of: tool) ?? [:])
        }
        do {
            return try JSON(parsing: json)
        } catch {
            throw CommandError(
                "--json: \(error.message)",
                remedy: "give the arguments as one object: --json '{\"path\": \"README.md\"}'")
        }
    }

    private static func outcome(
        of caller: any ToolCaller, _ tool: String, _ arguments: JSON
    ) async -> Result<CallResult, any Error> {
        do { return .success(try await caller.call(tool, arguments)) } catch { return .failure(error) }
    }

    private func print(_ result: CallResult) throws {
        if json != nil {
            Terminal.print(json: result.json, pretty: false)
        } else {
            Terminal.printOutput(result.output)
            if let complaint = result.complaint { Terminal.printError(VisibleText.block(complaint)) }
        }
        throw ExitCode(result.exitStatus)
    }
}
