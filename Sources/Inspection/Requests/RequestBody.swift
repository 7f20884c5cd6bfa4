import Egress
import NIOCore

/// Watches the body of a request as it goes by: its length, placeholders, which do not belong there, and guesses at
/// secrets. What may be the beginning of a secret waits until it is known.
struct RequestBody {
    private let admitted: Gate.Admitted
    private let injector: Injector
    private var count = 0
    private var scan = PlaceholderScan.Stream()
    private var scrubber: Scrubber?

    init(_ admitted: Gate.Admitted, _ injector: Injector) {
        self.admitted = admitted
        self.injector = injector
        scrubber = injector.hasSecrets ? Scrubber(injector.patterns) : nil
    }

    /// - Returns: What can be passed on.
    mutating func take(_ piece: ByteBuffer) throws(Refusal) -> ByteBuffer {
        count += piece.readableBytes
        guard count <= admitted.mostBody else {
            throw Refusal(.body, .payloadTooLarge, "a body of more than \(admitted.mostBody) bytes")
        }
        if let found = scan.feed(piece.readableBytesView) { throw injector.refuseInBody(found.placeholder) }
        guard let passed = scrubber?.feed(piece.readableBytesView) else { return piece }
        return try checked(passed)
    }

    /// - Returns: The rest, at its end.
    mutating func finish() throws(Refusal) -> ByteBuffer {
        guard let rest = scrubber?.finish() else { return ByteBuffer() }
        return try checked(rest)
    }

    private mutating func checked(_ passed: [UInt8]) throws(Refusal) -> ByteBuffer {
        try injector.requireNoGuess(scrubber?.takeCounts() ?? [:])
        return ByteBuffer(bytes: passed)
    }
}
