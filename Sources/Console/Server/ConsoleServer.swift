import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Store

/// The console as a server on the loopback: there is no way to make one that listens elsewhere.
///
///     let server = ConsoleServer(options, home: home)
///     try await server.run { url in print(url) }
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

    /// Connections at once; further ones wait.
    private static let mostConnections = 64

    private let options: Options
    private let site: Site
    private let tell: @Sendable (String) -> Void

    /// - Parameter tell: Says something on the console's terminal.
    package init(_ options: Options, home: Home, tell: @escaping @Sendable (String) -> Void) {
        self.options = options
        self.tell = tell
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
        let site = site
        let gate = { @Sendable () -> [any RemovableChannelHandler] in
            [
                PeerGate(user: geteuid()) { user in
                    let who = user.map { "user \($0)" } ?? "nobody that could be told"
                    Task { await site.refusals.add(.peer, "a connection of \(who)") }
                }
            ]
        }
        var logger = Logger(label: "agentbox console") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        let application = Application(
            responder: ConsoleResponder(site: site),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: gate(), idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: RequestGuard.largestHeaders, maxHeaderListSize: RequestGuard.largestHeaders,
                        maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: options.port),
                availableConnectionsDelegate: .maximum(Self.mostConnections, logger: logger)),
            onServerRunning: { channel in
                guard let port = channel.localAddress?.port else { return }
                site.listens(on: port)
                await listening(port)
            },
            logger: logger)
        do {
            try await application.run()
        } catch let error as IOError {
            await site.refusals.finish()
            throw ConsoleError(
                .port, "the console cannot listen on 127.0.0.1:\(options.port): \(error.description)",
                remedy: "leave --port away, or name one that is free")
        }
        await site.refusals.finish()
    }

    /// Puts on record what is not yet. To be called before the process ends.
    package func finish() async { await site.refusals.finish() }
}
