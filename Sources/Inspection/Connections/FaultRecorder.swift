import Egress
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOSSL

/// Puts on record what the parsers of HTTP/2 refuse by themselves: they answer with a reset.
final class FaultRecorder: ChannelInboundHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let origin: InspectedOrigin

    init(_ origin: InspectedOrigin) { self.origin = origin }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A stream that either side gave up, or a connection that broke, is none of these.
        let isBreak =
            error is NIOHTTP2Errors.StreamClosed || error is ChannelError || error is IOError || error is NIOSSLError
        if !isBreak { origin.refuse(.malformed, "a request that is no HTTP/2: \(type(of: error))") }
        context.fireErrorCaught(error)
    }
}
