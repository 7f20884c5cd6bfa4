import Egress
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOSSL

/// A connection of the tool's, taken over in the protocol that its origin speaks.
enum ToolConnection: Sendable {
    typealias Stream = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    case http1(Stream)
    /// Each of its streams is served as it comes.
    case http2(any Channel)

    /// Puts what reads and writes into the connection, and lets what was held go on.
    ///
    /// - Parameter serve: Serves a stream of HTTP/2.
    static func take(
        _ channel: any Channel, _ name: ApplicationProtocol, of origin: InspectedOrigin,
        serve: @escaping @Sendable (Stream) async -> Void
    ) async throws -> ToolConnection {
        try await channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let reader = try pipeline.handler(type: HelloReader.self)
            if let meeting = origin.meeting { try pipeline.addHandler(try meeting.handler(for: name)) }
            let connection: ToolConnection
            switch name {
            case .http1:
                var settings = HTTPResponseEncoder.Configuration()
                settings.automaticallySetFramingHeaders = false
                // One request is read after the other: nobody has to keep their answers in order.
                try pipeline.addHandlers([
                    HTTPResponseEncoder(configuration: settings), ByteToMessageHandler(HTTPRequestDecoder()),
                    NIOHTTPResponseHeadersValidator(), HTTP1Faults(origin),
                ])
                connection = .http1(try Stream(wrappingChannelSynchronously: channel))
            case .http2:
                var settings = NIOHTTP2Handler.Configuration()
                settings.connection.targetWindowSize = ConnectionWindow.bytes
                settings.stream.targetWindowSize = ConnectionWindow.bytes
                _ = try pipeline.configureAsyncHTTP2Pipeline(mode: .server, configuration: settings) { stream in
                    stream.eventLoop.makeCompletedFuture {
                        let pipeline = stream.pipeline.syncOperations
                        try pipeline.addHandler(PseudoHeaderCheck())
                        try pipeline.addHandler(HTTP2FramePayloadToHTTP1ServerCodec())
                        try pipeline.addHandler(FaultRecorder(origin))
                        let wrapped = try Stream(wrappingChannelSynchronously: stream)
                        // Whoever drops it without serving it ends the process.
                        Task { await serve(wrapped) }
                    }
                }
                try pipeline.addHandler(FaultRecorder(origin))
                connection = .http2(channel)
            }
            pipeline.removeHandler(reader, promise: nil)
            return connection
        }.get()
    }
}
