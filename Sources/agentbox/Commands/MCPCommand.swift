import ArgumentParser
import Diagnostics
import MCP
import Runs

/// `agentbox mcp`
struct MCPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mcp",
        abstract: "Serve a task's tools as an MCP server on standard input and output.",
        discussion: """
            For clients that start their servers themselves. Calls are checked, confined and recorded as always, but the \
            agent itself is NOT confined: it runs as you, outside of any box, and can act without agentbox. The ledger \
            says so in every entry. `agentbox run` confines the agent too.

            EXAMPLE (a client's configuration)
              {"mcpServers": {"agentbox": {"command": "agentbox", "args": ["mcp", "/home/alice/task.yaml"]}}}
            """
    )

    @OptionGroup
    var task: TaskOptions

    @OptionGroup
    var signers: SignerOptions

    @Argument(help: "The intent manifest.")
    var intent: String

    func run() async throws {
        Terminal.note(
            "serving `\(intent)`; the agent is not confined: it runs as you and can act without agentbox (see `run`)")
        let options = signers.apply(to: task.options(intent: intent, agent: .unconfined))
        let signal = try await StandardServer.serve(options) { note in
            Terminal.note(VisibleText.line(note))
        }
        if let signal { throw ExitCode(128 + signal) }
    }
}
