import ArgumentParser
import Runs

/// `agentbox connect`
struct ConnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Inside a run: bridge standard input and output to the registry.",
        discussion: """
            For MCP clients that start their servers themselves. The registry's socket is named by AGENTBOX_SOCKET, \
            which `agentbox run` sets.

            EXAMPLE (a client's configuration, inside `agentbox run`)
              {"mcpServers": {"agentbox": {"command": "agentbox", "args": ["connect"]}}}
            """
    )

    func run() throws {
        guard let socket = RegistrySocket.fromEnvironment() else {
            throw CommandError(
                "there is no registry here: AGENTBOX_SOCKET is not set",
                remedy:
                    "use `agentbox connect` inside `agentbox run INTENT -- AGENT`; outside, use `agentbox mcp INTENT`")
        }
        try RegistrySocket.bridge(socket)
    }
}
