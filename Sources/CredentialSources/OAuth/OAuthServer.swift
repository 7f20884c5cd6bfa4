import Credentials
import Foundation
import Manifests
import StrictJSON

/// An authorisation server and who agentbox is to it.
struct OAuthServer: Sendable {
    let options: OAuthOptions
    let context: SourceContext
    let caller: HTTPCaller
    let token: ServiceURL
    let revocation: ServiceURL?
    let introspection: ServiceURL?

    /// Reads the server's metadata (RFC 8414) for the endpoints that the options do not name.
    static func find(
        _ options: OAuthOptions, _ context: SourceContext, _ caller: HTTPCaller
    ) async throws(CredentialError) -> OAuthServer {
        var metadata: JSON = .object([:])
        let isComplete =
            options.tokenEndpoint != nil && (options.revocationEndpoint != nil || !options.isRevocable)
            && options.introspectionEndpoint != nil
        if let issuer = options.issuer, !isComplete { metadata = try await self.metadata(of: issuer, caller) }
        func endpoint(_ name: String, _ configured: ServiceURL?) throws(CredentialError) -> ServiceURL? {
            if let configured { return configured }
            guard let text = metadata[name]?.stringValue else { return nil }
            guard let url = ServiceURL(text) else {
                throw CredentialError(.malformed, "the metadata's `\(name)` is no `https` URL")
            }
            return url
        }
        guard let token = try endpoint("token_endpoint", options.tokenEndpoint) else {
            throw CredentialError(.malformed, "the server's metadata names no `token_endpoint`")
        }
        let revocation = try endpoint("revocation_endpoint", options.revocationEndpoint)
        guard revocation != nil || !options.isRevocable else {
            throw CredentialError(
                .unsupported, "the server's metadata names no `revocation_endpoint`",
                remedy: "write `revocable: false` if its tokens only expire")
        }
        return OAuthServer(
            options: options, context: context, caller: caller, token: token,
            revocation: options.isRevocable ? revocation : nil,
            introspection: try endpoint("introspection_endpoint", options.introspectionEndpoint))
    }

    private static func metadata(of issuer: ServiceURL, _ caller: HTTPCaller) async throws(CredentialError) -> JSON {
        // RFC 8414, 3.1: before the issuer's path, not after it.
        let parts = issuer.text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        let place = parts.prefix(3).joined(separator: "/")
        let path = parts.count > 3 ? "/" + parts[3] : ""
        let reply = try await caller.send(.GET, "\(place)/.well-known/oauth-authorization-server\(path)")
        guard reply.status == 200 else {
            throw CredentialError(.refused, "\(reply.place) has no metadata (status \(reply.status))")
        }
        let metadata = try reply.object()
        // RFC 8414, 3.3: of another issuer it must not be used.
        let named = metadata["issuer"]?.stringValue
        guard named == issuer.text || named == issuer.text + "/" else {
            throw CredentialError(.malformed, "\(reply.place) has the metadata of another issuer")
        }
        return metadata
    }

    /// Posts a form, with proof of who agentbox is (RFC 6749, 2.3; RFC 7523, 2.2).
    func post(_ endpoint: ServiceURL, _ fields: [(String, String)]) async throws(CredentialError) -> HTTPReply {
        var fields = fields
        var headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")]
        let client = options.client
        let secret = try context.text("client")
        switch client.method {
        case .basic:
            let pair = "\(FormEncoding.encoded(client.identifier)):\(FormEncoding.encoded(secret))"
            let proof = Data(pair.utf8).base64EncodedString()
            context.derived.insert(proof)
            headers.append(("authorization", "Basic \(proof)"))
        case .post:
            fields += [("client_id", client.identifier), ("client_secret", secret)]
        case .privateKey:
            let assertion = try await AssertionSigner.client(
                client.identifier, audience: (options.issuer ?? token).text, key: secret)
            context.derived.insert(assertion)
            fields += [
                ("client_id", client.identifier),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", assertion),
            ]
        }
        return try await caller.send(.POST, endpoint.text, headers: headers, body: FormEncoding.body(fields))
    }

    /// RFC 6749, 5.2; RFC 7009, 2.2.1; RFC 8693, 2.2.2; RFC 9396, 5.
    private static let errors: Set<String> = [
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
        "invalid_scope", "unsupported_token_type", "invalid_target", "invalid_authorization_details", "access_denied",
        "server_error", "temporarily_unavailable",
    ]

    /// Attack: a server that repeats, in its description, what proves who agentbox is. Its code says what is wrong.
    func refusal(_ reply: HTTPReply, _ what: String) -> CredentialError {
        let code = reply.json?["error"]?.stringValue.flatMap { Self.errors.contains($0) ? $0 : nil }
        return CredentialError(
            reply.code,
            "\(reply.place) refused \(what): \(code ?? "status \(reply.status)")",
            remedy:
                "the server's own log says more; its description is not shown, since it may repeat what it was sent",
            leavesNothing: reply.leavesNothing)
    }
}
