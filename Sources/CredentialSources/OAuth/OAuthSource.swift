import Credentials
import LinuxIO
import Manifests
import StrictJSON

/// Tokens exchanged for narrower ones (RFC 8693).
struct OAuthSource: ServedSource {
    private let options: OAuthOptions
    private let context: SourceContext

    init(_ options: OAuthOptions, _ context: SourceContext) {
        self.options = options
        self.context = context
    }

    private func with<Success: Sendable>(
        _ body: (OAuthServer) async throws(CredentialError) -> Success
    ) async throws(CredentialError) -> Success {
        let (options, context) = (options, context)
        return try await HTTPCaller.with(context) { (caller) throws(CredentialError) in
            let server: OAuthServer
            do throws(CredentialError) {
                server = try await OAuthServer.find(options, context, caller)
            } catch {
                throw error.leavingNothing()
            }
            return try await body(server)
        }
    }

    func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential {
        let scope = try request.scope { json throws(ManifestErrors) in try OAuthScope(json) }
        let form = try form(scope)
        return try await with { (server) throws(CredentialError) in
            let reply = try await server.post(server.token, form)
            guard reply.status == 200 else { throw server.refusal(reply, "the exchange") }
            let answer = try reply.object()
            let token = try HTTPReply.text(answer, "access_token", of: reply.place)
            context.derived.insert(token)
            let lifetime: Duration
            do throws(CredentialError) {
                lifetime = try OAuthAnswer(json: answer, place: reply.place).check(scope, most: options.lifetime)
            } catch {
                // It must not stay alive for being more than was asked for.
                guard let revocation = server.revocation,
                    let reply = try? await server.post(revocation, [("token", token)]), reply.status == 200
                else { throw error }
                throw error.leavingNothing()
            }
            return MintedCredential(
                fields: ["token": Secret(token)],
                handle: LeaseHandle(lease: request.lease, scope: request.scope),
                expires: Timestamp.now().adding(lifetime))
        }
    }

    /// RFC 8693, 2.1.
    private func form(_ scope: OAuthScope) throws(CredentialError) -> [(String, String)] {
        var form = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", try context.text("subject")), ("subject_token_type", options.subject.type),
        ]
        if let actor = options.actor {
            form += [("actor_token", try context.text("actor")), ("actor_token_type", actor.type)]
        }
        if let type = options.requestedType { form.append(("requested_token_type", type)) }
        form += scope.resources.map { ("resource", $0) } + scope.audiences.map { ("audience", $0) }
        if !scope.scopes.isEmpty { form.append(("scope", scope.scopes.joined(separator: " "))) }
        if !scope.details.isEmpty {
            form.append(("authorization_details", JSON.array(scope.details).encodedString()))
        }
        return form
    }

    func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError) {
        guard options.isRevocable else { return }
        let token = try credential.shown("token")
        try await with { (server) throws(CredentialError) in
            guard let revocation = server.revocation else { return }
            let reply = try await server.post(revocation, [("token", token), ("token_type_hint", "access_token")])
            // RFC 7009, 2.2: a token that is none any more is answered by 200 too.
            guard reply.status == 200 else { throw server.refusal(reply, "to end a token") }
        }
    }

    func probe(
        _ lease: LeaseHandle, with credential: MintedCredential?
    ) async throws(CredentialError) -> ProbeResult {
        guard let token = try credential?.text("token") else {
            return .unknown("nobody has the token any more; it dies by itself")
        }
        return try await with { (server) throws(CredentialError) in
            var result = ProbeResult.unknown("the server has no introspection, and the source no `probe`")
            if let introspection = server.introspection {
                let reply = try await server.post(introspection, [("token", token)])
                guard reply.status == 200 else { throw server.refusal(reply, "to say whether a token is alive") }
                switch try reply.object()["active"]?.boolValue {
                case true?: return .accepted("the server says that it is active")
                case false?: result = .refused("the server says that it is not active")
                case nil: throw CredentialError(.malformed, "\(reply.place) answered without `active`")
                }
            }
            guard let use = options.probe else { return result }
            let reply = try await server.caller.send(
                .GET, use.text, headers: [("authorization", "Bearer \(token)")])
            if reply.isSuccess { return .accepted("\(reply.place) takes it") }
            return reply.status == 401 || reply.status == 403
                ? .refused("\(reply.place) does not take it (status \(reply.status))")
                : .unknown("\(reply.place) answered with status \(reply.status)")
        }
    }
}
