import CSandbox
import Glibc
import LinuxIO
import MCP
import Manifests
@_spi(Launch) import Sandbox
import Store
import StrictJSON

/// `agentbox mcp --http`: the registry behind Streamable HTTP, for clients outside of every box. This process binds the
/// address and reads no byte of what comes: the socket that listens is handed to `agentbox-mcp-http` in a box, which
/// reaches nothing but the registry's own socket.
package enum HTTPServing {
    /// Where, and who may come.
    package struct Options: Sendable {
        /// `127.0.0.1:8931`
        package var address: String
        /// Where the bearer token is, or will be; nil makes one for this run, in the run's folder.
        package var tokenFile: String?
        /// `NAME:PORT` under which clients reach it from elsewhere. Any of them allows an address beyond the loopback.
        package var hosts: [String]

        package init(address: String, tokenFile: String?, hosts: [String]) {
            self.address = address
            self.tokenFile = tokenFile
            self.hosts = hosts
        }
    }

    private static let profile = "mcp-http"

    /// Serves until a signal comes, which it returns. `note` gets where, and where the token is.
    package static func serve(
        _ options: TaskRun.Options, _ server: Options, note: @escaping @Sendable (String) -> Void
    ) async throws -> Int32 {
        let address = try ListenAddress(server.address)
        guard address.isLoopback || !server.hosts.isEmpty else {
            throw RunError(
                "`\(server.address)` can be reached from other machines",
                remedy: "listen on 127.0.0.1, or name with --host the NAME:PORT under which clients reach it")
        }
        let watch = try InterruptionWatch()
        var options = options
        options.expectsManyCalls = true
        let run = try await TaskRun.open(options)
        for line in run.startNotes + run.serverNotes { note(line) }
        do {
            let edge = try await start(run, address, server, note)
            try await watch.run {
                let end = try await edge.process.wait()
                if Task.isCancelled { return }
                throw RunError("the process that serves HTTP ended by itself (\(end.cause))")
            }
            edge.serving.cancel()
            _ = await edge.serving.result
        } catch {
            if let problem = await run.end(["end": "failed", "reason": .string("\(error)")]) { note(problem) }
            throw error
        }
        let signal = watch.signal ?? SIGTERM
        if let problem = await run.end(["end": "interrupted", "signal": .integer(Int64(signal))]) {
            throw RunError(problem)
        }
        return signal
    }

    private struct Edge {
        let process: ConfinedProcess
        let serving: Task<Void, any Error>
    }

    private static func start(
        _ run: TaskRun, _ address: ListenAddress, _ server: Options, _ note: (String) -> Void
    ) async throws -> Edge {
        let path = server.tokenFile ?? run.directory.path + "/http-token"
        let token = try await BlockingPool.shared.run { () throws in try TokenFile.token(at: path) }
        let (listening, port) = try address.listen()
        let socket = try UnixSocket.listen(at: run.directory.socket)
        // The folder is the host user's alone; in the box another user may have to be able to connect.
        guard chmod(run.directory.socket, 0o666) == 0 else { throw SystemError.last("chmod", run.directory.socket) }
        let registry = MCPServer(
            RegistryProvider(run.registry),
            MCPServerSettings(info: Runs.implementation, instructions: Runs.instructions))
        let serving = Task { try await registry.listen(on: socket, connections: 64) }
        let hosts = MCPHTTP.loopbackHosts(port: port) + server.hosts
        let box = try box(run, listening, token.digest, hosts)
        let process = try await run.launcher.start(box)
        note(
            "serving at http://\(address.host):\(port)\(MCPHTTP.path); the bearer token is in \(path). The agent is not "
                + "confined: it runs as you and can act without agentbox (see `run`)")
        return Edge(process: process, serving: serving)
    }

    private static func box(
        _ run: TaskRun, _ listening: SharedDescriptor, _ token: Digest, _ hosts: [String]
    ) throws -> ConfinedSpecification {
        guard let name = ProfileName(profile) else { throw RunError("`\(profile)` is not a profile's name") }
        let program = run.installation.programs + "/" + MCPHTTP.program
        var box = ConfinedSpecification(
            profile: try run.manifests.profiles.resolve(name), identity: .make(),
            executable: VerifiedExecutable(try Descriptor.open(program, O_RDONLY).shared(), name: MCPHTTP.program),
            arguments: ["serve"])
        box.binds = [
            .init(
                try Descriptor.open(run.directory.socket, Int32(CS_O_PATH.rawValue)).shared(),
                at: RegistrySocket.viewPath)
        ]
        box.environment = [
            (RegistrySocket.variable, RegistrySocket.viewPath), (MCPHTTP.Variable.tokenDigest, token.hex),
            (MCPHTTP.Variable.hosts, hosts.joined(separator: ",")),
        ]
        box.input = listening
        return box
    }
}
