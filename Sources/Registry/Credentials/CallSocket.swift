import Credentials
import Glibc
import LinuxIO
import MCP
import Manifests
@_spi(Launch) import Sandbox

/// A socket of one call, on which the host does with a secret what its protocol asks for.
struct CallSocket: Sendable {
    /// For the call's view.
    let bind: ConfinedSpecification.Bind
    /// By which programs find it.
    let environment: [(String, String)]
    private let end: @Sendable () async -> Void

    /// An ssh-agent with one key, for one host.
    ///
    /// - Parameters:
    ///   - name: The credential's, for what it is called inside.
    ///   - hostPath: Where it is on the host: a name in a folder that no box sees.
    static func sshAgent(
        _ delivery: SocketDelivery, _ secret: Secret, name: String, hostPath: String
    ) throws(CredentialError) -> CallSocket {
        let agent = try SSHAgent(key: secret, hostKeys: delivery.hostKeys)
        do throws(SystemError) {
            let server = try SSHAgentServer(agent, at: hostPath)
            let socket = try Descriptor.open(hostPath, pathOnly | O_NOFOLLOW).shared()
            let path = "/run/agentbox/ssh-agent-\(name).sock"
            return CallSocket(bind: .init(socket, at: path), environment: [(delivery.variable, path)]) {
                await server.close()
            }
        } catch {
            throw CredentialError(.unsupported, "the socket of the ssh-agent cannot be made: \(error.message)")
        }
    }

    /// A PostgreSQL server that knows one role and one database, and asks for no password.
    static func postgres(
        _ delivery: SocketDelivery, _ one: CredentialStage.Issued, hostPath: String
    ) async throws(CredentialError) -> CallSocket {
        guard let source = one.source as? RemoteSource, let database = source.socketDatabase,
            let role = one.credential.fields["username"]?.withBytes({ String(validating: $0, as: UTF8.self) })
        else { throw CredentialError(.unsupported, "the source's credentials are no roles of PostgreSQL") }
        // Clients name the folder, and look for this in it.
        let folder = "/run/agentbox/postgres-\(one.resolved.template.name)"
        let listener: SharedDescriptor
        let bind: ConfinedSpecification.Bind
        do throws(SystemError) {
            listener = try UnixSocket.listen(at: hostPath)
            // The call is another user of this host, and finds it by its view alone: the folder is the owner's.
            guard chmod(hostPath, 0o666) == 0 else { throw SystemError.last("chmod", hostPath) }
            bind = .init(
                try Descriptor.open(hostPath, pathOnly | O_NOFOLLOW).shared(), at: folder + "/.s.PGSQL.5432")
        } catch {
            throw CredentialError(.unsupported, "the socket of postgres cannot be made: \(error.message)")
        }
        let session: PostgresSocketSession
        do throws(CredentialError) {
            session = try await source.serve(one.credential, on: listener)
        } catch {
            unlink(hostPath)
            throw error
        }
        let environment = [
            (delivery.variable, folder), ("PGPORT", "5432"), ("PGUSER", role), ("PGDATABASE", database),
        ]
        return CallSocket(bind: bind, environment: environment) {
            await session.close()
            unlink(hostPath)
        }
    }

    private init(
        bind: ConfinedSpecification.Bind, environment: [(String, String)], end: @escaping @Sendable () async -> Void
    ) {
        self.bind = bind
        self.environment = environment
        self.end = end
    }

    /// Ends what answers on it.
    func close() async { await end() }
}
