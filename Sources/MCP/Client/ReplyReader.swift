import LinuxIO

/// Reads a server's lines, hands them to the requests that wait, and asks about all others.
struct ReplyReader {
    private let input: StreamEnd
    private let codec: MessageCodec
    private let limit: Int
    private let writer: LineWriter
    private let judge: StrayMessage.Judge

    init(
        _ input: StreamEnd, _ codec: MessageCodec, _ limit: Int, _ writer: LineWriter,
        judge: @escaping StrayMessage.Judge
    ) {
        self.input = input
        self.codec = codec
        self.limit = limit
        self.writer = writer
        self.judge = judge
    }

    /// Reads to the end of the input, or until a stray message ends the connection.
    func run(_ pending: PendingRequests) async {
        var framer = LineFramer(limit: limit)
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while let count = try? await input.readSome(into: &chunk), count > 0 {
            framer.append(chunk[..<count])
            while let line = framer.next() {
                guard case .bytes(let bytes) = line else {
                    guard keeps(.oversize, limit) else { return }
                    continue
                }
                guard take(codec.decode(bytes), bytes.count, pending) else { return }
            }
        }
    }

    /// False if the connection is over.
    private func take(_ incoming: Incoming, _ bytes: Int, _ pending: PendingRequests) -> Bool {
        switch incoming {
        case .message(let message):
            if pending.receive(message, bytes: bytes) { return true }
            switch message {
            case .request(let request): return keeps(.request(request), bytes)
            case .notification(let notification): return keeps(.notification(notification), bytes)
            case .result(let id, _): return keeps(.answer(id), bytes)
            case .failure(let id, _): return keeps(.answer(id), bytes)
            }
        case .malformed(let malformed): return pending.receive(malformed) || keeps(.malformed(malformed.failure), bytes)
        case .batch(let messages): return messages.allSatisfy { take($0, bytes, pending) }
        }
    }

    private func keeps(_ stray: StrayMessage, _ bytes: Int) -> Bool {
        switch judge(stray, bytes) {
        case .ignore: return true
        // A server that does not read is sent nothing: it asked for it.
        case .answer(let message): return writer.enqueue(codec.encode(message)) != .closed
        case .close: return false
        }
    }
}
