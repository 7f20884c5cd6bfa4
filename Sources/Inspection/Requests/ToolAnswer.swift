import Egress
import NIOHTTP1

/// The head of an answer as the tool gets it: without what is for the next machine only, and without secrets.
enum ToolAnswer {
    static func head(
        _ head: HTTPResponseHead, to method: HTTPMethod, isHTTP2: Bool, closes: Bool, _ injector: Injector
    ) throws(Refusal) -> HTTPResponseHead {
        if injector.hasSecrets { try requireReadable(head) }
        var headers = HopByHop.removed(from: head.headers)
        if injector.hasSecrets {
            headers = scrubbed(headers, injector)
        }
        if isHTTP2 {
            headers.remove(name: "transfer-encoding")
        } else {
            frame(&headers, head.status, to: method)
            if closes { headers.replaceOrAdd(name: "connection", value: "close") }
        }
        // The words beside the number are the origin's to choose, and nobody reads them.
        return HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: Int(head.status.code)), headers: headers)
    }

    static func scrubbed(_ headers: HTTPHeaders, _ injector: Injector) -> HTTPHeaders {
        var counts: [Int: Int] = [:]
        var result = HTTPHeaders()
        for (name, value) in headers {
            // A name may hold one as well; an asterisk is a letter of names.
            result.add(
                name: Scrubber.scrub(name, injector.patterns, counting: &counts),
                value: Scrubber.scrub(value, injector.patterns, counting: &counts))
        }
        injector.scrubbed(counts)
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
