import Credentials
import LinuxIO
import Manifests

/// A source that speaks with a server, as the host sees it: `CredentialProcess` does what it is asked.
package struct RemoteSource: CredentialSource {
    private let options: RemoteSourceOptions
    private let timeout: Duration
    private let secrets: @Sendable () async throws(CredentialError) -> [String: Secret]
    private let process: CredentialProcess

    /// - Parameters:
    ///   - options: What its manifest says.
    ///   - timeout: How long one of its answers may take.
    ///   - secrets: Reads what the options' references lead to, anew for each use.
    package init(
        _ options: RemoteSourceOptions, timeout: Duration, process: CredentialProcess,
        secrets: @escaping @Sendable () async throws(CredentialError) -> [String: Secret]
    ) {
        self.options = options
        self.timeout = timeout
        self.process = process
        self.secrets = secrets
    }

    package func plan(_ request: CredentialRequest) throws(CredentialError) -> CredentialPlan {
        try options.plan(request)
    }

    package func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential {
        let plan = try options.plan(request)
        guard case .minted(let credential) = try await perform(.mint(request)),
            credential.handle.lease == request.lease, Set(credential.fields.keys) == Set(plan.fields)
        else { throw stray() }
        return credential
    }

    package func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError) {
        guard case .revoked = try await perform(.revoke(lease, credential)) else {
            throw stray()
        }
    }

    package func probe(_ lease: LeaseHandle, with credential: MintedCredential?) async -> ProbeResult {
        do throws(CredentialError) {
            guard case .probed(let result) = try await perform(.probe(lease, credential)) else {
                throw stray()
            }
            return result
        } catch {
            return .unknown(error.message)
        }
    }

    /// Serves a PostgreSQL socket, on which who connects as the credential's role to its database is in without a password.
    func serve(
        _ credential: MintedCredential, on listener: SharedDescriptor
    ) async throws(CredentialError) -> PostgresSocketSession {
        guard case .postgres = options.server, let password = credential.fields["password"],
            let username = credential.fields["username"]?.withBytes({ String(validating: $0, as: UTF8.self) })
        else {
            throw CredentialError(
                .unsupported, "only roles of a source of type `postgres` can be used through a PostgreSQL socket",
                remedy: "deliver it by `file` or `memfd`")
        }
        // INVARIANT: of the source's own secrets none goes to a process that the call speaks with.
        let trust = try await secrets().filter { $0.key == "trust" }
        let scope: PostgresScope
        do throws(ManifestErrors) {
            scope = try PostgresScope(credential.handle.scope)
        } catch {
            throw CredentialError(.unsupported, error.message)
        }
        let message = PostgresSocketMessage(
            source: SourceCall(type: options.type.rawValue, options: options.written, secrets: trust),
            username: username, password: password, connections: scope.connections)
        return try await process.serve(message, on: listener)
    }

    /// The database that such a socket leads to; nil if there is none.
    var socketDatabase: String? {
        guard case .postgres(let options) = options.server else { return nil }
        return options.database
    }

    private func perform(_ action: SourceAction) async throws(CredentialError) -> SourceAnswer.Result {
        let known: [String: Secret]
        do throws(CredentialError) {
            known = try await secrets()
        } catch {
            throw error.leavingNothing()
        }
        let call = SourceCall(type: options.type.rawValue, options: options.written, secrets: known)
        return try await process.perform(action, by: call, within: timeout)
    }

    private func stray() -> CredentialError {
        CredentialError(.malformed, "agentbox-credentials answered something else than it was asked")
    }
}
