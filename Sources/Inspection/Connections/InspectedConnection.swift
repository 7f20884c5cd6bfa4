import Egress
import NIOCore
import NIOHTTP1
import NIOHTTP2

/// Serves one connection of the tool's: with one of its own to the origin, in the same protocol.
struct InspectedConnection: Sendable {
    let gate: Gate
    let dialer: Dialer

    static let helloTime = TimeAmount.seconds(15)
    private var origin: InspectedOrigin { gate.origin }

    init(gate: Gate, dialer: Dialer) {
        self.gate = gate
        self.dialer = dialer
    }

    /// A connection that was accepted, before anybody looked at it.
    struct Accepted: Sendable {
        var channel: any Channel
        var beginning: EventLoopFuture<HelloReader.Beginning>
    }

    /// Serves it to its end.
    func serve(_ accepted: Accepted) async {
        let channel = accepted.channel
        guard origin.open() else { return channel.close(promise: nil) }
        defer {
            origin.close()
            channel.close(promise: nil)
        }
        let end = channel.eventLoop.scheduleTask(in: .milliseconds(Int64(origin.limits.milliseconds))) {
            origin.refuse(
                .time,
                "a connection to \(origin.destination) lasted longer than \(origin.limits.milliseconds / 1000) s")
            channel.close(promise: nil)
        }
        defer { end.cancel() }
        let hello = channel.eventLoop.scheduleTask(in: Self.helloTime) { channel.close(promise: nil) }
        guard let beginning = try? await accepted.beginning.get() else { return }
        hello.cancel()
        guard channel.isActive, let protocols = judge(beginning) else { return }
        do throws(Dialer.Failure) {
            let outside = try await dialer.connect(to: origin, offering: protocols.offered)
            defer { outside.channel.close(promise: nil) }
            await serve(channel, outside)
        } catch {
            await apologise(channel, protocols.offered, error)
        }
    }

    /// What is to be offered to the origin; nil of a connection that is none of the grant's.
    private func judge(_ beginning: HelloReader.Beginning) -> (offered: [String]?, Void)? {
        switch (beginning, origin.wanted.identity) {
        case (.plain, nil): return (nil, ())
        case (.plain, _?): origin.refuse(.notTLS, "what was sent to \(origin.destination) is no TLS")
        case (.hello, nil):
            origin.refuse(.malformed, "what was sent to \(origin.destination) is TLS, and its grant says `http://`")
        case (.hello(let offer), _?):
            if origin.destination.isNamed(by: offer.server) {
                let known = ApplicationProtocol.allCases.map(\.rawValue)
                let common = offer.protocols.filter(known.contains)
                // A client that offers only what nobody here speaks is met with HTTP/1.1, or goes.
                return (common, ())
            }
            origin.refuse(
                .serverName,
                "the TLS hello to \(origin.destination) asks for "
                    + (offer.server.map { "`\($0.prefix(100))`" } ?? "no server"))
        case (.malformed, _):
            origin.refuse(.serverName, "the TLS hello to \(origin.destination) is malformed")
        }
        return nil
    }

    private func serve(_ channel: any Channel, _ outside: OriginConnection) async {
        let tool: ToolConnection
        do {
            tool = try await ToolConnection.take(channel, outside.name, of: origin) { stream in
                guard case .http2(_, let streams) = outside else {
                    return _ = try? await stream.executeThenClose { _, _ in }
                }
                try? await serve(stream, streams)
            }
        } catch {
            return await outside.close()
        }
        do {
            switch (tool, outside) {
            case (.http1(let tool), .http1(let outside)): try await serve(tool, outside)
            case (.http2(let tool), .http2(let outside, _)):
                outside.closeFuture.whenComplete { _ in tool.close(promise: nil) }
                try await withTaskCancellationHandler {
                    try await tool.closeFuture.get()
                } onCancel: {
                    tool.close(promise: nil)
                }
            case (.http1, .http2), (.http2, .http1): preconditionFailure("both speak the same")
            }
        } catch {
            // What there was to say is said and on record; the rest is a connection that broke.
        }
    }

    // MARK: HTTP/1.1

    private func serve(_ tool: ToolConnection.Stream, _ outside: OriginConnection.Stream) async throws {
        let isBusy = Flag()
        let channel = tool.channel
        // Between two requests the end of the one connection is the end of the other.
        outside.channel.closeFuture.whenComplete { _ in
            if !isBusy.isTrue { channel.close(promise: nil) }
        }
        try await tool.executeThenClose { inbound, outbound in
            try await outside.executeThenClose { answers, requests in
                let exchange = Exchange(
                    gate: gate, isHTTP2: false, requests: PartReader(inbound), tool: outbound)
                let replies = PartReader(answers)
                while let part = try await exchange.requests.next() {
                    guard case .head(let head) = part else { continue }
                    isBusy.isTrue = true
                    guard let admitted = try await admit(head, exchange) else { return await drain(exchange.requests) }
                    let keeps = try await exchange.pass(admitted, to: requests, replies)
                    guard keeps, outside.channel.isActive else { return }
                    isBusy.isTrue = false
                }
            }
        }
    }

    /// Nil if the request was refused, and the tool was told.
    private func admit(_ head: HTTPRequestHead, _ exchange: Exchange) async throws -> Gate.Admitted? {
        do throws(Refusal) {
            return try gate.admit(head, isHTTP2: exchange.isHTTP2)
        } catch {
            origin.refuse(error.reason, error.detail)
            try await exchange.refuse(error)
            return nil
        }
    }

    /// Reads what the tool still sends, some of it: a connection that is closed at once takes the answer with it.
    private func drain(_ requests: PartReader<HTTPServerRequestPart>) async {
        var left = 1 << 20
        while left > 0, let part = try? await requests.next() {
            switch part {
            case .body(let piece): left -= piece.readableBytes
            case .end, .head: return
            }
        }
    }

    // MARK: HTTP/2

    private func serve(_ stream: ToolConnection.Stream, _ outside: OriginConnection.Streams) async throws {
        try await stream.executeThenClose { inbound, outbound in
            let exchange = Exchange(gate: gate, isHTTP2: true, requests: PartReader(inbound), tool: outbound)
            guard case .head(let head)? = try await exchange.requests.next() else { return }
            guard let admitted = try await admit(head, exchange) else { return await drain(exchange.requests) }
            let opened: OriginConnection.Stream
            do {
                opened = try await outside.openStream { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: .https))
                        return try OriginConnection.Stream(wrappingChannelSynchronously: channel)
                    }
                }
            } catch {
                origin.change { $0.failures += 1 }
                return try await exchange.refuse(
                    Refusal(
                        .unreachable, .badGateway, "\(origin.destination) takes no more requests on this connection"))
            }
            try await opened.executeThenClose { answers, requests in
                _ = try await exchange.pass(admitted, to: requests, PartReader(answers))
            }
        }
    }

    // MARK: no origin

    /// Tells the tool why there is nobody to talk to, if it speaks HTTP/1.1.
    private func apologise(_ channel: any Channel, _ offered: [String]?, _ failure: Dialer.Failure) async {
        let speaks = offered.map { $0.isEmpty || $0.contains(ApplicationProtocol.http1.rawValue) } ?? true
        guard speaks,
            case .http1(let tool)? = try? await ToolConnection.take(channel, .http1, of: origin, serve: { _ in })
        else { return }
        try? await tool.executeThenClose { inbound, outbound in
            let exchange = Exchange(gate: gate, isHTTP2: false, requests: PartReader(inbound), tool: outbound)
            guard case .head? = try await exchange.requests.next() else { return }
            try await exchange.refuse(Refusal(failure.reason, .badGateway, failure.detail))
            await drain(exchange.requests)
        }
    }
}
