import Egress
import NIOCore
import NIOHTTP1

/// A request, or the answer to one, that goes no further; on record, and the tool is told why.
struct Refusal: Error, Hashable {
    var reason: EgressReport.Reason
    var status: HTTPResponseStatus
    /// In words; never more of a stranger's text than a few names.
    var detail: String

    init(_ reason: EgressReport.Reason, _ status: HTTPResponseStatus, _ detail: String) {
        self.reason = reason
        self.status = status
        self.detail = detail
    }

    static func malformed(_ detail: String) -> Refusal { Refusal(.malformed, .badRequest, detail) }

    /// Tells a tool that it is agentbox that answers, and not the origin, from which no such header comes through.
    static let header = "agentbox-refused"

    /// What the tool is answered.
    func answer(isHTTP2: Bool) -> [HTTPServerResponsePart] {
        let what = reason == .unreachable ? "cannot be reached" : "refused"
        let body = ByteBuffer(string: "agentbox: \(what): \(detail)\n")
        var headers: HTTPHeaders = [
            "content-type": "text/plain; charset=utf-8", "content-length": "\(body.readableBytes)",
            "cache-control": "no-store", Self.header: reason.rawValue,
        ]
        if !isHTTP2 { headers.add(name: "connection", value: "close") }
        return [
            .head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)), .body(.byteBuffer(body)),
            .end(nil),
        ]
    }
}
