import Diagnostics
import Manifests
import StrictJSON

extension RemoteSourceOptions {
    /// What minting would come to: pure, so that the host says it without asking anybody.
    ///
    /// - Throws: `CredentialError.unsupported` for a scope that the source cannot issue.
    package func plan(_ request: CredentialRequest) throws(CredentialError) -> CredentialPlan {
        do throws(ManifestErrors) {
            return switch server {
            case .postgres(let options): options.plan(try PostgresScope(request.scope), request)
            case .vault(let options): options.plan(try VaultScope(request.scope), request)
            case .oauth(let options): options.plan(try OAuthScope(request.scope), request)
            case .awsSTS(let options): options.plan(try STSScope(request.scope), request)
            case .githubApp(let options): options.plan(try GitHubAppScope(request.scope), request)
            }
        } catch {
            throw CredentialError(.unsupported, error.message, remedy: "correct the credential's `scope`")
        }
    }
}

extension PostgresOptions {
    fileprivate func plan(_ scope: PostgresScope, _ request: CredentialRequest) -> CredentialPlan {
        var may = scope.grants.map { grant in
            let tables =
                grant.tables.isEmpty ? "all tables" : VisibleText.list(grant.tables, conjunction: "and", limit: 8)
            let privileges = grant.privileges.map(\.rawValue).joined(separator: ", ")
            return "\(privileges) on \(tables) of the schema \(VisibleText.quoted(grant.schema))"
        }
        if !scope.memberOf.isEmpty {
            may.append("be a member of \(VisibleText.list(scope.memberOf, conjunction: "and", limit: 8))")
        }
        let what = may.isEmpty ? "nothing but connect" : may.joined(separator: "; ")
        return CredentialPlan(
            revocability: .revokeWithSessions, lifetime: request.lifetime,
            summary: "a role in the database \(VisibleText.quoted(database)) at \(host):\(port) that may: \(what)",
            fields: ["username", "password"])
    }
}

extension VaultOptions {
    fileprivate func plan(_ scope: VaultScope, _ request: CredentialRequest) -> CredentialPlan {
        switch scope {
        case .stored(let mount, let path, let fields, false):
            CredentialPlan(
                revocability: .none, lifetime: nil,
                summary: "the stored secret `\(mount)/\(path)` of \(address), which nobody takes back",
                fields: fields)
        case .stored(let mount, let path, _, true):
            // What is unwrapped lives on, so the class is that of the secret and not of the token.
            CredentialPlan(
                revocability: .none, lifetime: nil,
                summary: "a token that unwraps the stored secret `\(mount)/\(path)` of \(address) once",
                fields: ["token"])
        case .database(let mount, let role):
            CredentialPlan(
                revocability: .revoke, lifetime: request.lifetime,
                summary: "a user of the role `\(role)` of `\(mount)` at \(address)",
                fields: ["username", "password"])
        case .certificate(let mount, let role, let commonName, _, _):
            CredentialPlan(
                revocability: .revoke, lifetime: request.lifetime,
                summary: "a certificate for \(VisibleText.quoted(commonName)) of the role `\(role)` of `\(mount)` at "
                    + "\(address)", fields: ["certificate", "key", "chain"])
        case .token(let policies, let uses):
            CredentialPlan(
                revocability: uses == 1 ? .singleUse : .revoke, lifetime: request.lifetime,
                summary: "a token of \(address) with "
                    + "\(VisibleText.list(policies, conjunction: "and", limit: 16))"
                    + (uses.map { ", for \($0) use\($0 == 1 ? "" : "s")" } ?? ""),
                fields: ["token"])
        }
    }
}

extension GitHubAppOptions {
    /// Installation tokens live for an hour, whatever one asks for.
    package static var lifetime: Duration { .seconds(3600) }

    fileprivate func plan(_ scope: GitHubAppScope, _ request: CredentialRequest) -> CredentialPlan {
        let permissions = scope.permissions.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.rawValue)" }
        return CredentialPlan(
            revocability: .revoke, lifetime: Self.lifetime,
            summary: "a token of \(api) for \(VisibleText.list(scope.repositories, conjunction: "and", limit: 8)) with "
                + permissions.joined(separator: ", "), fields: ["token"])
    }
}

extension OAuthOptions {
    fileprivate func plan(_ scope: OAuthScope, _ request: CredentialRequest) -> CredentialPlan {
        var parts: [String] = []
        if !scope.scopes.isEmpty { parts.append("scope " + scope.scopes.joined(separator: " ")) }
        if !scope.audiences.isEmpty { parts.append("for " + scope.audiences.joined(separator: ", ")) }
        if !scope.resources.isEmpty { parts.append("at " + scope.resources.joined(separator: ", ")) }
        let types = scope.details.compactMap { $0["type"]?.stringValue }
        if !types.isEmpty { parts.append("in detail " + types.joined(separator: ", ")) }
        let server = issuer ?? tokenEndpoint
        return CredentialPlan(
            revocability: isRevocable ? .revoke : .expiry, lifetime: lifetime,
            summary: VisibleText.line(
                "a token of \(server?.text ?? ""): \(parts.joined(separator: "; "))", limit: 600),
            fields: ["token"])
    }
}

extension STSOptions {
    fileprivate func plan(_ scope: STSScope, _ request: CredentialRequest) -> CredentialPlan {
        let statements = scope.statements.map { statement in
            statement.actions.joined(separator: ", ") + " on " + statement.resources.joined(separator: ", ")
        }
        return CredentialPlan(
            revocability: .expiry, lifetime: request.lifetime,
            summary: VisibleText.line(
                "a session of \(role) that may: \(statements.joined(separator: "; "))", limit: 600),
            fields: ["accessKeyId", "secretAccessKey", "sessionToken"])
    }
}
