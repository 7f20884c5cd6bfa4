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
            for line in run.recoveryNotes + run.serverNotes { note(line) }
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
                // Either the client has gone, or the task is open: then the client decides how long.
                try await group.next()
            }
        }
        let run = try await opening.value
        let signal = watch.signal
        let end: JSON = signal.map { ["end": "interrupted", "signal": .integer(Int64($0))] } ?? ["end": "client gone"]
        if let problem = await run.end(end) { throw RunError(problem) }
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
