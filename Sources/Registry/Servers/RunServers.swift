import Hosts
import LinuxIO
import MCP
import Manifests
@_spi(Launch) import Sandbox
import Store

/// The tool servers of one run.
final class RunServers: Sendable {
    /// What servers are told of their client.
    private static let implementation = Implementation(name: "agentbox", version: "1")

    private let launcher: Launcher
    private let workspace: WorkspaceRoot?
    private let registrar: ToolRegistrar
    private let servers = Locked<[ToolName: RunServer]>([:])

    init(launcher: Launcher, workspace: WorkspaceRoot?, registrar: ToolRegistrar) {
        self.launcher = launcher
        self.workspace = workspace
        self.registrar = registrar
    }

    /// The server, for the calls of one of its tools.
    func server(_ registered: RegisteredServer) -> RunServer {
        servers.withLock { servers in
            let name = registered.server.name
            let server = servers[name] ?? RunServer(registered.server)
            servers[name] = server
            return server
        }
    }

    /// What starts a server: in the sandbox of its profile, with the grants of its manifest, as the call that needs it
    /// first found them. They are literal, so another call would have found the same names.
    func start(_ registered: RegisteredServer, for call: ResolvedCall) -> RunServer.Start {
        { [launcher, workspace, registrar] () async throws(ServerError) in
            let executable: RegisteredExecutable
            do throws(StoreError) {
                executable = try await BlockingPool.shared.run { () throws(StoreError) in
                    try registrar.open(registered.registration)
                }
            } catch {
                throw ServerError(.notStarted, error.message, remedy: error.remedy)
            }
            let box = ConfinedSpecification(
                server: registered.server, executable, profile: call.definition.profile, grants: call.grants,
                workspace: workspace)
            return try await ServerConnection.open(
                box, by: launcher, ServerConnection.Settings(registered.server.limits), as: Self.implementation)
        }
    }

    /// Ends all of them. When this returns no process of any is left.
    func close() async {
        for server in servers.withLock({ Array($0.values) }) { await server.close() }
    }
}

extension ConfinedSpecification {
    /// The box of a tool server, but for its standard streams.
    package init(
        server: ToolServer, _ executable: RegisteredExecutable, profile: ResolvedProfile, grants: [ResolvedGrant],
        workspace: WorkspaceRoot?
    ) {
        self.init(
            profile: profile, identity: .make(), executable: VerifiedExecutable(executable),
            arguments: server.command.dropFirst().compactMap(\.literal))
        self.workspace = profile.workspace == .none ? nil : workspace
        self.grants = grants
        memory = server.limits.memory
        binds = [.init(executable.folder, at: VerifiedExecutable.toolFolder)]
        refusesTCP = !profile.allowsInternetSockets
        listens = LoopbackPort.open(to: grants, under: profile)
    }
}
