import StrictJSON

/// An authorisation server that exchanges tokens (RFC 8693): `type: oauth`.
package struct OAuthOptions: Hashable, Sendable {
    /// Its endpoints are read from its metadata (RFC 8414) where they are not given.
    package var issuer: ServiceURL?
    package var tokenEndpoint: ServiceURL?
    package var revocationEndpoint: ServiceURL?
    package var introspectionEndpoint: ServiceURL?
    package var client: Client
    package var subject: Token
    package var actor: Token?
    package var requestedType: String?
    /// The server's tokens live no longer than this.
    package var lifetime: Duration
    /// The server takes tokens back (RFC 7009).
    package var isRevocable: Bool
    /// Refuses a token that is dead: a GET with it as bearer.
    package var probe: ServiceURL?
    package var trust: SecretReference?

    /// Who agentbox is to the server.
    package struct Client: Hashable, Sendable {
        package var identifier: String
        package var secret: SecretReference?
        package var key: SecretReference?
        package var method: Method

        package enum Method: String, Hashable, Sendable, CaseIterable {
            case basic = "client_secret_basic"
            case post = "client_secret_post"
            case privateKey = "private_key_jwt"
        }
    }

    /// A token that is exchanged.
    package struct Token: Hashable, Sendable {
        package var token: SecretReference
        package var type: String
    }

    package var secrets: [String: SecretReference] {
        var secrets = ["subject": subject.token]
        secrets["actor"] = actor?.token
        secrets["client"] = client.secret ?? client.key
        secrets["trust"] = trust
        return secrets
    }

    private static let client: Shape<Client> = object(
        "a client such as `{id: agentbox, secret: {file: secret}}`",
        required("id", .line("a client's id"), "The client's id."),
        optional("secret", SecretReference.shape, "Its secret."),
        optional("key", SecretReference.shape, "Its private key, P-256 or RSA; PEM."),
        optional(
            "method", .choice(), "How it proves who it is: with a secret `client_secret_basic` if nothing is said.")
    ) { identifier, secret, key, method in
        Client(
            identifier: identifier, secret: secret, key: key,
            method: method ?? (key == nil ? .basic : .privateKey))
    }.exactlyOne(of: ["secret", "key"]).checked { client, located, decoding in
        if (client.method == .privateKey) != (client.key != nil) {
            decoding.report(
                .contradiction, in: located, at: ["method"],
                "`\(client.method.rawValue)` needs `\(client.method == .privateKey ? "key" : "secret")`")
        }
    }

    private static let token: Shape<Token> = object(
        "a token such as `{token: {file: subject}}`",
        required("token", SecretReference.shape, "The token."),
        optional(
            "type", .tokenType, default: TokenType.accessToken, shown: .string(TokenType.accessToken),
            "What kind of token it is (RFC 8693, 3).")
    ) { Token(token: $0, type: $1) }

    static let shape: Shape<OAuthOptions> = object(
        "the options of an authorisation server",
        optional("issuer", .serviceURL, "The server, whose metadata names what is not given here (RFC 8414)."),
        optional("tokenEndpoint", .serviceURL, "Where tokens are exchanged."),
        optional("revocationEndpoint", .serviceURL, "Where tokens are taken back (RFC 7009)."),
        optional("introspectionEndpoint", .serviceURL, "Where is said whether a token is alive (RFC 7662)."),
        required("client", client, "Who agentbox is to the server."),
        required("subject", token, "The token that is exchanged: on whose behalf calls act."),
        optional("actor", token, "The token of who acts."),
        optional("requestedType", .tokenType, "What kind of token is asked for."),
        optional(
            "lifetime", .duration, default: .seconds(3600), shown: "1h",
            "How long the server's tokens live at most; one that lives longer is refused."),
        optional(
            "revocable", .boolean, default: true, shown: true,
            "False for a server that takes no tokens back: then they are R1, not R2."),
        optional("probe", .serviceURL, "A URL that refuses a dead token by 401 or 403, and takes a live one by 2xx."),
        optional(
            "trust", SecretReference.shape,
            "Roots that the server's certificate may lead to, in the place of the system's; PEM.")
    ) {
        issuer, token, revocation, introspection, client, subject, actor, requested, lifetime, revocable, probe, trust
        in
        OAuthOptions(
            issuer: issuer, tokenEndpoint: token, revocationEndpoint: revocation,
            introspectionEndpoint: introspection, client: client, subject: subject, actor: actor,
            requestedType: requested, lifetime: lifetime, isRevocable: revocable, probe: probe, trust: trust)
    }.checked { options, located, decoding in
        if options.issuer == nil, options.tokenEndpoint == nil {
            decoding.report(.missingKey, at: located.position, "one of `issuer` and `tokenEndpoint` is missing")
        }
        if options.issuer == nil, options.isRevocable, options.revocationEndpoint == nil {
            decoding.report(
                .missingKey, at: located.position, "`revocationEndpoint` is missing",
                suggestion: "or write `revocable: false`")
        }
    }
}

enum TokenType {
    static let accessToken = "urn:ietf:params:oauth:token-type:access_token"
}

extension Shape where Value == String {
    static var tokenType: Shape {
        .text("a URI such as `\(TokenType.accessToken)`", pattern: "^[!-~]+$", length: 1...200) { text in
            text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? text : nil
        }
    }
}
