import MCP
import NIOCore
import NIOHTTP1

/// One connection of a client: requests, one after the other.
struct HTTPConnection: Sendable {
    typealias Channel = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    let settings: EdgeSettings
    let gate: RequestGate
    let service: EdgeService

    /// Serves the connection to its end. A connection that breaks is one that has ended.
    func serve(_ channel: Channel) async {
        try? await channel.executeThenClose { inbound, outbound in
            var parts = inbound.makeAsyncIterator()
            var count = 0
            while let part = try await parts.next() {
                guard case .head(let head) = part else { continue }
                count += 1
                let staysOpen = head.isKeepAlive && count < settings.requestsPerConnection
                let answer = HTTPAnswer(outbound, version: head.version, staysOpen: staysOpen)
                guard let body = try await body(of: head, &parts, answer) else { return }
                try await serve(RequestHead(head), body, answer, channel)
                if !staysOpen { return }
            }
        }
    }

    /// Nil if the request was refused. What is left of it is not read: the connection ends.
    private func body(
        of head: HTTPRequestHead, _ parts: inout NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator,
        _ answer: HTTPAnswer
    ) async throws -> [UInt8]? {
        do {
            try gate.check(RequestHead(head))
        } catch {
            try await answer.closing.refuse(error)
            return nil
        }
        var body: [UInt8] = []
        while let part = try await parts.next() {
            switch part {
            case .body(let piece):
                guard body.count + piece.readableBytes <= settings.limits.messageBytes else {
                    try await answer.closing.refuse(.tooLarge)
                    return nil
                }
                body += piece.readableBytesView
            case .end: return body
            case .head: return nil
            }
        }
        return nil
    }

    /// A client that goes away ends the wait for its answer.
    private func serve(
        _ head: RequestHead, _ body: [UInt8], _ answer: HTTPAnswer, _ channel: Channel
    ) async throws {
        let work = Task { try await service.serve(head, body, answer) }
        channel.channel.closeFuture.whenComplete { _ in work.cancel() }
        try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            work.cancel()
        }
    }
}

extension RequestHead {
    init(_ head: HTTPRequestHead) {
        self.init(
            method: head.method.rawValue, target: head.uri, fields: head.headers.map { ($0.name, $0.value) })
    }
}
