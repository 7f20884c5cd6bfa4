import LinuxIO
import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves clients on a socket that somebody else has bound.
package struct EdgeServer: Sendable {
    private let settings: EdgeSettings

    package init(_ settings: EdgeSettings) { self.settings = settings }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter listening: The number of a socket that listens; taken over.
    package func run(on listening: Int32) async throws {
        let settings = settings
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .bind(listening) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(RequestTimer(settings.requestTime))
                    return try HTTPConnection.Channel(wrappingChannelSynchronously: channel)
                }
            }
        let connection = HTTPConnection(
            settings: settings, gate: RequestGate(settings), service: EdgeService(settings))
        let places = Locked(settings.connections)
        try await server.executeThenClose { clients in
            try await withThrowingDiscardingTaskGroup { group in
                for try await client in clients {
                    let isFree = places.withLock { places in
                        guard places > 0 else { return false }
                        places -= 1
                        return true
                    }
                    group.addTask {
                        // A channel that is dropped without this ends the process.
                        guard isFree else { return _ = try? await client.executeThenClose { _, _ in } }
                        await connection.serve(client)
                        places.withLock { $0 += 1 }
                    }
                }
            }
        }
    }
}
