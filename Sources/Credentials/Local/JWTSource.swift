import Crypto
import CryptoExtras
import Foundation
import JWTKit
import LinuxIO
import Manifests
import StrictJSON

/// Tokens for one call, signed here: a resource server that trusts this host's key sees which call it was, of whom and
/// for whom, and who approved it (draft-ietf-oauth-transaction-tokens; EdDSA, RFC 8037).
struct JWTSource: CredentialSource {
    static let field = "token"
    /// Whatever a manifest says: nobody can take one back.
    static let longestLifetime = Duration.seconds(60)

    let options: JWTSourceOptions
    let key: JWTKey

    func plan(_ request: CredentialRequest) throws(CredentialError) -> CredentialPlan {
        let scope = try scope(of: request)
        let words = scope.words.map { " with the scope `\($0)`" } ?? ""
        return CredentialPlan(
            revocability: .expiry, lifetime: min(request.lifetime, Self.longestLifetime),
            summary: "a token of `\(options.issuer)` for `\(scope.audience)`\(words)", fields: [Self.field])
    }

    func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential {
        let scope = try scope(of: request)
        let now = Timestamp.now().millisecondsSince1970 / 1000
        let lifetime = min(request.lifetime, Self.longestLifetime).components.seconds
        guard lifetime > 0 else {
            throw CredentialError(
                .unsupported, "a token cannot live for less than a second", remedy: "raise `lifetime`")
        }
        let claims = TransactionClaims(
            issuer: options.issuer, audience: scope.audience, scope: scope.words, issued: now, expires: now + lifetime,
            request: request)
        let token: String
        do {
            token = try await key.sign(claims)
        } catch let error as CredentialError {
            throw error
        } catch {
            throw CredentialError(.unconfigured, "the token cannot be signed: \(error)")
        }
        let expires = Timestamp(millisecondsSince1970: (now + lifetime) * 1000)
        return MintedCredential(
            fields: [Self.field: Secret(token)],
            handle: LeaseHandle(
                lease: request.lease, details: ["expires": .string(expires.description)], scope: request.scope),
            expires: expires)
    }

    /// Nobody can: the class says so before anything is minted, and it dies by itself.
    func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError) {}

    func probe(_ lease: LeaseHandle, with credential: MintedCredential?) async -> ProbeResult {
        guard let expires = lease.details["expires"]?.stringValue.flatMap({ Timestamp($0) }) else {
            return .unknown("whether it was signed nobody can say; if so it dies within a minute")
        }
        return expires <= .now() ? .refused("it has expired") : .accepted("it is good until \(expires)")
    }

    private func scope(of request: CredentialRequest) throws(CredentialError) -> (audience: String, words: String?) {
        let members = request.scope.objectValue ?? JSONObject()
        for (key, value) in members where !["audience", "scope"].contains(key) || value.stringValue == nil {
            throw CredentialError(
                .unsupported, "the scope of a token has `audience` and `scope`, each a text, and here `\(key)`",
                remedy: "write `scope: {audience: \(options.audiences[0]), scope: \"repo:read\"}`")
        }
        let audience = members["audience"]?.stringValue ?? (options.audiences.count == 1 ? options.audiences[0] : nil)
        guard let audience, options.audiences.contains(audience) else {
            throw CredentialError(
                .unsupported,
                "the source issues no token for \(audience.map { "the audience `\($0)`" } ?? "no audience")",
                remedy: "its `audiences` are \(options.audiences.map { "`\($0)`" }.joined(separator: ", "))")
        }
        return (audience, members["scope"]?.stringValue)
    }
}

/// What a transaction token says.
struct TransactionClaims: JWTPayload {
    let iss: String
    let aud: String
    let iat: Int64
    let exp: Int64
    let jti: String
    /// The transaction: the call, by its name in its run.
    let txn: String
    /// Who answers for the task.
    let sub: String
    let act: Actor
    let scope: String?
    let tctx: Context

    struct Actor: Codable, Sendable { let sub: String }

    struct Context: Codable, Sendable {
        let run: String
        let call: String
        let task: String
        let tool: String
        /// SHA-256 of the canonical call: the ledger has the same.
        let call_digest: String
        let approval: String?
        let approvers: [String]
    }

    init(
        issuer: String, audience: String, scope: String?, issued: Int64, expires: Int64, request: CredentialRequest
    ) {
        let call = request.call
        iss = issuer
        aud = audience
        iat = issued
        exp = expires
        jti = request.lease
        txn = "\(call.run)/\(call.call)"
        sub = call.principal
        act = Actor(sub: call.agent)
        self.scope = scope
        tctx = Context(
            run: call.run, call: call.call, task: call.task, tool: call.tool, call_digest: call.callDigest,
            approval: call.approval, approvers: call.approvers)
    }

    func verify(using algorithm: some JWTAlgorithm) async throws {
        try ExpirationClaim(value: Date(timeIntervalSince1970: Double(exp))).verifyNotExpired()
    }
}
