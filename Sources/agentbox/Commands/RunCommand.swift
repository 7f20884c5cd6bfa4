import ArgumentParser
import Diagnostics
import Runs
import StrictJSON

/// `agentbox run`
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Launch an agent in its box, with the registry as its only exit.",
        discussion: """
            The agent starts under the `agent` profile: no network but a loopback of its own, none of your environment, \
            none of your files. Tools are reached by MCP on the socket that AGENTBOX_SOCKET names, by `agentbox connect`, \
            by `agentbox call`, or with --http at the URL in AGENTBOX_URL. When it ends, what it changed is listed; its exit status is ours.

            On a terminal the agent has one of its own: Ctrl-C and Ctrl-Z are its to take, Ctrl-] pressed three times \
            within a second kills it. What would make your terminal answer, or do more than draw, is filtered out. Where \
            the intent asks people, a call can be approved on the terminal: the question shows your phrase, which is in \
            $AGENTBOX_HOME/phrase and is shown before the agent starts, and takes a code that is made for it.

            The first SIGINT, SIGTERM or SIGHUP goes to the agent, a second one kills it. After SIGTERM or SIGHUP it is \
            killed in any case if it has not ended 10 seconds later. When the task's time is over, by `expires` or \
            `budget.time` of the intent, the agent gets SIGTERM, is killed 10 seconds later, and the exit status is 124.

            EXAMPLES
              agentbox run task.yaml -- my-agent --verbose
              agentbox run task.yaml --read ~/.local/share/venv -- ~/.local/share/venv/bin/python agent.py
            """
    )

    @OptionGroup
    var task: TaskOptions

    @OptionGroup
    var signers: SignerOptions

    @Option(
        name: .customLong("read"),
        help: "A folder of the host that the agent may read and execute from, sockets in it included; repeatable.")
    var read: [String] = []

    @Option(
        name: .customLong("env"),
        help: "NAME=VALUE for the agent's environment, or NAME to pass the host's; repeatable.")
    var environment: [String] = []

    @Option(help: "The sandbox profile of the agent's box.")
    var sandbox = "agent"

    @Flag(help: "Serve MCP over HTTP on the agent's own loopback too, where AGENTBOX_URL says.")
    var http = false

    @Flag(help: "At the end, one JSON object on standard error in place of the summary.")
    var json = false

    @Argument(help: "The intent manifest.")
    var intent: String

    @Argument(parsing: .postTerminator, help: "The agent and its arguments, after `--`.")
    var agent: [String] = []

    func validate() throws {
        if agent.isEmpty { throw ValidationError("name the agent after `--`: agentbox run \(intent) -- my-agent") }
    }

    func run() async throws {
        var variables: [(String, String)] = []
        for word in environment { variables.append(try EnvironmentWord.parse(word)) }
        let options = signers.apply(to: task.options(intent: intent, agent: .confined, command: agent))
        let box = AgentBox.Options(profile: sandbox, readable: read, environment: variables, servesHTTP: http)
        let summary = try await AgentRun.launch(options, box) { note in Terminal.note(VisibleText.line(note)) }
        Terminal.takeBack()
        if json {
            Terminal.printError(summary.json.encodedString())
        } else {
            for line in SummaryReport(summary).lines { Terminal.printError(line) }
        }
        throw ExitCode(summary.exitStatus)
    }
}
