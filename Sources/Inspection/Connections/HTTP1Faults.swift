import Egress
import NIOCore
import NIOHTTP1

/// Answers what is no HTTP/1.1 at once, since the parser ends the connection, and puts it on record.
final class HTTP1Faults: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let origin: InspectedOrigin
    private var isAnswering = false
    private var isOver = false

    init(_ origin: InspectedOrigin) { self.origin = origin }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, !isOver else { return context.fireErrorCaught(error) }
        isOver = true
        let refusal = Refusal.malformed("what was sent to \(origin.destination) is no HTTP/1.1: \(error)")
        origin.refuse(refusal.reason, refusal.detail)
        if !isAnswering {
            for part in refusal.answer(isHTTP2: false) { context.write(wrapOutboundOut(part), promise: nil) }
            context.flush()
        }
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // Whoever answers a request that was followed by no HTTP comes too late.
        guard !isOver else { return promise?.fail(ChannelError.ioOnClosedChannel) ?? () }
        switch unwrapOutboundIn(data) {
        case .head(let head): isAnswering = head.status.code >= 200 || isAnswering
        case .body: break
        case .end: isAnswering = false
        }
        context.write(data, promise: promise)
    }
}
