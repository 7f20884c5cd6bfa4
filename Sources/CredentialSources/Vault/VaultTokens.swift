import Credentials
import StrictJSON

/// Tokens of Vault that are named after their lease.
///
/// Whatever is made for a lease is made with such a token, or is one: it ends with it, and after a crash it is found by
/// what the token says of itself.
extension VaultServer {
    static let mark = "agentbox_lease"

    /// A token for a lease. Without policies it may what its parent may: it is used here and nowhere else.
    func makeToken(
        for request: CredentialRequest, policies: [String]?, uses: Int? = nil
    ) async throws(CredentialError) -> (token: String, accessor: String) {
        var body: JSONObject = [
            "meta": [Self.mark: .string(request.lease), "agentbox_run": .string(request.call.run)],
            "display_name": .string("agentbox-\(request.lease)"), "ttl": .string(request.lifetime.vaultText),
            "explicit_max_ttl": .string(request.lifetime.vaultText), "renewable": false, "type": "service",
            "no_default_policy": .bool(policies?.contains("default") == false),
        ]
        body["policies"] = policies.map { .array($0.map(JSON.string)) }
        body["num_uses"] = uses.map { .integer(Int64($0)) }
        let answer = try await ask(.POST, "auth/token/create", .object(body))
        let place = options.address.text
        let token = try HTTPReply.text(answer["auth"], "client_token", of: place)
        derived.insert(token)
        let accessor = try HTTPReply.text(answer["auth"], "accessor", of: place)
        if let policies {
            // Attack: a server that gives more than it was asked for.
            let given = Set((answer["auth"]?["policies"]?.arrayValue ?? []).compactMap(\.stringValue))
            guard given == Set(policies) else {
                try await revokeToken(accessor)
                throw CredentialError(
                    .malformed, "\(place) gave a token with other policies than were asked for")
            }
        }
        return (token, accessor)
    }

    /// Ends a token and all that was made with it. One that there is not is no error.
    func revokeToken(_ accessor: String) async throws(CredentialError) {
        let path = "auth/token/revoke-accessor"
        let reply = try await send(.POST, path, ["accessor": .string(accessor)])
        guard reply.isSuccess || Self.saysInvalidAccessor(reply) else { throw refusal(reply, path) }
    }

    /// True if there is such a token.
    func hasToken(_ accessor: String) async throws(CredentialError) -> Bool {
        try await facts(of: accessor) != nil
    }

    /// What is said of a token; nil if there is none.
    private func facts(of accessor: String) async throws(CredentialError) -> JSON? {
        let path = "auth/token/lookup-accessor"
        let reply = try await send(.POST, path, ["accessor": .string(accessor)])
        if reply.isSuccess { return try reply.object()["data"] }
        guard Self.saysInvalidAccessor(reply) else { throw refusal(reply, path) }
        return nil
    }

    /// More tokens are not looked through.
    private static let mostTokens = 20_000

    /// The accessors of a lease's tokens, from among all that there are: after a crash nobody knows them.
    func tokens(of lease: String) async throws(CredentialError) -> [String] {
        let path = "auth/token/accessors"
        let reply = try await send(.RAW(value: "LIST"), path, nil)
        guard reply.isSuccess else {
            let refusal = refusal(reply, path)
            throw CredentialError(
                refusal.reason, refusal.message,
                remedy: "give agentbox's policy `list` and `sudo` on it: what a crash left behind is found that way")
        }
        let accessors = try reply.object()["data"]?["keys"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard accessors.count <= Self.mostTokens else {
            throw CredentialError(.refused, "\(reply.place) has \(accessors.count) tokens, too many to look through")
        }
        var found: [String] = []
        for accessor in accessors {
            if try await facts(of: accessor)?["meta"]?[Self.mark]?.stringValue == lease { found.append(accessor) }
        }
        return found
    }

    /// Attack on the probe: a refusal for want of permission must not pass for the end of a token.
    private static func saysInvalidAccessor(_ reply: HTTPReply) -> Bool {
        [400, 403, 404].contains(reply.status) && reasons(reply).contains { $0.contains("invalid accessor") }
    }
}
