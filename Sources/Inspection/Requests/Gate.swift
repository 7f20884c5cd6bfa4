import Egress
import NIOHTTP1

/// Where a request of the tool's becomes one to the origin: checked, with its credentials in it; or does not.
struct Gate: Sendable {
    let origin: InspectedOrigin
    let injector: Injector

    /// A request that may go to the origin.
    struct Admitted: Sendable {
        /// As the origin gets it.
        var head: HTTPRequestHead
        var mostBody: Int
        /// The tool waits to be told that it may send the body (RFC 9110, 10.1.1).
        var isWaiting: Bool
        var closes: Bool
        /// Which secrets are in it, by their place.
        var secrets: Set<Int>
    }

    func admit(_ head: HTTPRequestHead, isHTTP2: Bool) throws(Refusal) -> Admitted {
        try injector.requireOpen()
        try origin.check.requireSound(
            head, isHTTP2: isHTTP2, credentialed: injector.headers(of: origin.destination))
        // Attack: a header that a rule asks for and that the origin does not get. So what is checked is what is sent.
        var request = OriginRequest.head(head, isHTTP2: isHTTP2, hasSecrets: injector.hasSecrets)
        let passed = try origin.check.check(request, isRestricted: injector.restricts(origin.destination))
        try injector.requireNoGuess(in: request)
        let secrets = try injector.inject(into: &request, to: origin.destination, passed.method, passed.path)
        origin.change { $0.requests += 1 }
        return Admitted(
            head: request, mostBody: passed.mostBody,
            isWaiting: head.headers["expect"].contains { $0.lowercased() == "100-continue" },
            closes: !isHTTP2 && !head.isKeepAlive, secrets: secrets)
    }
}
