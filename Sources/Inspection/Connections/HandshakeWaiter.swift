import NIOCore
import NIOSSL
import NIOTLS

/// Waits for the end of a TLS handshake, and then makes of the connection what was agreed.
final class HandshakeWaiter<Result: Sendable>: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private var promise: EventLoopPromise<Result>?
    private let make: (String?, any Channel) throws -> Result
    private var timer: Scheduled<Void>?

    /// - Parameter make: Is given the protocol that both sides agreed on; called on the connection's loop.
    init(_ promise: EventLoopPromise<Result>, make: @escaping (String?, any Channel) throws -> Result) {
        self.promise = promise
        self.make = make
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(HandshakeFailure.patience)) {
            self.fail(HandshakeFailure.Late())
            channel.close(promise: nil)
        }
    }

    private func fail(_ error: any Error) {
        timer?.cancel()
        promise?.fail(error)
        promise = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let name)? = event as? TLSUserEvent, let promise else {
            return context.fireUserInboundEventTriggered(event)
        }
        self.promise = nil
        timer?.cancel()
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
        guard promise != nil else { return context.fireErrorCaught(error) }
        let handler = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
        fail(HandshakeFailure(cause: error, certificate: handler?.peerCertificate))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        fail(ChannelError.eof)
    }
}
