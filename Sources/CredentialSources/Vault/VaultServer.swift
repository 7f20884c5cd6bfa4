import Credentials
import Manifests
import NIOHTTP1
import StrictJSON

/// The HTTP interface of Vault and OpenBao, with the token of who asks.
struct VaultServer: Sendable {
    let options: VaultOptions
    let caller: HTTPCaller
    let token: String
    /// Of the token, if logging in made it.
    private(set) var login: String?
    let derived: DerivedSecrets

    /// Proves who agentbox is.
    static func login(
        _ options: VaultOptions, _ context: SourceContext, _ caller: HTTPCaller
    ) async throws(CredentialError) -> VaultServer {
        let secret = try context.text("auth")
        let path: String
        let body: JSON
        switch options.authentication {
        case .token:
            return VaultServer(options: options, caller: caller, token: secret, derived: context.derived)
        case .appRole(let mount, let role, _):
            path = "auth/\(mount)/login"
            body = ["role_id": .string(role), "secret_id": .string(secret)]
        case .jwt(let mount, let role, _):
            path = "auth/\(mount)/login"
            body = ["role": .string(role), "jwt": .string(secret)]
        }
        let nobody = VaultServer(options: options, caller: caller, token: "", derived: context.derived)
        let answer = try await nobody.ask(.POST, path, body)
        let place = options.address.text
        let token = try HTTPReply.text(answer["auth"], "client_token", of: place)
        context.derived.insert(token)
        let accessor = try HTTPReply.text(answer["auth"], "accessor", of: place)
        return VaultServer(
            options: options, caller: caller, token: token, login: accessor, derived: context.derived)
    }

    /// The same server for who has another token.
    func with(_ token: String) -> VaultServer {
        VaultServer(options: options, caller: caller, token: token, derived: derived)
    }

    /// Ends the login, if there was one, and everything that was made with it.
    func logout() async {
        guard login != nil else { return }
        // It dies by itself too, and what it was for has been done.
        _ = try? await send(.POST, "auth/token/revoke-self", nil)
    }

    /// Asks, and expects success.
    func ask(
        _ method: HTTPMethod, _ path: String, _ body: JSON? = nil, wrapping time: Duration? = nil
    ) async throws(CredentialError) -> JSON {
        let reply = try await send(method, path, body, wrapping: time)
        guard reply.isSuccess else { throw refusal(reply, path) }
        return reply.body.isEmpty ? .object([:]) : try reply.object()
    }

    /// Asks.
    func send(
        _ method: HTTPMethod, _ path: String, _ body: JSON?, wrapping time: Duration? = nil
    ) async throws(CredentialError) -> HTTPReply {
        var headers = [("x-vault-request", "true")]
        if !token.isEmpty { headers.append(("x-vault-token", token)) }
        if let namespace = options.namespace { headers.append(("x-vault-namespace", namespace)) }
        if let time { headers.append(("x-vault-wrap-ttl", time.vaultText)) }
        if body != nil { headers.append(("content-type", "application/json")) }
        return try await caller.send(
            method, "\(options.address.text)/v1/\(path)", headers: headers, body: body?.encoded())
    }

    func refusal(_ reply: HTTPReply, _ path: String) -> CredentialError {
        let reasons = Self.reasons(reply)
        let reason = reasons.isEmpty ? "status \(reply.status)" : reasons.joined(separator: "; ")
        return CredentialError(
            reply.code,
            "\(reply.place) refused `\(path)`: \(reason)",
            remedy: reply.status == 403 ? "give agentbox's policy the path `\(path)`" : nil,
            leavesNothing: reply.leavesNothing)
    }

    static func reasons(_ reply: HTTPReply) -> [String] {
        (reply.json?["errors"]?.arrayValue ?? []).compactMap(\.stringValue)
    }
}

extension Duration {
    /// As Vault reads it. It counts in seconds, and nothing is not a time to live.
    var vaultText: String { "\(max(1, components.seconds))s" }
}
