import HTTPTypes
import Hummingbird

/// What holds for every request, before anything looks at what it asks for.
///
/// | attack | refused by |
/// |---|---|
/// | a page of another site reads the console through a name that leads to 127.0.0.1 | `Host` |
/// | a page of another site sends a form, or asks for a page with the cookie | `Sec-Fetch-Site`, `Origin`, the cookie's SameSite |
/// | a link or an image that acts | acting is by POST only |
/// | a page of another port of this host, which is the same site | `Origin`, `Sec-Fetch-Site: same-site` |
struct RequestGuard: Sendable {
    /// Bytes of a request's target.
    static let longestTarget = 4096
    /// Bytes of a request's body.
    static let largestBody = 128 << 10
    /// Bytes of all header fields, and of one.
    static let largestHeaders = 16 << 10

    /// `localhost:PORT`. Browsers have credentials (WebAuthn) for names only, and know this one without asking anybody.
    let authority: String
    var origin: String { "http://" + authority }

    private static let host = HTTPField.Name("Host")
    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")
    private static let formType = "application/x-www-form-urlencoded"

    init(port: Int) { authority = "localhost:\(port)" }

    /// Nil if the request may go on.
    func refusal(of request: Request) -> ConsoleRefusal? {
        // INVARIANT: one Host, and exactly ours. The second of two would be a field beside the first.
        guard request.head.authority == authority, Self.host.map({ request.headers[values: $0].isEmpty }) == true else {
            return .host
        }
        if let refusal = site(request) { return refusal }
        guard (request.head.path ?? "").utf8.count <= Self.longestTarget else { return .tooLarge }
        switch request.method {
        case .get, .head:
            return nil
        case .post:
            return form(request)
        default:
            return .method
        }
    }

    private func site(_ request: Request) -> ConsoleRefusal? {
        for value in request.headers[values: .origin] where value != origin { return .origin }
        guard let name = Self.fetchSite else { return .crossSite }
        // A person who types the address, or a page of ours. Programs that are no browsers say nothing.
        for value in request.headers[values: name] where value != "none" && value != "same-origin" { return .crossSite }
        return nil
    }

    /// What changes something has to be a form of a page of ours: every browser says where a POST comes from.
    private func form(_ request: Request) -> ConsoleRefusal? {
        guard request.headers[values: .origin] == [origin] else { return .origin }
        let type = request.headers[.contentType] ?? ""
        guard type.split(separator: ";").first.map(String.init)?.lowercased() == Self.formType else {
            return .contentType
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.largestBody {
            return .tooLarge
        }
        return nil
    }
}
