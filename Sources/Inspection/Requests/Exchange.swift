import Egress
import NIOCore
import NIOHTTP1

/// One request and its answer, both ways at once.
struct Exchange: Sendable {
    let gate: Gate
    let isHTTP2: Bool
    let requests: PartReader<HTTPServerRequestPart>
    let tool: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>

    private enum Side: Sendable {
        case requestSent
        /// With whether the connection can serve another request.
        case answered(Bool)
    }

    /// The origin did not answer to the end.
    struct Broken: Error {}

    /// Passes an admitted request on. Thrown errors were answered as far as they could be.
    ///
    /// - Returns: Whether the connection can serve another request.
    func pass(
        _ admitted: Gate.Admitted, to origin: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>,
        _ answers: PartReader<HTTPClientResponsePart>
    ) async throws -> Bool {
        let hasAnswered = Flag()
        do {
            return try await withThrowingTaskGroup(of: Side.self) { group in
                group.addTask {
                    try await send(admitted, to: origin)
                    return .requestSent
                }
                group.addTask { .answered(try await answer(admitted, from: answers, hasAnswered)) }
                var isSent = false
                while let side = try await group.next() {
                    switch side {
                    case .requestSent: isSent = true
                    case .answered(let keeps):
                        group.cancelAll()
                        // An answer before the request was whole: the rest of it belongs to nobody.
                        return keeps && isSent
                    }
                }
                throw Broken()
            }
        } catch let refusal as Refusal {
            gate.origin.refuse(refusal.reason, refusal.detail)
            if !hasAnswered.isTrue { try await refuse(refusal) }
            throw refusal
        } catch {
            guard !hasAnswered.isTrue, !(error is HTTPParserError) else { throw error }
            gate.origin.change { $0.failures += 1 }
            try await refuse(
                Refusal(.unreachable, .badGateway, "\(gate.origin.destination) did not answer, or not in HTTP"))
            throw error
        }
    }

    /// Tells the tool why its request goes no further.
    func refuse(_ refusal: Refusal) async throws {
        try await tool.write(contentsOf: refusal.answer(isHTTP2: isHTTP2))
    }

    private func send(
        _ admitted: Gate.Admitted, to origin: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    ) async throws {
        try await origin.write(.head(admitted.head))
        if admitted.isWaiting {
            try await tool.write(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
        }
        var body = RequestBody(admitted, gate.injector)
        while let part = try await requests.next() {
            switch part {
            case .body(let piece):
                let passed = try body.take(piece)
                if passed.readableBytes > 0 { try await origin.write(.body(.byteBuffer(passed))) }
            case .end:
                let rest = try body.finish()
                if rest.readableBytes > 0 { try await origin.write(.body(.byteBuffer(rest))) }
                // RFC 9110, 6.5: trailers may be dropped, and nobody holds them against a rule.
                return try await origin.write(.end(nil))
            case .head: throw Broken()
            }
        }
        throw Broken()
    }

    private func answer(
        _ admitted: Gate.Admitted, from answers: PartReader<HTTPClientResponsePart>, _ hasAnswered: Flag
    ) async throws -> Bool {
        var keeps = false
        var scrubber = gate.injector.hasSecrets ? Scrubber(gate.injector.patterns) : nil
        while let part = try await answers.next() {
            switch part {
            case .head(let head):
                // RFC 9110, 15.2: they say nothing that the final one does not.
                if head.status.code < 200, head.status != .switchingProtocols { continue }
                guard head.status != .switchingProtocols, !hasAnswered.isTrue else { throw Broken() }
                keeps = isHTTP2 || (head.isKeepAlive && !admitted.closes)
                let own = try ToolAnswer.head(
                    head, to: admitted, isHTTP2: isHTTP2, closes: !keeps, gate.injector)
                hasAnswered.isTrue = true
                try await tool.write(.head(own))
            case .body(let piece):
                let scrubbed = scrubber?.feed(piece.readableBytesView)
                try gate.injector.scrubbed(scrubber?.takeCounts() ?? [:])
                try await write(scrubbed, or: piece)
            case .end(let trailers):
                let rest = scrubber?.finish()
                try gate.injector.scrubbed(scrubber?.takeCounts() ?? [:])
                try await write(rest, or: ByteBuffer())
                let own = try trailers.map { try ToolAnswer.fields($0, to: admitted, gate.injector) }
                try await tool.write(.end(own))
                return keeps
            }
        }
        throw Broken()
    }

    private func write(_ scrubbed: [UInt8]?, or piece: ByteBuffer) async throws {
        let bytes = scrubbed.map { ByteBuffer(bytes: $0) } ?? piece
        if bytes.readableBytes > 0 { try await tool.write(.body(.byteBuffer(bytes))) }
    }
}
