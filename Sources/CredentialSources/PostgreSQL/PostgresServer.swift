import Credentials
import Crypto
import Glibc
import LinuxIO
import Manifests

/// How a server is connected to.
struct PostgresServer: Sendable {
    let options: PostgresOptions
    let context: SourceContext

    /// Connects as who makes the roles.
    func administrate(in database: String? = nil) throws(CredentialError) -> PostgresConnection {
        let password = options.password == nil ? nil : try context.text("password")
        do throws(PostgresConnection.Failure) {
            return try connect(
                as: options.user, password: password, to: database ?? options.database,
                // Attack: a role makes functions and operators of its own in a schema that is searched.
                settings: "-c search_path=pg_catalog -c lock_timeout=10s -c statement_timeout=15s")
        } catch {
            throw problem("connect", error)
        }
    }

    func connect(
        as user: String, password: String?, to database: String, settings: String
    ) throws(PostgresConnection.Failure) -> PostgresConnection {
        try PostgresConnection(
            try parameters(user, password, database) + [("options", settings)], until: context.deadline)
    }

    /// libpq's parameters: everything that it would take from the environment or from files is said.
    func parameters(
        _ user: String, _ password: String?, _ database: String
    ) throws(PostgresConnection.Failure) -> [(String, String)] {
        var parameters = [
            ("host", options.host), ("port", String(options.port)), ("dbname", database), ("user", user),
            ("application_name", "agentbox"), ("client_encoding", "UTF8"), ("passfile", "/dev/null/none"),
            ("gssencmode", "disable"), ("sslcert", ""), ("sslkey", ""),
        ]
        if let password { parameters.append(("password", password)) }
        switch options.tls {
        case .none: parameters.append(("sslmode", "disable"))
        case .verifyFull:
            let roots = try TrustFile.path(of: context.secrets["trust"])
            parameters += [("sslmode", "verify-full"), ("sslrootcert", roots), ("ssl_min_protocol_version", "TLSv1.2")]
        }
        return parameters
    }

    func problem(_ what: String, _ failure: PostgresConnection.Failure) -> CredentialError {
        let place = "\(options.host):\(options.port)"
        return CredentialError(
            failure.isAnswer ? .refused : .unreachable,
            "PostgreSQL at \(place) did not \(what): \(failure.message)"
                + (failure.state.isEmpty ? "" : " (\(failure.state))"))
    }

    /// Runs what blocks where it may.
    func blocking<Success: Sendable>(
        _ work: @escaping @Sendable () throws(CredentialError) -> Success
    ) async throws(CredentialError) -> Success {
        do throws(CredentialError) { try context.requireTime() } catch { throw error.leavingNothing() }
        return try await PostgresThreads.run(work)
    }
}

/// Threads for libpq, one for each thing that is under way: a server that does not answer holds up nobody else.
enum PostgresThreads {
    static func run<Success: Sendable>(
        _ work: @escaping @Sendable () throws(CredentialError) -> Success
    ) async throws(CredentialError) -> Success {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Success, CredentialError>, Never>) in
            startThread(named: "agentbox-pq") {
                do throws(CredentialError) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}

/// Roots of certificates as libpq wants them: in a file.
enum TrustFile {
    private static let system = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]

    static func path(of trust: Secret?) throws(PostgresConnection.Failure) -> String {
        guard let trust else {
            guard let found = system.first(where: { access($0, R_OK) == 0 }) else {
                throw PostgresConnection.Failure(
                    state: "", message: "this host has no roots of certificates", isAnswer: false)
            }
            return found
        }
        // In the box's own /tmp, which is memory; it goes with the process, and is no secret.
        let digest = trust.withBytes { SHA256.hash(data: $0) }
        let path = "/tmp/roots-\(digest.map { String($0, radix: 16) }.joined(separator: "-")).pem"
        if access(path, R_OK) == 0 { return path }
        let temporary = path + ".\(UInt64.random(in: .min ... .max))"
        do throws(SystemError) {
            let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            try file.writeAll(trust.withBytes { Array($0) })
        } catch {
            throw PostgresConnection.Failure(state: "", message: "\(error)", isAnswer: false)
        }
        rename(temporary, path)
        return path
    }
}
