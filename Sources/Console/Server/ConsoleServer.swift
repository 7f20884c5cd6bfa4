import Glibc
import Hummingbird
import HummingbirdCore
import LinuxIO
import Logging
import NIOCore
import Store

/// The console as a server on the loopback: there is no way to make one that listens elsewhere.
///
///     let server = ConsoleServer(options, home: home) { print($0) }
///     try await server.run { port in print(server.newLink() ?? "") }
package struct ConsoleServer: Sendable {
    /// What a person chose.
    package struct Options: Sendable {
        /// 0 for one that is free.
        package var port: Int
        /// Folders of tools and of profiles, beside the bundled ones.
        package var tools: [String]
        package var sandboxes: [String]

        package init(port: Int = 0, tools: [String] = [], sandboxes: [String] = []) {
            self.port = port
            self.tools = tools
            self.sandboxes = sandboxes
        }
    }

    /// Connections at once, to each address; further ones wait.
    private static let mostConnections = 64

    private let options: Options
    private let site: Site

    /// - Parameter tell: Says something on the console's terminal.
    package init(_ options: Options, home: Home, tell: @escaping @Sendable (String) -> Void) {
        self.options = options
        site = Site(options, home: home, tell: tell)
    }

    /// How long a link can be used, in seconds.
    package static let linkSeconds = Sessions.linkLifetime.components.seconds

    /// Another link to open the console with; nil before it listens.
    package func newLink() -> String? { site.newLink() }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter listening: Told the port once it listens.
    package func run(listening: @escaping @Sendable (Int) async -> Void) async throws {
        let port = try LoopbackPort.choose(options.port)
        site.listens(on: port.number)
        let waiting = Locked(port.addresses.count)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for address in port.addresses {
                    let application = application(address, port.number) {
                        let isLast = waiting.withLock { count in
                            count -= 1
                            return count == 0
                        }
                        if isLast { await listening(port.number) }
                    }
                    group.addTask { try await application.run() }
                }
                try await group.next()
                group.cancelAll()
            }
        } catch let error as IOError {
            throw ConsoleError(
                .port, "the console cannot listen on port \(port.number) of the loopback: \(error.description)",
                remedy: "leave --port away, or name one that is free")
        }
    }

    private func application(
        _ address: String, _ port: Int, running: @escaping @Sendable () async -> Void
    ) -> Application<ConsoleResponder> {
        let site = site
        let gate = { @Sendable () -> [any RemovableChannelHandler] in
            [
                PeerGate(user: geteuid()) { user in
                    let who = user.map { "user \($0)" } ?? "nobody that could be told"
                    Task { await site.refusals.add(.peer, "a connection of \(who)") }
                }
            ]
        }
        let logger = Logger(label: "agentbox console") { _ in SwiftLogNoOpLogHandler() }
        return Application(
            responder: ConsoleResponder(site: site),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: gate(), idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: RequestGuard.largestHeaders, maxHeaderListSize: RequestGuard.largestHeaders,
                        maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: .hostname(address, port: port),
                availableConnectionsDelegate: .maximum(Self.mostConnections, logger: logger)),
            onServerRunning: { _ in await running() },
            logger: logger)
    }

    /// How many pages follow the record.
    var streamCount: Int { get async { await site.events.count } }

    /// Puts on record what is not yet. To be called before the process ends.
    package func finish() async { await site.refusals.finish() }
}
