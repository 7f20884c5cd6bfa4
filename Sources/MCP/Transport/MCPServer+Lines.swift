import LinuxIO

/// Why a connection ended.
package enum MCPConnectionEnd: Hashable, Sendable {
    /// The client closed its side, or the server's task was cancelled.
    case inputClosed
    /// Nobody reads the answers any more.
    case peerGone
}

extension MCPServer {
    /// Serves one client until it goes away. When this returns, every call of the client has ended.
    ///
    /// At the end of the input, requests that are being worked on may still be answered for a moment
    /// (`MCPLimits.drain`), for clients that send and then only listen; then they are cancelled. A client that hangs up
    /// cancels them at once.
    @discardableResult
    package func serve(_ channel: LineChannel) async -> MCPConnectionEnd {
        let limits = settings.limits
        let session = MCPSession(self)
        let writer = LineWriter(limit: limits.outgoingBytes)
        let outbox = LineOutbox(writer: writer, codec: MessageCodec(limits), limit: limits.answerBytes)

        return await withTaskGroup(of: ConnectionEvent.self) { tasks in
            tasks.addTask {
                await writer.run(channel.output)
                return .outputEnded
            }
            tasks.addTask {
                await channel.output.waitForHangUp()
                return .outputEnded
            }
            tasks.addTask {
                await LineReader(channel.input, limits).run(session, outbox)
                return .inputEnded
            }
            var end = MCPConnectionEnd.inputClosed
            if await tasks.next() == .inputEnded {
                tasks.addTask {
                    await session.waitUntilIdle()
                    return .idle
                }
                Self.addDeadline(.drained, after: limits.drain, &tasks)
                if await tasks.next() == .outputEnded { end = .peerGone }
            } else {
                end = .peerGone
            }
            session.close()
            if end == .inputClosed { await Self.flush(session, writer, &tasks, limits.drain) }
            // INVARIANT: a peer that does not read keeps no answer, and so no call, waiting any longer.
            writer.abort()
            tasks.cancelAll()
            await session.waitUntilIdle()
            return end
        }
    }

    /// Lets the last answers out, as long as that is allowed to take.
    private static func flush(
        _ session: MCPSession, _ writer: LineWriter, _ tasks: inout TaskGroup<ConnectionEvent>, _ patience: Duration
    ) async {
        tasks.addTask {
            await session.waitUntilIdle()
            // Now nobody is left who could send.
            writer.finish()
            return .idle
        }
        addDeadline(.flushed, after: patience, &tasks)
        while let event = await tasks.next(), event != .outputEnded, event != .flushed {}
    }

    private static func addDeadline(
        _ event: ConnectionEvent, after patience: Duration, _ tasks: inout TaskGroup<ConnectionEvent>
    ) {
        let deadline = ContinuousClock.now + patience
        tasks.addTask {
            await Reactor.shared.sleep(until: deadline)
            return event
        }
    }
}

private enum ConnectionEvent {
    case inputEnded
    /// Everything is written, or nobody reads.
    case outputEnded
    case idle
    /// The time for requests, and then for their answers, is over.
    case drained, flushed
}

/// Reads a client's lines and hands them to its session.
private struct LineReader {
    private static let chunkBytes = 64 << 10

    private let input: StreamEnd
    private let codec: MessageCodec
    private let limit: Int

    init(_ input: StreamEnd, _ limits: MCPLimits) {
        self.input = input
        codec = MessageCodec(limits)
        limit = limits.messageBytes
    }

    /// Reads to the end of the input.
    func run(_ session: MCPSession, _ outbox: LineOutbox) async {
        var framer = LineFramer(limit: limit)
        var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
        // An input that fails has ended: there is nobody to tell.
        while let count = try? await input.readSome(into: &chunk), count > 0 {
            framer.append(chunk[..<count])
            while let line = framer.next() {
                await take(line, session, outbox)
                await session.waitForRoom()
            }
        }
        if let line = framer.finish() { await take(line, session, outbox) }
    }

    private func take(_ line: LineFramer.Line, _ session: MCPSession, _ outbox: LineOutbox) async {
        switch line {
        case .bytes(let bytes):
            let weight = Weight(of: bytes)
            await session.receive(codec.decode(bytes, weight), bytes: weight.bytes, replyingTo: outbox)
        case .oversize:
            let failure = RPCFailure(.invalidRequest("a message has at most \(limit) bytes"))
            await outbox.send(.failure(nil, failure))
        }
    }
}
