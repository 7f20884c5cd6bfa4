import Hosts
import StrictJSON

/// What holds of every input.
///
/// As a TLS hello: whoever looks at more of the same bytes comes to the same answer, so that it does not matter when the
/// broker looks. As a request to the proxy: see `fuzzProxy`; as the answer to one: see `fuzzAnswer`. As a destination: what is written is read back. As a message of the broker or the host: likewise.
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
    fuzzProxy(input)
    fuzzAnswer(input)
    return 0
}

/// As a request to the proxy: more of the same bytes lead nowhere else, and what goes on to a server is one head.
func fuzzProxy(_ input: [UInt8]) {
    for isGreeted in [false, true] {
        let whole = ProxyRequest(input, isGreeted: isGreeted)
        for length in stride(from: 0, to: input.count, by: max(1, input.count / 64)) {
            switch (ProxyRequest(Array(input[..<length]), isGreeted: isGreeted), whole) {
            case (.incomplete, _): break
            case (let part, let all): precondition(part == all, "\(length) bytes lead elsewhere than all")
            }
        }
        switch whole {
        case .connect(_, let length, _), .greeting(let length, _): precondition((1...input.count).contains(length))
        case .forward(let target, let length, let head, let body, _):
            precondition((1...input.count).contains(length))
            precondition((body ?? 0) >= 0)
            guard case .destination = target else { return }
            let text = String(decoding: head, as: UTF8.self)
            let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
            precondition(text.hasSuffix("\r\nConnection: close\r\n\r\n"), "another end")
            precondition(lines.dropLast(2).allSatisfy { !$0.isEmpty }, "a second head")
            precondition(!head.contains(0), "a NUL")
            let names = lines.dropFirst().map { $0.prefix { $0 != ":" }.lowercased() }
            for name in ["host", "connection"] {
                precondition(names.filter { $0 == name }.count == 1, "\(name) twice")
            }
            precondition(names.filter { $0 == "content-length" || $0 == "transfer-encoding" }.count <= 1, "two lengths")
        case .incomplete, .refused: break
        }
    }
}

/// As the answer to a request to the proxy: more of the same bytes say the same, and a program is told once that it is the
/// connection's last.
func fuzzAnswer(_ input: [UInt8]) {
    let whole = HTTPAnswerHead(input)
    for length in stride(from: 0, to: input.count, by: max(1, input.count / 64)) {
        let part = HTTPAnswerHead(Array(input[..<length]))
        precondition(part == .incomplete || part == whole, "\(length) bytes say something else than all")
    }
    switch whole {
    case .interim(let length): precondition((1...input.count).contains(length))
    case .final(let head, let length):
        precondition((1...input.count).contains(length))
        let end = Array("Connection: close\r\n\r\n".utf8)
        precondition(head.suffix(end.count).elementsEqual(end), "another end")
        let lines = head.split(separator: 0x0A).dropFirst()
        let names = lines.map { String(decoding: $0.prefix { $0 != 0x3A }, as: UTF8.self).lowercased() }
        precondition(names.count { $0 == "connection" } == 1, "two words on the connection")
    case .incomplete, .other: break
    }
}
