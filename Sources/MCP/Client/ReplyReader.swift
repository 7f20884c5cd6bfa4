import LinuxIO

/// Reads a server's lines and hands them to the requests that wait.
struct ReplyReader {
    private let input: StreamEnd
    private let codec: MessageCodec
    private let limit: Int

    init(_ input: StreamEnd, _ codec: MessageCodec, _ limit: Int) {
        self.input = input
        self.codec = codec
        self.limit = limit
    }

    /// Reads to the end of the input.
    func run(_ pending: PendingRequests) async {
        var framer = LineFramer(limit: limit)
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while let count = try? await input.readSome(into: &chunk), count > 0 {
            framer.append(chunk[..<count])
            while let line = framer.next() {
                // An answer that is too large cannot be told whose it is: whoever waits for it must not wait forever.
                guard case .bytes(let bytes) = line else { return }
                take(codec.decode(bytes), pending)
            }
        }
    }

    private func take(_ incoming: Incoming, _ pending: PendingRequests) {
        switch incoming {
        case .message(let message): pending.receive(message)
        case .malformed(let malformed): pending.receive(malformed)
        case .batch(let messages): for message in messages { take(message, pending) }
        }
    }
}
