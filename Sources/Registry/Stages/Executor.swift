import Diagnostics
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox
import Store

/// The stage that does it: starts the call in a sandbox cut to its grants, and publishes what they cover of what it
/// wrote; or hands it to the tool server that offers the tool. The one place that starts calls.
struct Executor: Sendable {
    /// Where the tool sets no limit.
    static let defaultTime = Duration.seconds(60)
    static let defaultOutput = ByteCount(1 << 20)

    let launcher: Launcher
    let workspace: WorkspaceRoot?
    let layers: RunLayers?
    let registrar: ToolRegistrar
    let rehearsal: Rehearsal?
    let servers: RunServers

    init(
        launcher: Launcher, workspace: WorkspaceRoot?, layers: RunLayers?, registrar: ToolRegistrar,
        rehearsal: Rehearsal?
    ) {
        self.launcher = launcher
        self.workspace = workspace
        self.layers = layers
        self.registrar = registrar
        self.rehearsal = rehearsal
        servers = RunServers(launcher: launcher, workspace: workspace, registrar: registrar)
    }

    /// Takes the call to its end.
    func run(_ call: borrowing AuthorisedCall) async -> Execution {
        switch call.tool.implementation {
        case .program: return await runProgram(call)
        // A server acts on its own account, watched or not.
        case .server where rehearsal != nil:
            return Execution(
                failure: Outcome.Failure(code: "no-rehearsal", message: "calls of a tool server cannot be rehearsed"))
        case .server(let server, let tool): return await serve(call, by: server, as: tool)
        }
    }

    /// Ends what lives longer than a call. To be called when the run ends.
    func finish() async { await servers.close() }

    /// When this returns the server is no longer at the call, or is no more.
    private func serve(
        _ call: borrowing AuthorisedCall, by registered: RegisteredServer, as tool: String
    ) async -> Execution {
        let server = servers.server(registered)
        let time = call.tool.tool.limits.time ?? Self.defaultTime
        var began = ContinuousClock.now
        func execution(_ reply: ServerReply) -> Execution {
            Execution(reply, of: call.resolved.definition, time: time, duration: began.duration(to: .now))
        }
        let connection: ServerConnection
        let starts: Int
        do {
            (connection, starts) = try await server.connection(servers.start(registered, for: call.resolved))
        } catch  where error.reason == .cancelled {
            return execution(.stopped(.cancellation))
        } catch {
            return Execution(error, wasStarted: error.isOfServersMaking)
        }
        began = .now
        let reply = await connection.call(call, as: tool, until: began + time)
        if connection.isOpen { await server.answered() }
        var execution = execution(reply)
        execution.service = Outcome.Service(server: registered.server.name.rawValue, start: starts)
        return execution
    }

    /// When this returns no process of the call is left, and its layer is published or gone.
    private func runProgram(_ call: borrowing AuthorisedCall) async -> Execution {
        do {
            let (layer, execution) = try await runProgram(
                of: call.tool, call.resolved, outputLimit: call.decision.outputLimit)
            return await finish(
                layer, execution, as: ChangeOrigin(tool: call.tool.tool.name.rawValue, call: call.name))
        } catch {
            return Self.failed(error)
        }
    }

    /// Runs a call on its copy of the workspace, and keeps that. Nil if it did not succeed, or changed nothing: then
    /// there is nothing to show.
    func rehearse(_ call: borrowing RehearsableCall) async -> RehearsedWrites? {
        guard
            let (layer, execution) = try? await runProgram(
                of: call.tool, call.resolved, outputLimit: call.decision.outputLimit), let layer
        else { return nil }
        guard let writes = await RehearsedWrites(layer, execution) else {
            await layer.discard()
            return nil
        }
        return writes
    }

    /// Publishes what a call did before people were asked: exactly that, if the workspace is still as it was.
    func publish(_ writes: RehearsedWrites, of call: borrowing AuthorisedCall) async -> Execution {
        await finish(
            writes.layer, writes.execution, as: ChangeOrigin(tool: call.tool.tool.name.rawValue, call: call.name))
    }

    /// When this returns no process of the call is left; its layer is as the call left it.
    private func runProgram(
        of tool: RegisteredTool, _ call: ResolvedCall, outputLimit: Int?
    ) async throws -> (WriteLayer?, Execution) {
        let identity = CallIdentity.make()
        let layer = try await layers?.prepare(
            for: call.grants, profile: call.definition.profile,
            owner: LayerOwner(user: identity.hostUser, group: identity.hostGroup))
        do {
            let specification = try await specification(of: tool, call, identity, layer, outputLimit: outputLimit)
            let report = try await run(specification, within: layer)
            return (layer, Execution(report, of: call.definition))
        } catch {
            await layer?.discard()
            throw error
        }
    }

    private static func failed(_ error: any Error) -> Execution {
        guard let error = error as? any Diagnostic else {
            return Execution(failure: Outcome.Failure(code: "internal-error", message: "\(error)"))
        }
        // What to do about it belongs to it: whoever reads the outcome is who can.
        let words = [error.message, error.remedy].compactMap(\.self).joined(separator: "; ")
        return Execution(failure: Outcome.Failure(code: error.code, message: words))
    }

    private func specification(
        of tool: RegisteredTool, _ call: ResolvedCall, _ identity: CallIdentity, _ layer: WriteLayer?,
        outputLimit: Int?
    ) async throws -> CallSpecification {
        let registered = try await BlockingPool.shared.run { [registrar] () throws(StoreError) in
            try registrar.open(tool.registration)
        }
        let limits = tool.tool.limits
        let output = limits.output ?? Self.defaultOutput
        var specification = CallSpecification(
            profile: call.definition.profile, identity: identity, executable: VerifiedExecutable(registered),
            arguments: call.words, time: limits.time ?? Self.defaultTime,
            output: min(output, outputLimit.map { ByteCount($0) } ?? output))
        specification.workspace = workspace
        specification.grants = call.grants
        specification.layer = layer?.mount
        specification.input = tool.tool.input == .stdin ? call.canonicalArguments : []
        specification.memory = limits.memory
        specification.toolFolder = registered.folder
        if let rehearsal {
            specification.profile = rehearsal.profile ?? specification.profile
            specification.isTraced = rehearsal.isTraced
        }
        return specification
    }

    /// Races the call with its layer: one that is filled beyond its limit ends the call.
    private func run(_ specification: CallSpecification, within layer: WriteLayer?) async throws -> CallReport {
        guard let layer else { return try await launcher.run(specification) }
        return try await withThrowingTaskGroup(of: CallReport?.self) { group in
            group.addTask { try await launcher.run(specification) }
            group.addTask {
                if await layer.waitUntilTooLarge() { throw LayerFilled() }
                return nil
            }
            do {
                // The watcher comes to an end before the call only by an error, or when both are cancelled.
                var report = try await group.next() ?? nil
                if report == nil { report = try await group.next() ?? nil }
                group.cancelAll()
                guard let report else { throw CancellationError() }
                return report
            } catch is LayerFilled {
                group.cancelAll()
                // Not before every process of the call is gone may its layer be looked at.
                while let result = await group.nextResult() { _ = result }
                throw Diagnosis.layerFilled
            }
        }
    }

    /// What the watcher of a layer ends a call with.
    private struct LayerFilled: Error {}

    private enum Diagnosis {
        static let layerFilled = RegistryError(
            .layerFilled,
            "the call wrote more than a call may: more files, deeper folders or more bytes; it was stopped")
    }

    /// Publishes the writes of a call that succeeded; those of any other are thrown away.
    private func finish(_ layer: WriteLayer?, _ execution: Execution, as origin: ChangeOrigin) async -> Execution {
        guard let layer else { return execution }
        var execution = execution
        do {
            let difference = try await layer.compare()
            execution.violations += difference.violations
        } catch {
            await layer.discard()
            execution.fail(error.code, error.message)
            return execution
        }
        guard execution.succeeded, rehearsal == nil else {
            await layer.discard()
            execution.publication = .discarded
            return execution
        }
        switch await layer.publish(as: origin) {
        case .published(let record):
            execution.publication = record.map { .published($0.changes) } ?? .nothing
        case .conflict(let path, let reason):
            execution.publication = .conflict(path: path, reason: reason)
        case .failed(let error):
            execution.publication = .discarded
            execution.fail(error.code, error.message)
        }
        return execution
    }
}

extension VerifiedExecutable {
    /// What registration pinned, as the sandbox starts it.
    package init(_ registered: RegisteredExecutable) {
        if let script = registered.script {
            self.init(
                interpreter: registered.descriptor, name: registered.name, options: registered.options, script: script)
        } else {
            self.init(registered.descriptor, name: registered.name)
        }
    }
}
