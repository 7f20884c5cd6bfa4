import Glibc
import LinuxIO
import MCP
import Manifests
@_spi(Launch) import Sandbox
import StrictJSON

/// `agentbox run`: an agent in its box, and the registry as its only exit.
package enum AgentRun {
    /// Runs the agent to its end, and says what came of it. `note` gets what the person should know before it starts.
    package static func launch(
        _ options: TaskRun.Options, _ boxOptions: AgentBox.Options, note: (String) -> Void
    ) async throws -> RunSummary {
        let run = try await TaskRun.open(options)
        do {
            let summary = try await launch(run, boxOptions, options.command, note)
            await run.end(summary.json)
            return summary
        } catch {
            await run.end(["end": "not started", "reason": .string("\(error)")])
            throw error
        }
    }

    private static func launch(
        _ run: TaskRun, _ options: AgentBox.Options, _ command: [String], _ note: (String) -> Void
    ) async throws -> RunSummary {
        let models = run.manifests.intent.models
        if !models.isEmpty {
            note(
                "the intent lists model endpoints (\(models.joined(separator: ", "))): this build gives an agent no "
                    + "network, so they cannot be reached from inside")
        }
        let socket = try UnixSocket.listen(at: run.directory.socket)
        // The folder is the host user's alone; in the box the agent's user has to be able to connect.
        guard chmod(run.directory.socket, 0o666) == 0 else { throw SystemError.last("chmod", run.directory.socket) }
        let server = MCPServer(
            RegistryProvider(run.registry),
            MCPServerSettings(info: Runs.implementation, instructions: Runs.instructions))
        let serving = Task { try await server.listen(on: socket) }

        let terminal = TerminalState()
        let box = try AgentBox(run, options)
        if box.seesWorkspace { await run.registry.see([.untrusted]) }
        let specification = try box.specification(of: command)
        let signals = try SignalSource(Interruptions.signals)
        let agent = try await run.launcher.start(specification)
        let forwarding = Task { await Interruptions.forward(signals, to: agent) }
        let end = await Result.of { () throws(SandboxError) in try await agent.wait() }
        forwarding.cancel()
        terminal.restore()

        // Calls that are still going on were the agent's: they end with it.
        serving.cancel()
        _ = await serving.result
        return try RunSummary(run, end.get().cause)
    }
}

extension Result {
    /// What an asynchronous body returns or throws.
    fileprivate static func of(_ body: () async throws(Failure) -> Success) async -> Self {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
