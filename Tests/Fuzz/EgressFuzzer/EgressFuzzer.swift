import Hosts
import StrictJSON

/// What holds of every input.
///
/// As a TLS hello: whoever looks at more of the same bytes comes to the same answer, so that it does not matter when the
/// broker looks. As a destination: what is written is read back. As a message of the broker or the host: likewise.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let whole = ClientHello(input)
    for length in stride(from: 0, to: count, by: max(1, count / 64)) {
        let part = ClientHello(input[..<length])
        precondition(part == .incomplete || part == whole, "\(length) bytes say something else than all")
    }
    if case .server(let name?) = whole {
        precondition(name.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a name with other bytes")
    }
    if let offer = ClientHello.Offer(input) { precondition(whole == .server(offer.server), "an offer of another name") }
    if let text = String(validating: input, as: UTF8.self), let destination = try? Destination(text) {
        precondition(
            (try? Destination(destination.description)) == destination, "not read back as the same destination")
    }
    if let answer = BrokerAnswer(input) {
        precondition(BrokerAnswer(answer.encoded()) == answer, "not read back as the same answer")
    }
    if let request = BrokerRequest(input) {
        precondition(BrokerRequest(request.encoded()) == request, "not read back as the same request")
    }
    return 0
}
