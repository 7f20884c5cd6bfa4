import Egress
import NIOCore

/// Watches the body of a request as it goes by: its length, and placeholders, which do not belong there.
struct RequestBody {
    private let admitted: Gate.Admitted
    private let injector: Injector
    private var count = 0
    private var scan = PlaceholderScan.Stream()

    init(_ admitted: Gate.Admitted, _ injector: Injector) {
        self.admitted = admitted
        self.injector = injector
    }

    mutating func take(_ piece: ByteBuffer) throws(Refusal) {
        count += piece.readableBytes
        guard count <= admitted.mostBody else {
            throw Refusal(.body, .payloadTooLarge, "a body of more than \(admitted.mostBody) bytes")
        }
        if let found = scan.feed(piece.readableBytesView) { throw injector.refuseInBody(found.placeholder) }
    }
}
