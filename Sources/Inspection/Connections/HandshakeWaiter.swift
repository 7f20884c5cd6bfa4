import NIOCore
import NIOTLS

/// Waits for the end of a TLS handshake, and then makes of the connection what was agreed.
final class HandshakeWaiter<Result: Sendable>: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private var promise: EventLoopPromise<Result>?
    private let make: (String?, any Channel) throws -> Result

    /// - Parameter make: Is given the protocol that both sides agreed on; called on the connection's loop.
    init(_ promise: EventLoopPromise<Result>, make: @escaping (String?, any Channel) throws -> Result) {
        self.promise = promise
        self.make = make
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let name)? = event as? TLSUserEvent, let promise else {
            return context.fireUserInboundEventTriggered(event)
        }
        self.promise = nil
        do {
            promise.succeed(try make(name, context.channel))
            context.fireUserInboundEventTriggered(event)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            promise.fail(error)
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let promise else { return context.fireErrorCaught(error) }
        self.promise = nil
        promise.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise?.fail(ChannelError.eof)
        promise = nil
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        promise?.fail(ChannelError.eof)
        promise = nil
    }
}
