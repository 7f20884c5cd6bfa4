import CEgress
import Egress
import NIOCore
import NIOPosix
import NIOSSL

/// The call that this process is for.
final class InspectedCall: Sendable {
    private let origins: [InspectedOrigin]
    private let injector: Injector
    private let dialer: Dialer

    /// - Throws: `NIOSSLError` for a certificate or key that is none.
    init(
        _ destinations: [InspectedDestination], _ injections: [Injection], roots: [NIOSSLCertificate],
        pool: NIOThreadPool
    ) throws {
        origins = try destinations.map { try InspectedOrigin($0, roots: roots) }
        injector = Injector(injections)
        dialer = Dialer(group: MultiThreadedEventLoopGroup(numberOfThreads: 1), names: CallNames(pool))
    }

    /// Accepts on the sockets, one for each destination in their order. It serves when this returns.
    ///
    /// - Returns: What serves, to be cancelled at the call's end.
    func listen(on sockets: [Int32]) async throws -> Task<Void, Never> {
        typealias Server = NIOAsyncChannel<InspectedConnection.Accepted, Never>
        var servers: [(Server, InspectedConnection)] = []
        for (socket, origin) in zip(sockets, origins) {
            let server = try await ServerBootstrap(group: dialer.group)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                // A client that has said all it will still waits for the answer. In TLS the end is said inside.
                .childChannelOption(.allowRemoteHalfClosure, value: origin.meeting == nil)
                .bind(socket) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let promise = channel.eventLoop.makePromise(of: HelloReader.Beginning.self)
                        try channel.pipeline.syncOperations.addHandler(HelloReader(promise))
                        return InspectedConnection.Accepted(channel: channel, beginning: promise.futureResult)
                    }
                }
            servers.append(
                (server, InspectedConnection(gate: Gate(origin: origin, injector: injector), dialer: dialer)))
        }
        return Task { [servers] in
            await withDiscardingTaskGroup { group in
                for (server, connection) in servers {
                    group.addTask { await Self.serve(server, connection) }
                }
            }
        }
    }

    private static func serve(
        _ server: NIOAsyncChannel<InspectedConnection.Accepted, Never>, _ connection: InspectedConnection
    ) async {
        try? await server.executeThenClose { clients in
            try await withThrowingDiscardingTaskGroup { group in
                for try await client in clients {
                    group.addTask { await connection.serve(client) }
                }
            }
        }
    }

    func report() -> InspectionAnswer { .closed(origins.map { $0.report() }, injector.report()) }
}
