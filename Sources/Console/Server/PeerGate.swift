import NIOCore

/// Closes every connection that is not of the console's own user, before anything of it is read.
final class PeerGate: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let user: UInt32
    private let refused: @Sendable (UInt32?) -> Void

    init(user: UInt32, refused: @escaping @Sendable (UInt32?) -> Void) {
        self.user = user
        self.refused = refused
    }

    func channelActive(context: ChannelHandlerContext) {
        let peer = context.channel.remoteAddress?.port.flatMap { UInt16(exactly: $0) }
        let own = context.channel.localAddress?.port.flatMap { UInt16(exactly: $0) }
        var found: UInt32?
        let isIPv6 = context.channel.remoteAddress?.protocol == .inet6
        if let peer, let own { found = PeerUser.of(peer: peer, own: own, isIPv6: isIPv6) }
        // INVARIANT: who cannot be told is refused.
        guard found == user else {
            refused(found)
            context.close(promise: nil)
            return
        }
        context.fireChannelActive()
    }
}
