import Hosts

/// What a program asks of the proxy first, over HTTP (RFC 9110, 9.3.6; RFC 9112, 3.2) or SOCKS5 (RFC 1928).
enum ProxyRequest: Hashable, Sendable {
    /// More bytes are needed to say.
    case incomplete
    /// Nothing that a proxy knows, and what is said to who asked.
    case refused(String, answer: [UInt8])
    /// SOCKS5: which ways to prove who one is there are. Answered, and the request follows.
    case greeting(length: Int, answer: [UInt8])
    /// A connection to there, of whose bytes these many asked for it.
    case connect(Target, length: Int, Answers)
    /// One request of HTTP to there: its head took so many bytes, and goes on as `head`; the body follows it.
    case forward(Target, length: Int, head: [UInt8], body: Int?, Answers)

    /// No request is longer.
    static let mostBytes = 32 << 10

    /// Where it leads, as it was asked for.
    enum Target: Hashable, Sendable {
        case destination(Destination)
        /// No destination, in plain words.
        case none(String)
    }

    /// What is said once it is known what became of it.
    struct Answers: Hashable, Sendable {
        var connected: [UInt8]
        /// The call has no grant for it.
        var notGranted: [UInt8]
        /// It could not be reached, or must not.
        var unreachable: [UInt8]
    }

    /// - Parameter isGreeted: SOCKS5 was greeted: what comes now is its request.
    init(_ bytes: [UInt8], isGreeted: Bool) {
        if isGreeted {
            self = SOCKSRequest.read(bytes)
        } else if bytes.first == SOCKSRequest.version {
            self = SOCKSRequest.readGreeting(bytes)
        } else if bytes.first == 4 {
            self = .refused("SOCKS4 was spoken to the proxy", answer: [0, 0x5B, 0, 0, 0, 0, 0, 0])
        } else {
            self = HTTPProxyRequest.read(bytes)
        }
    }
}
