import LinuxIO
import MCP
import StrictJSON

/// `agentbox mcp`: the registry as a server on this process's standard streams.
package enum StandardServer {
    /// Serves one client until it goes away.
    ///
    /// The first answer goes out while the manifests are still being read: some clients give up within milliseconds.
    /// A task that cannot be opened ends the server with that error.
    ///
    /// `note` gets what dead runs left that a person should look at.
    ///
    /// - Returns: The signal that ended it; nil if the client went away.
    package static func serve(
        _ options: TaskRun.Options, note: @escaping @Sendable (String) -> Void
    ) async throws -> Int32? {
        let watch = try InterruptionWatch()
        let opening = Task {
            var options = options
            options.expectsManyCalls = true
            let run = try await TaskRun.open(options)
            for line in run.startNotes + run.serverNotes { note(line) }
            run.announceQuestions(to: note)
            return run
        }
        let server = MCPServer(
            OpeningProvider(opening),
            MCPServerSettings(info: Runs.implementation, instructions: Runs.instructions))
        try await watch.run {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await server.serve(LineChannel.standardStreams) }
                // Nothing of a task that cannot be opened could ever be served.
                group.addTask { _ = try await opening.value }
                try await group.next()
                // Either the client has gone, or the task is open: then the client decides how long, unless the run is
                // revoked.
                group.addTask { _ = await (try? opening.value)?.revocations.revoked() }
                try await group.next()
                group.cancelAll()
            }
        }
        let run = try await opening.value
        let signal = watch.signal
        let revoked = run.revocations.end
        let end: JSON =
            revoked.map { ["end": "revoked", "reason": .string($0)] }
            ?? signal.map { ["end": "interrupted", "signal": .integer(Int64($0))] } ?? ["end": "client gone"]
        if let problem = await run.end(end) { throw RunError(problem) }
        if let revoked { throw RunError(revoked, remedy: "start the server again if the task may go on") }
        return signal
    }
}

/// Tools of a task that is still being opened.
private struct OpeningProvider: ToolProvider {
    private let opening: Task<TaskRun, any Error>

    init(_ opening: Task<TaskRun, any Error>) { self.opening = opening }

    func tools() async -> [MCPTool] {
        guard let run = try? await opening.value else { return [] }
        return await RegistryProvider(run.registry).tools()
    }

    func call(_ name: String, arguments: JSON, context: MCPCallContext) async throws(MCPError) -> MCPToolResult {
        let run: TaskRun
        do { run = try await opening.value } catch { throw MCPError.internalError("the task could not be opened") }
        return try await RegistryProvider(run.registry).call(name, arguments: arguments, context: context)
    }
}
