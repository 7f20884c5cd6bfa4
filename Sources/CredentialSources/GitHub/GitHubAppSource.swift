import Credentials
import JWTKit
import LinuxIO
import Manifests
import NIOHTTP1
import StrictJSON

/// Tokens of an installation of a GitHub App, for some of its repositories with some of its permissions.
struct GitHubAppSource: ServedSource {
    private let options: GitHubAppOptions
    private let context: SourceContext

    init(_ options: GitHubAppOptions, _ context: SourceContext) {
        self.options = options
        self.context = context
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ token: String, _ body: JSON? = nil, by caller: HTTPCaller
    ) async throws(CredentialError) -> HTTPReply {
        var headers = [
            ("authorization", "Bearer \(token)"), ("accept", "application/vnd.github+json"),
            ("x-github-api-version", "2022-11-28"),
        ]
        if body != nil { headers.append(("content-type", "application/json")) }
        return try await caller.send(
            method, "\(options.api.text)\(path)", headers: headers, body: body?.encoded())
    }

    private func refusal(_ reply: HTTPReply, _ what: String) -> CredentialError {
        CredentialError(
            reply.code,
            "\(reply.place) refused \(what): \(reply.json?["message"]?.stringValue ?? "status \(reply.status)")",
            remedy: reply.status == 401
                ? "see whether `app` and `key` belong together, and whether the clock is right" : nil,
            leavesNothing: reply.leavesNothing)
    }

    func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential {
        let scope = try request.scope { json throws(ManifestErrors) in try GitHubAppScope(json) }
        let proof = try await AssertionSigner.github(app: options.app, key: try context.text("key"))
        context.derived.insert(proof)
        return try await HTTPCaller.with(context) { (caller) throws(CredentialError) in
            let body: JSON = [
                "repositories": .array(scope.repositories.map(JSON.string)),
                "permissions": .object(
                    JSONObject(
                        uniqueMembers: scope.permissions.sorted { $0.key < $1.key }.map {
                            ($0.key, JSON.string($0.value.rawValue))
                        })),
            ]
            let path = "/app/installations/\(options.installation)/access_tokens"
            let reply = try await send(.POST, path, proof, body, by: caller)
            guard reply.status == 201 else { throw refusal(reply, "a token") }
            let answer = try reply.object()
            let token = try HTTPReply.text(answer, "token", of: reply.place)
            context.derived.insert(token)
            let expires: Timestamp
            do throws(CredentialError) {
                expires = try check(answer, scope, reply.place)
            } catch {
                // It must not stay alive for being more than was asked for.
                let reply = try? await send(.DELETE, "/installation/token", token, by: caller)
                throw reply?.status == 204 ? error.leavingNothing() : error
            }
            return MintedCredential(
                fields: ["token": Secret(token)],
                handle: LeaseHandle(
                    lease: request.lease, details: ["expires": .string(expires.description)], scope: request.scope),
                expires: expires)
        }
    }

    /// Attack: a server that gives more than it was asked for, or for longer.
    private func check(
        _ answer: JSON, _ scope: GitHubAppScope, _ place: String
    ) throws(CredentialError) -> Timestamp {
        for (name, given) in answer["permissions"]?.objectValue ?? JSONObject() {
            let access = given.stringValue.flatMap { GitHubAppScope.Access(rawValue: $0) }
            // Every token can read a repository's name and owner.
            let asked = scope.permissions[name] ?? (name == "metadata" ? .read : nil)
            guard let access, let asked, access <= asked else {
                throw CredentialError(.malformed, "\(place) gave a token with more permissions than were asked for")
            }
        }
        let asked = Set(scope.repositories.map { $0.lowercased() })
        let given = (answer["repositories"]?.arrayValue ?? []).map { $0["name"]?.stringValue?.lowercased() ?? "" }
        guard answer["repository_selection"]?.stringValue == "selected", asked.isSuperset(of: given) else {
            throw CredentialError(.malformed, "\(place) gave a token for other repositories than were asked for")
        }
        let text = try HTTPReply.text(answer, "expires_at", of: place)
        let most = Timestamp.now().adding(GitHubAppOptions.lifetime + .seconds(300))
        guard let expires = Timestamp(rfc3339: text), expires <= most else {
            throw CredentialError(
                .malformed, "\(place) gave a token that lives longer than an hour, or the clocks differ")
        }
        return expires
    }

    func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError) {
        let token = try credential.shown("token")
        try await HTTPCaller.with(context) { (caller) throws(CredentialError) in
            let reply = try await send(.DELETE, "/installation/token", token, by: caller)
            guard reply.status == 204 || reply.status == 401 else { throw refusal(reply, "to end a token") }
        }
    }

    func probe(
        _ lease: LeaseHandle, with credential: MintedCredential?
    ) async throws(CredentialError) -> ProbeResult {
        guard let token = try credential?.text("token") else {
            return .unknown("nobody has the token any more; it dies within an hour of when it was made")
        }
        return try await HTTPCaller.with(context) { (caller) throws(CredentialError) in
            let reply = try await send(.GET, "/installation/repositories?per_page=1", token, by: caller)
            if reply.isSuccess { return .accepted("it lists the installation's repositories") }
            return reply.status == 401
                ? .refused("the interface does not know it any more") : .unknown("status \(reply.status)")
        }
    }
}
