import ArgumentParser
import Diagnostics
import MCP
import Runs

/// `agentbox mcp`
struct MCPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mcp",
        abstract: "Serve a task's tools as an MCP server, on standard input and output or over HTTP.",
        discussion: """
            For clients that start their servers themselves. Calls are checked, confined and recorded as always, but the \
            agent itself is NOT confined: it runs as you, outside of any box, and can act without agentbox. The ledger \
            says so in every entry. `agentbox run` confines the agent too.

            With --http it is a server of Streamable HTTP at http://ADDRESS/mcp until it is interrupted. Clients have to \
            show a bearer token, which is in a file that only you can read; `--token-file` keeps one over restarts. \
            The process that reads HTTP is in a box of its own.

            EXAMPLES (a client's configuration, and a server over HTTP)
              {"mcpServers": {"agentbox": {"command": "agentbox", "args": ["mcp", "/home/alice/task.yaml"]}}}
              agentbox mcp --http 127.0.0.1:8931 --token-file ~/.agentbox-token task.yaml
            """
    )

    @OptionGroup
    var task: TaskOptions

    @OptionGroup
    var signers: SignerOptions

    @Option(help: "Serve HTTP at this address of the loopback, as 127.0.0.1:8931; port 0 is any free one.")
    var http: String?

    @Option(help: "The file of the bearer token; made if it is missing. Without it each start makes a new token.")
    var tokenFile: String?

    @Option(
        name: .customLong("host"),
        help: "NAME:PORT by which clients reach it from elsewhere; allows an address beyond the loopback. Repeatable.")
    var hosts: [String] = []

    @Argument(help: "The intent manifest.")
    var intent: String

    func validate() throws {
        if http == nil, tokenFile != nil || !hosts.isEmpty {
            throw ValidationError("`--token-file` and `--host` are about `--http`")
        }
    }

    func run() async throws {
        let options = signers.apply(to: task.options(intent: intent, agent: .unconfined))
        if let http {
            let server = HTTPServing.Options(address: http, tokenFile: tokenFile, hosts: hosts)
            let signal = try await HTTPServing.serve(options, server) { note in
                Terminal.note(VisibleText.line(note))
            }
            throw ExitCode(128 + signal)
        }
        Terminal.note(
            "serving `\(intent)`; the agent is not confined: it runs as you and can act without agentbox (see `run`)")
        let signal = try await StandardServer.serve(options) { note in
            Terminal.note(VisibleText.line(note))
        }
        if let signal { throw ExitCode(128 + signal) }
    }
}
