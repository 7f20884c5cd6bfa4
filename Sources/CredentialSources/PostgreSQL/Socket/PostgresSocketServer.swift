import CSandbox
import Credentials
import Glibc
import LinuxIO
import Manifests

/// Serves the PostgreSQL socket of one call. Its process is the call's alone, holds its role's password and no other
/// secret, and goes with it.
package enum PostgresSocketServer {
    /// The word that `agentbox-credentials` is started with for this.
    package static let word = "postgres-socket"

    /// Serves the host on standard input until it goes.
    package static func main() -> Never {
        signal(SIGPIPE, SIG_IGN)
        var bytes = [UInt8](repeating: 0, count: SourceMessage.mostBytes)
        var listener: Int32 = -1
        var found = 0
        let size = cs_receive(STDIN_FILENO, &bytes, bytes.count, &listener, 1, &found, 0)
        guard size > 0, found == 1, let message = PostgresSocketMessage(Array(bytes.prefix(size))) else { exit(1) }
        explicit_bzero(&bytes, size)
        do throws(CredentialError) {
            let serving = try Serving(message)
            answer(PostgresSocketAnswer())
            startThread(named: "agentbox-accept") { [listener] in serving.accept(on: listener) }
        } catch {
            answer(PostgresSocketAnswer(refusal: error.message))
        }
        // Nothing more is said: the end of the connection is the end of the call.
        var byte: UInt8 = 0
        while read(STDIN_FILENO, &byte, 1) < 0, errno == EINTR {}
        exit(0)
    }

    private static func answer(_ answer: PostgresSocketAnswer) {
        let bytes = answer.encoded()
        guard cs_send(STDIN_FILENO, bytes, bytes.count, nil, 0) == 0 else { exit(1) }
    }

    private struct Serving: Sendable {
        let server: PostgresServer
        let role: String
        let password: String
        let sessions: OpenSessions
        let clients = Locked(0)
        /// Besides the sessions there are those that cancel, and those that have not said yet what they are.
        let most: Int

        init(_ message: PostgresSocketMessage) throws(CredentialError) {
            let context = SourceContext(
                secrets: message.source.secrets, deadline: .now + .seconds(366 * 86_400), derived: DerivedSecrets())
            let options: RemoteSourceOptions?
            do throws(ManifestErrors) {
                options = try RemoteSourceOptions(message.source.options, of: .postgres)
            } catch {
                throw CredentialError(.unconfigured, error.message)
            }
            guard case .postgres(let options)? = options.map(\.server) else {
                throw CredentialError(.unconfigured, "the source is no PostgreSQL server")
            }
            server = PostgresServer(options: options, context: context)
            role = message.username
            password = try MintedCredential(
                fields: ["password": message.password], handle: LeaseHandle(lease: "", scope: nil), expires: nil
            ).text("password")
            sessions = OpenSessions(most: message.connections)
            most = message.connections + 8
        }

        func accept(on listener: Int32) -> Never {
            while true {
                var entry = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
                guard poll(&entry, 1, -1) > 0 else { continue }
                let raw = Glibc.accept(listener, nil, nil)
                guard raw >= 0 else {
                    // Attack: whoever uses up descriptors gets nobody to spin.
                    if errno != EINTR { usleep(50_000) }
                    continue
                }
                let client = Descriptor(owning: raw).shared()
                let isIn = clients.withLock { clients in
                    guard clients < most else { return false }
                    clients += 1
                    return true
                }
                // Whoever comes too many is hung up on.
                guard isIn else { continue }
                startThread(named: "agentbox-relay") {
                    PostgresClient(
                        socket: client.raw, server: server, role: role, password: password, sessions: sessions
                    ).serve()
                    withExtendedLifetime(client) {}
                    clients.withLock { $0 -= 1 }
                }
            }
        }
    }
}
