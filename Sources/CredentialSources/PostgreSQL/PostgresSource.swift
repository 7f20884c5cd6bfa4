import Credentials
import LinuxIO
import Manifests
import StrictJSON

/// Roles of PostgreSQL, one for each lease and named after it.
struct PostgresSource: ServedSource {
    private let options: PostgresOptions
    private let server: PostgresServer

    init(_ options: PostgresOptions, _ context: SourceContext) {
        self.options = options
        server = PostgresServer(options: options, context: context)
    }

    /// What a crash left behind is found by the lease alone.
    static func role(of lease: String) -> String { "agentbox_\(lease)" }

    func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential {
        let scope = try request.scope { json throws(ManifestErrors) in try PostgresScope(json) }
        let role = Self.role(of: request.lease)
        let password = RandomText.make()
        server.context.derived.insert(password)
        try await server.blocking { () throws(CredentialError) in
            let connection: PostgresConnection
            do throws(CredentialError) {
                connection = try server.administrate()
            } catch {
                throw error.leavingNothing()
            }
            do throws(PostgresConnection.Failure) {
                try PostgresRole(role, on: connection).create(scope, password: password, lifetime: request.lifetime)
            } catch {
                throw server.problem("make the role", error)
            }
        }
        return MintedCredential(
            fields: ["username": Secret(role), "password": Secret(password)],
            handle: LeaseHandle(lease: request.lease, details: ["role": .string(role)], scope: request.scope),
            expires: Timestamp.now().adding(request.lifetime))
    }

    func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError) {
        let role = Self.role(of: lease.lease)
        try await server.blocking { () throws(CredentialError) in
            let connection = try server.administrate()
            do throws(PostgresConnection.Failure) {
                let role = PostgresRole(role, on: connection)
                guard let number = try role.close() else { return }
                // What it owns in other databases keeps it, and can be dropped from within them only.
                for database in try role.otherDatabases() {
                    let other: PostgresConnection
                    do throws(CredentialError) {
                        other = try server.administrate(in: database)
                    } catch {
                        throw PostgresConnection.Failure(state: "", message: error.message, isAnswer: true)
                    }
                    try PostgresRole(role.name, on: other).dropOwned()
                }
                try role.drop()
                // One that had just been let in when the role was closed: it may do nothing any more, and goes too.
                try role.endSessions(of: number)
            } catch {
                throw server.problem("end the role \(role)", error)
            }
        }
    }

    func probe(
        _ lease: LeaseHandle, with credential: MintedCredential?
    ) async throws(CredentialError) -> ProbeResult {
        let role = Self.role(of: lease.lease)
        return try await server.blocking { () throws(CredentialError) in
            if let password = try credential?.text("password") {
                do throws(PostgresConnection.Failure) {
                    let connection = try server.connect(
                        as: role, password: password, to: options.database, settings: "")
                    _ = connection
                    return .accepted("the server let it in")
                } catch  where !error.isAnswer {
                    throw server.problem("answer", error)
                } catch {
                    // Too many connections, or a server that starts up, say nothing about the role: ask for it below.
                }
            }
            let connection = try server.administrate()
            do throws(PostgresConnection.Failure) {
                let role = PostgresRole(role, on: connection)
                guard try role.number() == nil else { return .accepted("the role is there") }
                return .refused(credential == nil ? "there is no such role" : "it was not let in, and the role is gone")
            } catch {
                throw server.problem("say whether the role is there", error)
            }
        }
    }
}

extension MintedCredential {
    /// A field as a text.
    func text(_ field: String) throws(CredentialError) -> String {
        guard let text = fields[field]?.withBytes({ String(validating: $0, as: UTF8.self) }) else {
            throw CredentialError(.malformed, "the credential has no `\(field)`")
        }
        return text
    }
}

extension MintedCredential? {
    /// A field of one that is ended by who shows it.
    ///
    /// - Throws: `CredentialError.lost` if nobody has it any more.
    func shown(_ field: String) throws(CredentialError) -> String {
        guard let credential = self else {
            throw CredentialError(
                .lost, "only who has it can end it, and nobody has it any more",
                remedy: "end it at the server, or wait until it expires")
        }
        return try credential.text(field)
    }
}
