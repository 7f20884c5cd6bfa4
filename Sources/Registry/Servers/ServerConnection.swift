import Diagnostics
import LinuxIO
import MCP
import Manifests
@_spi(Launch) import Sandbox

/// A conversation with a tool server in its box, from its start to its end. Whatever the server does wrong ends it.
///
/// INVARIANT: outside of this target a connection can list tools and be closed, nothing else. Calls take an
/// `AuthorisedCall`.
package final class ServerConnection: Sendable {
    /// What the host puts up with.
    package struct Settings: Sendable {
        /// Of one answer to a call, as it comes over the wire.
        package var answerBytes: Int
        /// From the start of the process to its list of tools.
        package var start: Duration

        package init(_ limits: ServerLimits) {
            answerBytes = (limits.output ?? Executor.defaultOutput).bytes
            start = limits.start ?? .seconds(30)
        }
    }

    /// A list of tools may be longer than an answer.
    private static let leastMessage = 4 << 20
    /// All pages of a list together.
    private static let listBytes = 8 << 20
    /// For a second list, of a server that has started long ago.
    private static let listTime = Duration.seconds(10)

    let client: MCPClient
    let conduct = ServerConduct()
    let process: ServerProcess
    let settings: Settings
    private let closed = Locked(false)

    /// Starts a server and has it list its tools.
    ///
    /// - Throws: Why it is of no use. It is gone then.
    package static func open(
        _ box: ConfinedSpecification, by launcher: Launcher, _ settings: Settings, as client: Implementation
    ) async throws(ServerError) -> (ServerConnection, tools: [MCPTool]) {
        let process: ServerProcess
        do {
            process = try await ServerProcess(box, by: launcher)
        } catch {
            let problem = error as? SandboxError
            throw ServerError(
                .notStarted, problem?.message ?? "the server could not be started: \(error)", remedy: problem?.remedy)
        }
        let connection = ServerConnection(process, settings, as: client)
        let tools = try await connection.within(settings.start, "started") { try await connection.handshake() }
        return (connection, tools)
    }

    private init(_ process: ServerProcess, _ settings: Settings, as info: Implementation) {
        var limits = MCPLimits()
        limits.messageBytes = max(settings.answerBytes + 1024, Self.leastMessage)
        self.process = process
        self.settings = settings
        client = MCPClient(process.channel, as: info, limits: limits, judge: conduct.judge)
        let (client, conduct, closed) = (client, conduct, closed)
        Task {
            await client.waitUntilClosed()
            closed.withLock { $0 = true }
            // One that ended by itself says how; one that only closed its streams, or was caught, is ended.
            if conduct.offence == nil { await process.waitForEnd(until: .now + .seconds(1)) }
            process.kill()
        }
    }

    deinit { process.kill() }

    /// False once the server cannot be talked to any more.
    var isOpen: Bool { closed.withLock { !$0 } }

    /// Asks for the tools once more.
    package func listTools() async throws(ServerError) -> [MCPTool] {
        let client = client
        return try await within(Self.listTime, "listed its tools again") {
            try await client.listTools(atMost: ToolServer.maximumTools, bytes: Self.listBytes)
        }
    }

    /// Ends the server. When it returns no process of it is left.
    package func close() async {
        closed.withLock { $0 = true }
        process.kill()
        await client.close()
        _ = await process.end()
    }

    /// Existing servers open with `initialize`; one that knows only the newer era says so by an error.
    private func handshake() async throws -> [MCPTool] {
        do {
            _ = try await client.initialize()
        } catch {
            if error == .connectionClosed { throw error }
            _ = try await client.discover()
        }
        return try await client.listTools(atMost: ToolServer.maximumTools, bytes: Self.listBytes)
    }

    /// Does something that ends in time, or with the server.
    private func within(
        _ time: Duration, _ what: String, _ body: @escaping @Sendable () async throws -> [MCPTool]
    ) async throws(ServerError) -> [MCPTool] {
        let work = Task { () -> Result<[MCPTool], MCPError> in
            do { return .success(try await body()) } catch let error as MCPError { return .failure(error) } catch {
                return .failure(.internalError("\(error)"))
            }
        }
        let failure: ServerError
        switch await Waited.value(of: work, until: .now + time) {
        case .came(.success(let tools)): return tools
        case .came(.failure(let error)): failure = await self.failure(error)
        case .deadlinePassed:
            failure = ServerError(
                .badStart, "the server has not \(what) within \(time)",
                remedy: "if it needs longer, set `limits.start` in its manifest", details: process.lastWords)
        case .cancelled: failure = ServerError(.cancelled, "the start of the server was cancelled")
        }
        await close()
        throw failure
    }

    private func failure(_ error: MCPError) async -> ServerError {
        if error == .connectionClosed || conduct.offence != nil { return await whyClosed(.notStarted) }
        return ServerError(
            .badStart, "the server did not answer as a server of tools does",
            details: [VisibleText.line(error.message, limit: 400)] + process.lastWords)
    }

    /// Why the conversation is over: what the server was caught at, or how it ended.
    func whyClosed(_ code: ServerError.Code) async -> ServerError {
        // Whoever asks next must not be told that it can be talked to.
        closed.withLock { $0 = true }
        if let offence = conduct.offence { return offence.with(details: process.lastWords) }
        if process.hasFloodedErrors {
            return ServerError(
                .flooded, "the server wrote more than \(ErrorTail.most >> 20) MiB to its standard error; it was ended")
        }
        switch await process.end() {
        case .failure(let error): return ServerError(.notStarted, error.message, remedy: error.remedy)
        case .success(let end):
            return ServerError(code, "the server \(end.cause.sentence)", details: process.lastWords)
        }
    }
}

extension ConfinedProcess.End.Cause {
    /// After `the server`.
    fileprivate var sentence: String {
        switch self {
        case .exited(let status): "ended by itself with exit status \(status)"
        case .signalled(let signal): "was ended by signal \(signal)"
        case .killed: "closed its standard output, or was ended"
        }
    }
}
