import Egress
import NIOCore

/// Reads what the tool sends first, says what it is, and holds it until somebody takes the connection over.
final class HelloReader: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// What a connection starts with.
    enum Beginning: Sendable {
        case plain
        case hello(ClientHello.Offer)
        /// A hello that nobody sends, or none that came to its end.
        case malformed
    }

    private var held = ByteBuffer()
    private var isInputClosed = false
    private var promise: EventLoopPromise<Beginning>?

    private static let mostHeld = 4 << 20

    init(_ promise: EventLoopPromise<Beginning>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        held.writeBuffer(&buffer)
        guard promise != nil else {
            // Nobody reads while the origin is dialled.
            if held.readableBytes > Self.mostHeld { context.close(promise: nil) }
            return
        }
        switch ClientHello(held.readableBytesView) {
        case .incomplete where held.readableBytes <= ClientHello.mostBytes: break
        case .notTLS: answer(.plain)
        case .server: answer(ClientHello.Offer(held.readableBytesView).map(Beginning.hello) ?? .malformed)
        case .incomplete, .malformed: answer(.malformed)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer(.malformed)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The tool sends no more; what it sent may be a whole request.
        guard case .inputClosed? = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        isInputClosed = true
        answer(.malformed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer(.malformed)
        context.close(promise: nil)
    }

    /// What was held goes on to who comes next.
    func removeHandler(context: ChannelHandlerContext, removalToken: ChannelHandlerContext.RemovalToken) {
        if held.readableBytes > 0 {
            context.fireChannelRead(wrapInboundOut(held))
            context.fireChannelReadComplete()
            held = ByteBuffer()
        }
        if isInputClosed { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        context.leavePipeline(removalToken: removalToken)
    }

    func handlerRemoved(context: ChannelHandlerContext) { answer(.malformed) }

    private func answer(_ beginning: Beginning) {
        promise?.succeed(beginning)
        promise = nil
    }
}
