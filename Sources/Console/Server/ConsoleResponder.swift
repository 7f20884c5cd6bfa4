import HTTPTypes
import Hummingbird
import NIOCore

/// What a request is answered with: checked first, then by its session, then by its path.
struct ConsoleResponder: HTTPResponder {
    typealias Context = ConsoleContext

    let site: Site

    func respond(to request: Request, context: ConsoleContext) async throws -> Response {
        var response = await answer(request)
        for field in SecurityHeaders.fields { response.headers[field.name] = field.value }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request) async -> Response {
        guard let guarding = site.requestGuard else { return await refuse(.busy, request) }
        if let refusal = guarding.refusal(of: request) { return await refuse(refusal, request) }
        guard let target = RequestTarget(request.head.path ?? "") else { return await refuse(.malformed, request) }
        if let asset = Assets.response(target.segments, request.method) { return asset }
        if target.segments == ["open"], request.method == .get { return await open(target, request) }
        guard let cookie = cookie(of: request), let session = site.sessions.session(cookie) else {
            return await refuse(.session, request)
        }
        let visit = Visit(site: site, session: session, target: target, cookie: cookie)
        guard request.method == .post else { return await get(visit, request) }
        return await post(visit, request)
    }

    /// Exchanges the token of a link for a cookie. The answer is a redirect, so that the token does not stay in the
    /// address bar.
    private func open(_ target: RequestTarget, _ request: Request) async -> Response {
        guard let token = target.query["token"], let cookie = site.sessions.exchange(token) else {
            return await refuse(.link, request)
        }
        var response = Response.redirect(to: PagePath())
        response.headers[.setCookie] =
            "\(site.cookieName)=\(cookie.revealed); Path=/; HttpOnly; SameSite=Strict"
        return response
    }

    private func get(_ visit: Visit, _ request: Request) async -> Response {
        if visit.target.segments == ["events"] { return await follow(visit, request) }
        return await Routes.page(visit)
    }

    private func post(_ visit: Visit, _ request: Request) async -> Response {
        guard let body = try? await request.body.collect(upTo: RequestGuard.largestBody) else {
            return await refuse(.tooLarge, request)
        }
        guard let text = String(validating: body.readableBytesView, as: UTF8.self), let form = FormFields(text) else {
            return await refuse(.malformed, request)
        }
        // INVARIANT: no form acts that does not bring the token of this very session.
        guard let token = form["token"], ConsoleSecret.digest(of: token) == visit.session.formToken.digest else {
            return await refuse(.form, request)
        }
        return await Routes.act(visit, form)
    }

    private func follow(_ visit: Visit, _ request: Request) async -> Response {
        guard request.method == .get, let (name, events) = await site.events.subscribe() else {
            return await refuse(.busy, request)
        }
        var headers = HTTPFields()
        headers[.contentType] = "text/event-stream"
        let (sessions, cookie) = (site.sessions, visit.cookie)
        return Response(
            status: .ok, headers: headers,
            body: site.events.body(of: name, events, to: request) { sessions.isOpen(cookie) })
    }

    private func cookie(of request: Request) -> String? {
        let prefix = site.cookieName + "="
        let found = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }
            .map { String($0).trimmed }.filter { $0.hasPrefix(prefix) }
        // Another port of this host may have set one of the same name beside ours: then neither counts.
        return found.count == 1 ? found.first.map { String($0.dropFirst(prefix.count)) } : nil
    }

    private func refuse(_ refusal: ConsoleRefusal, _ request: Request) async -> Response {
        // Without the query: that of a link holds its token.
        let path = (request.head.path ?? "").prefix { $0 != "?" }
        await site.refusals.add(
            refusal, "\(request.method.rawValue) \(path) of \(request.head.authority ?? "no host")")
        return .page(RefusalPage.html(refusal), status: refusal.status)
    }
}

extension String {
    /// Without blanks around it.
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

/// A request's context: nothing of hummingbird's is needed.
struct ConsoleContext: InitializableFromSource {
    init(source: ApplicationRequestContextSource) {}
}

/// One request of a session.
struct Visit: Sendable {
    let site: Site
    let session: Sessions.Session
    let target: RequestTarget
    let cookie: String

    var query: FormFields { target.query }
}

extension Response {
    /// A page.
    static func page(_ html: HTML, status: HTTPResponse.Status = .ok) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "text/html; charset=utf-8"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html.markup)))
    }

    /// To be asked for with GET.
    static func redirect(to path: PagePath) -> Response {
        var headers = HTTPFields()
        headers[.location] = path.text
        return Response(status: .seeOther, headers: headers)
    }
}
