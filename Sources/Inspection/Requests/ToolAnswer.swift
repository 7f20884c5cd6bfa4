import Egress
import NIOHTTP1

/// The head of an answer as the tool gets it: without what is for the next machine only, and without secrets.
enum ToolAnswer {
    static func head(
        _ head: HTTPResponseHead, to request: Gate.Admitted, isHTTP2: Bool, closes: Bool, _ injector: Injector
    ) throws(Refusal) -> HTTPResponseHead {
        if injector.hasSecrets { try requireReadable(head) }
        var headers = try fields(HopByHop.removed(from: head.headers), to: request, injector)
        if isHTTP2 {
            headers.remove(name: "transfer-encoding")
        } else {
            frame(&headers, head.status, to: request.head.method)
            if closes { headers.replaceOrAdd(name: "connection", value: "close") }
        }
        // The words beside the number are the origin's to choose, and nobody reads them.
        return HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: Int(head.status.code)), headers: headers)
    }

    /// Headers or trailers as the tool gets them.
    static func fields(
        _ headers: HTTPHeaders, to request: Gate.Admitted, _ injector: Injector
    ) throws(Refusal) -> HTTPHeaders {
        guard injector.hasSecrets else { return headers }
        return try scrubbed(request.secrets.isEmpty ? headers : cookieless(headers, request, injector), injector)
    }

    /// Attack: what an origin sets for who has shown the secret is as good as the secret, and is looked for by nobody.
    private static func cookieless(
        _ headers: HTTPHeaders, _ request: Gate.Admitted, _ injector: Injector
    ) -> HTTPHeaders {
        let kept = headers.filter { !["set-cookie", "set-cookie2"].contains($0.name.lowercased()) }
        injector.dropped(cookies: headers.count - kept.count, ofAnswerTo: request.secrets)
        return HTTPHeaders(kept.map { ($0.name, $0.value) })
    }

    private static func scrubbed(_ headers: HTTPHeaders, _ injector: Injector) throws(Refusal) -> HTTPHeaders {
        var counts: [Int: Int] = [:]
        var result = HTTPHeaders()
        for (name, value) in headers {
            // A name may hold one as well; an asterisk is a letter of names.
            result.add(
                name: Scrubber.scrub(name, injector.patterns, counting: &counts),
                value: Scrubber.scrub(value, injector.patterns, counting: &counts))
        }
        try injector.scrubbed(counts)
        return result
    }

    /// Attack: a secret in an answer that is compressed, or cut into ranges, is not seen.
    private static func requireReadable(_ head: HTTPResponseHead) throws(Refusal) {
        let encodings = head.headers[canonicalForm: "content-encoding"].map { $0.lowercased() }
        guard encodings.allSatisfy({ $0 == "identity" || $0.isEmpty }) else {
            throw Refusal(
                .encoding, .badGateway,
                "the answer is encoded (\(encodings.joined(separator: ", ").prefix(40))) though it was asked for as it is"
            )
        }
        guard head.headers["transfer-encoding"].allSatisfy({ $0.lowercased() == "chunked" }) else {
            throw Refusal(.encoding, .badGateway, "the answer has a transfer coding that nobody asked for")
        }
        guard head.status != .partialContent else {
            throw Refusal(.encoding, .badGateway, "the answer is a part that nobody asked for")
        }
    }

    private static func frame(_ headers: inout HTTPHeaders, _ status: HTTPResponseStatus, to method: HTTPMethod) {
        headers.remove(name: "transfer-encoding")
        // RFC 9112, 6.3.
        let hasBody = method != .HEAD && status != .noContent && status != .notModified
        if hasBody, !headers.contains(name: "content-length") {
            headers.add(name: "transfer-encoding", value: "chunked")
        }
        if status == .noContent { headers.remove(name: "content-length") }
    }
}
