import Egress
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOSSL

/// A connection of the tool's, taken over in the protocol that its origin speaks.
enum ToolConnection: Sendable {
    typealias Stream = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>
    typealias Streams = NIOHTTP2Handler.AsyncStreamMultiplexer<Stream>

    case http1(Stream)
    case http2(any Channel, Streams)

    /// Puts what reads and writes into the connection, and lets what was held go on.
    static func take(
        _ channel: any Channel, _ name: ApplicationProtocol, of origin: InspectedOrigin
    ) async throws -> ToolConnection {
        try await channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            if let meeting = origin.meeting { try pipeline.addHandler(try meeting.handler(for: name)) }
            let connection: ToolConnection
            switch name {
            case .http1:
                var settings = HTTPResponseEncoder.Configuration()
                settings.automaticallySetFramingHeaders = false
                try pipeline.configureHTTPServerPipeline(
                    withPipeliningAssistance: true, withErrorHandling: true, withOutboundHeaderValidation: true,
                    withEncoderConfiguration: settings)
                connection = .http1(try Stream(wrappingChannelSynchronously: channel))
            case .http2:
                var settings = NIOHTTP2Handler.Configuration()
                settings.connection.targetWindowSize = ConnectionWindow.bytes
                settings.stream.targetWindowSize = ConnectionWindow.bytes
                let streams = try pipeline.configureAsyncHTTP2Pipeline(mode: .server, configuration: settings) {
                    stream in
                    stream.eventLoop.makeCompletedFuture {
                        let pipeline = stream.pipeline.syncOperations
                        try pipeline.addHandler(PseudoHeaderCheck())
                        try pipeline.addHandler(HTTP2FramePayloadToHTTP1ServerCodec())
                        try pipeline.addHandler(FaultRecorder(origin))
                        return try Stream(wrappingChannelSynchronously: stream)
                    }
                }
                try pipeline.addHandler(FaultRecorder(origin))
                connection = .http2(channel, streams)
            }
            pipeline.removeHandler(try pipeline.handler(type: HelloReader.self), promise: nil)
            return connection
        }.get()
    }
}
