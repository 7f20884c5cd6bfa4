import HTTPTypes

/// Why a request was not answered. Refusals are counted on record by their code.
enum ConsoleRefusal: String, Sendable, CaseIterable {
    /// The connection is another user's.
    case peer
    /// The `Host` is not ours: a name that was made to lead here (DNS rebinding), or another address.
    case host
    /// The request comes from a page of another origin.
    case origin
    /// The browser says that another site made it.
    case crossSite = "cross-site"
    case method
    case malformed
    case tooLarge = "too-large"
    case contentType = "content-type"
    /// A form without the token of the session's own pages.
    case form
    /// A link that was used, is too old or never was one.
    case link
    /// No session.
    case session
    case busy

    var status: HTTPResponse.Status {
        switch self {
        case .peer, .origin, .crossSite, .form, .link: .forbidden
        case .host: .misdirectedRequest
        case .method: .methodNotAllowed
        case .malformed: .badRequest
        case .tooLarge: .contentTooLarge
        case .contentType: .unsupportedMediaType
        case .session: .unauthorized
        case .busy: .serviceUnavailable
        }
    }

    /// What happened, for the person at the browser.
    var title: HTML {
        switch self {
        case .peer: "This console belongs to another user"
        case .host: "This is not the console's address"
        case .origin, .crossSite: "Another page asked for this"
        case .method: "The console does not answer this kind of request"
        case .malformed: "The console cannot read this request"
        case .tooLarge: "The request is too large"
        case .contentType: "The console takes forms of its own pages only"
        case .form: "This form is not of this session"
        case .link: "This link cannot be used any more"
        case .session: "Open the console with a link from its terminal"
        case .busy: "Too many pages follow the console"
        }
    }

    /// What to do.
    var remedy: HTML {
        switch self {
        case .peer: "Start `agentbox console` as the user whose browser you use."
        case .host: "Open the link that `agentbox console` printed, as it is."
        case .origin, .crossSite:
            "Nothing was done. If you followed a link here, copy it from the terminal into the address bar instead."
        case .method, .malformed, .contentType: "Go back to the page that you came from."
        case .tooLarge: "Send less: a reason or a signed statement is a few kilobytes."
        case .form: "Nothing was done. Go back, reload the page and try again."
        case .link, .session:
            "A link opens the console once, within two minutes. Press Enter on the terminal of `agentbox console` for a new one."
        case .busy: "Close some of them; the others go on."
        }
    }
}
