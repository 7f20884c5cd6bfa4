import MCP
import Manifests
@_spi(Launch) import Sandbox

/// One tool server of one run: started at the first call of one of its tools, kept to the end of the run, and started
/// again when it died. Never shared with another run: what it remembers of one task is nothing to the next.
actor RunServer {
    /// Starts with no answer between them, after which it is given up.
    static let mostVainStarts = 5
    /// Starts in one run: whatever a server dies of, the host's work for it has an end.
    static let mostStarts = 64

    /// Comparisons of its tools before one call: a server could say that they changed at every look.
    static let mostComparisons = 4

    typealias Start = @Sendable () async throws(ServerError) -> (ServerConnection, tools: [MCPTool])
    private typealias Attempt = Task<Result<ServerConnection, ServerError>, Never>

    private let server: ToolServer
    /// The start or the comparison that is under way, or has been: what every call waits for.
    private var current: Attempt?
    private var starts = 0
    private var vainStarts = 0
    /// Why no call goes to it any more.
    private var refusal: ServerError?

    init(_ server: ToolServer) { self.server = server }

    /// The server, running, with the tools that were pinned; and how often it was started.
    func connection(_ start: @escaping Start) async throws(ServerError) -> (ServerConnection, starts: Int) {
        var comparisons = 0
        while true {
            if let refusal { throw refusal }
            guard let attempt = current else {
                current = try attempt(start)
                continue
            }
            let result: Result<ServerConnection, ServerError>
            switch await Waited.value(of: attempt, until: .now + .seconds(3600)) {
            case .came(let value): result = value
            case .deadlinePassed, .cancelled:
                throw ServerError(.cancelled, "the call was cancelled while the server started")
            }
            // Another call may have seen the same and begun the next attempt meanwhile.
            guard current == attempt else { continue }
            switch result {
            case .success(let connection) where !connection.isOpen: current = nil
            case .success(let connection) where connection.conduct.takeChangedTools():
                comparisons += 1
                guard comparisons <= Self.mostComparisons else {
                    await connection.close()
                    throw ServerError(.misbehaved, "the server says that its tools changed at every look; it was ended")
                }
                current = comparison(connection)
            case .success(let connection): return (connection, starts)
            case .failure(let error):
                current = nil
                // What changed once is looked at by a person before anything of it runs again.
                if error == ServerError(.changedTools, "") { refusal = error }
                throw error
            }
        }
    }

    /// It answered a call.
    func answered() { vainStarts = 0 }

    /// Ends it for good. When this returns no process of it is left.
    func close() async {
        refusal = ServerError(.runOver, "the run is over")
        let attempt = current
        current = nil
        // A start that hangs must not hold up the end of the run.
        attempt?.cancel()
        if case .success(let connection)? = await attempt?.value { await connection.close() }
    }

    private func attempt(_ start: @escaping Start) throws(ServerError) -> Attempt {
        guard vainStarts < Self.mostVainStarts, starts < Self.mostStarts else {
            let error = ServerError(
                .unstable, "the server failed too often: it was started \(starts) times in this run",
                remedy: "see how its calls ended with `agentbox audit log`")
            refusal = error
            throw error
        }
        starts += 1
        vainStarts += 1
        let server = server
        return Task {
            do throws(ServerError) {
                let (connection, tools) = try await start()
                return await Self.compared(connection, tools, server)
            } catch {
                return .failure(error)
            }
        }
    }

    private func comparison(_ connection: ServerConnection) -> Attempt {
        let server = server
        return Task {
            do throws(ServerError) {
                return await Self.compared(connection, try await connection.listTools(), server)
            } catch {
                return .failure(error)
            }
        }
    }

    private static func compared(
        _ connection: ServerConnection, _ tools: [MCPTool], _ server: ToolServer
    ) async -> Result<ServerConnection, ServerError> {
        let differences = ServerPins.differences(pinned: server.tools, found: tools)
        if differences.isEmpty { return .success(connection) }
        await connection.close()
        return .failure(
            ServerError(
                .changedTools, "the tools of the server `\(server.name)` are not those that were registered",
                remedy: "look at the difference; if you agree with it, import and register the server again",
                details: differences))
    }
}
