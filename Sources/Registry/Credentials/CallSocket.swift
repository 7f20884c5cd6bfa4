import Credentials
import Glibc
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox

/// A socket of one call, on which the host does with a secret what its protocol asks for.
struct CallSocket: Sendable {
    /// For the call's view.
    let bind: ConfinedSpecification.Bind
    private let server: SSHAgentServer

    /// What it is called inside.
    var path: String { bind.target }

    /// - Parameters:
    ///   - name: The credential's, for what it is called inside.
    ///   - hostPath: Where it is on the host: a name in a folder that no box sees.
    init(
        _ delivery: SocketDelivery, _ secret: Secret, name: String, hostPath: String
    ) throws(CredentialError) {
        guard delivery.kind == .sshAgent else {
            throw CredentialError(.unsupported, "this build serves no `\(delivery.kind.rawValue)` socket")
        }
        let agent = try SSHAgent(key: secret, hostKeys: delivery.hostKeys)
        do throws(SystemError) {
            server = try SSHAgentServer(agent, at: hostPath)
            let socket = try Descriptor.open(hostPath, pathOnly | O_NOFOLLOW).shared()
            bind = .init(socket, at: "/run/agentbox/\(delivery.kind.rawValue)-\(name).sock")
        } catch {
            throw CredentialError(.unsupported, "the socket of the ssh-agent cannot be made: \(error.message)")
        }
    }

    /// Ends what answers on it.
    func close() async { await server.close() }
}
