import NIOHTTP1

/// The head of a request as the origin gets it.
enum OriginRequest {
    /// - Parameters:
    ///   - hasSecrets: The answer has to be looked into: it comes as it is, and whole. A server that is asked for two
    ///     bytes at a time would say a secret in pieces of which none is one.
    static func head(_ head: HTTPRequestHead, isHTTP2: Bool, hasSecrets: Bool) -> HTTPRequestHead {
        var result = HTTPRequestHead(
            version: .http1_1, method: head.method, uri: head.uri, headers: HopByHop.removed(from: head.headers))
        if hasSecrets {
            for name in ["accept-encoding", "range", "if-range"] { result.headers.remove(name: name) }
            result.headers.add(name: "accept-encoding", value: "identity")
        }
        if isHTTP2 {
            result.headers.remove(name: "transfer-encoding")
            return result
        }
        let isFramed =
            result.headers.contains(name: "content-length") || result.headers.contains(name: "transfer-encoding")
        // RFC 9110, 8.6.
        if !isFramed, [.POST, .PUT, .PATCH].contains(head.method) {
            result.headers.add(name: "content-length", value: "0")
        }
        return result
    }
}
