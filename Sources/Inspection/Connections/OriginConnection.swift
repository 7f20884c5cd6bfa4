import NIOCore
import NIOHTTP1
import NIOHTTP2

/// A connection to an origin, in the protocol that both sides agreed on.
enum OriginConnection: Sendable {
    typealias Stream = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>
    typealias Streams = NIOHTTP2Handler.AsyncStreamMultiplexer<Void>

    case http1(Stream)
    case http2(any Channel, Streams)

    var channel: any Channel {
        switch self {
        case .http1(let stream): stream.channel
        case .http2(let channel, _): channel
        }
    }

    var name: ApplicationProtocol {
        switch self {
        case .http1: .http1
        case .http2: .http2
        }
    }

    /// Ends it.
    func close() async {
        switch self {
        // One that is dropped without this ends the process.
        case .http1(let stream): try? await stream.executeThenClose { _, _ in }
        case .http2(let channel, _): channel.close(promise: nil)
        }
    }

    /// On the channel's loop.
    static func make(_ name: String?, _ channel: any Channel) throws -> OriginConnection {
        let pipeline = channel.pipeline.syncOperations
        guard name == ApplicationProtocol.http2.rawValue else {
            var settings = HTTPRequestEncoder.Configuration()
            settings.automaticallySetFramingHeaders = false
            try pipeline.addHTTPClientHandlers(
                position: .last, leftOverBytesStrategy: .dropBytes, enableOutboundHeaderValidation: true,
                encoderConfiguration: settings, withClientUpgrade: nil)
            return .http1(try Stream(wrappingChannelSynchronously: channel))
        }
        var settings = NIOHTTP2Handler.Configuration()
        settings.connection.initialSettings += [HTTP2Setting(parameter: .enablePush, value: 0)]
        settings.connection.targetWindowSize = ConnectionWindow.bytes
        settings.stream.targetWindowSize = ConnectionWindow.bytes
        let streams = try pipeline.configureAsyncHTTP2Pipeline(mode: .client, configuration: settings) { pushed in
            // Nobody asked for it.
            pushed.close()
        }
        return .http2(channel, streams)
    }
}

/// How much may be on its way without having been read.
enum ConnectionWindow {
    static let bytes = 1 << 20
}
