import NIOCore
import NIOHPACK
import NIOHTTP2

/// What NIO lets through of HTTP/2's pseudo-headers (RFC 9113, 8.3.1) and two servers may read in two ways.
final class PseudoHeaderCheck: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload

    /// The headers of a request contradict one another.
    struct Contradiction: Error {}

    private var hasHead = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .headers(let content) = unwrapInboundIn(data), !hasHead {
            hasHead = true
            guard Self.isSound(content.headers) else {
                context.fireErrorCaught(Contradiction())
                return context.close(promise: nil)
            }
        }
        context.fireChannelRead(data)
    }

    private static func isSound(_ headers: HPACKHeaders) -> Bool {
        // Attack: `Host` and `:authority` differ, and of two servers each believes another.
        let hosts = headers["host"]
        guard hosts.count <= 1, headers[":authority"].count == 1, hosts.allSatisfy({ $0 == headers[":authority"][0] })
        else { return false }
        return headers[":scheme"] == ["https"] && headers[":protocol"].isEmpty && headers[":path"].count == 1
            && headers[":method"].count == 1
    }
}
