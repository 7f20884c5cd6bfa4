import Diagnostics
import Egress
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
    /// Nil: no call connects to anything.
    let egress: EgressBroker?
    /// Nil: no call is issued anything.
    let credentials: CredentialStage?

    init(
        launcher: Launcher, workspace: WorkspaceRoot?, layers: RunLayers?, registrar: ToolRegistrar,
        egress: EgressBroker?, credentials: CredentialStage?, rehearsal: Rehearsal?
    ) {
        self.credentials = credentials
        self.egress = egress
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
    func finish() async {
        await servers.close()
        await layers?.finish()
        await egress?.close()
        await credentials?.finish()
    }

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
        let issued: [CredentialStage.Issued]
        do {
            issued = try await issue(call)
        } catch {
            return Self.failed(error)
        }
        var execution: Execution
        var injections: [InjectionReport] = []
        var layer: WriteLayer?
        do {
            (layer, execution) = try await runProgram(
                of: call.tool, call.resolved, outputLimit: call.decision.outputLimit, issued, &injections)
        } catch {
            execution = Self.failed(error)
        }
        // INVARIANT: nothing of the call is left that could use them, and nothing of it counts before they are ended.
        execution.add(await credentials?.end(issued) ?? [], injections)
        return await finish(layer, execution, as: ChangeOrigin(tool: call.tool.tool.name.rawValue, call: call.name))
    }

    /// What the call needs, issued to it alone.
    private func issue(_ call: borrowing AuthorisedCall) async throws -> [CredentialStage.Issued] {
        let wanted = call.resolved.credentials
        guard !wanted.isEmpty else { return [] }
        if let rehearsal {
            if rehearsal.isCutOff { return [] }
            throw RegistryError(
                .noRehearsal, "a call that is issued credentials cannot be rehearsed: nobody asked for what it would do"
            )
        }
        guard let credentials else {
            throw RegistryError(.noRehearsal, "no credentials are issued here, and the call needs some")
        }
        return try await credentials.issue(wanted, for: call.binding)
    }

    /// Runs a call on its copy of the workspace, and keeps that if it succeeded and changed something.
    func rehearse(_ call: borrowing RehearsableCall) async -> RehearsedCall {
        let layer: WriteLayer?
        let execution: Execution
        do {
            var none: [InjectionReport] = []
            (layer, execution) = try await runProgram(
                of: call.tool, call.resolved, outputLimit: call.decision.outputLimit, [], &none)
        } catch {
            return .failed(Self.failed(error).failure?.message ?? "it could not be run")
        }
        if let layer, let writes = await RehearsedWrites(layer, execution) { return .writes(writes) }
        await layer?.discard()
        guard !execution.succeeded else { return .nothing }
        if case .exited(let status) = execution.report?.end, status != 0 { return .failed("exit \(status)") }
        return .failed(execution.failure?.message ?? "it did not come to its end")
    }

    /// Publishes what a call did before people were asked: exactly that, if the workspace is still as it was.
    func publish(_ writes: RehearsedWrites, of call: borrowing AuthorisedCall) async -> Execution {
        await finish(
            writes.layer, writes.execution, as: ChangeOrigin(tool: call.tool.tool.name.rawValue, call: call.name))
    }

    /// When this returns no process of the call is left; its layer is as the call left it.
    private func runProgram(
        of tool: RegisteredTool, _ call: ResolvedCall, outputLimit: Int?, _ issued: [CredentialStage.Issued],
        _ injections: inout [InjectionReport]
    ) async throws -> (WriteLayer?, Execution) {
        let identity = CallIdentity.make()
        let registered = try await BlockingPool.shared.run { [registrar] () throws(StoreError) in
            try registrar.open(tool.registration)
        }
        let given = try await CallCredentials(issued) { credentials?.socketPath() ?? "" }
        let session: NetworkSession?
        do {
            session = try await self.session(for: call, of: registered, injecting: given.injections)
        } catch {
            await given.close()
            throw error
        }
        var layer: WriteLayer?
        do {
            layer = try await layers?.prepare(
                for: call.grants, profile: call.definition.profile,
                owner: LayerOwner(user: identity.hostUser, group: identity.hostGroup))
            var specification = specification(of: tool, registered, call, identity, layer, outputLimit: outputLimit)
            specification.environment += given.environment
            specification.files = given.files
            specification.sockets = given.sockets.map(\.bind)
            if let observer = rehearsal?.environmentObserver { specification.observeEnvironment(by: observer) }
            if let session { try Self.connect(&specification, through: session) }
            if !issued.isEmpty { credentials?.delivered() }
            let report = try await run(specification, within: layer, through: session)
            var execution = Execution(report, of: call.definition)
            injections = await end(session, &execution)
            await given.close()
            return (layer, execution)
        } catch {
            _ = await session?.close()
            await given.close()
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

    private static func connect(_ specification: inout CallSpecification, through session: NetworkSession) throws {
        specification.destinations = session.places
        specification.environment += session.places.environment
        if let bundle = session.trustBundle {
            let path = try specification.files.add(TrustVariables.file, try SealedMemory(bundle))
            specification.environment += TrustVariables.names.map { ($0, path) }
        }
        specification.onListening = { sockets in try await session.open(sockets) }
    }

    private func session(
        for call: ResolvedCall, of registered: RegisteredExecutable, injecting injections: [Injection]
    ) async throws -> NetworkSession? {
        guard call.grants.contains(where: { $0.destination != nil }) else { return nil }
        if let rehearsal {
            if rehearsal.isCutOff { return nil }
            throw RegistryError(
                .noRehearsal, "a call that connects cannot be rehearsed: what it sends cannot be taken back")
        }
        guard let egress else {
            throw RegistryError(.egressFailed, "there is no egress broker here, and the call has `connect` grants")
        }
        do {
            return try await egress.session(for: call, injecting: injections) { try await registered.trust($0) }
        } catch let error as any Diagnostic {
            throw RegistryError(
                .egressFailed, "the egress broker cannot be started: \(error.message)", remedy: error.remedy)
        }
    }

    /// What the call did with its destinations, which is over now.
    private func end(_ session: NetworkSession?, _ execution: inout Execution) async -> [InjectionReport] {
        guard let session else { return [] }
        guard let report = await session.close() else {
            execution.fail(
                "egress-failed", "what the call connected through died: what it sent and received is unknown")
            return []
        }
        execution.egress = report.egress.filter { $0.destination != nil }
        execution.violations += report.egress.flatMap(\.violations)
        return report.injections
    }

    private func specification(
        of tool: RegisteredTool, _ registered: RegisteredExecutable, _ call: ResolvedCall, _ identity: CallIdentity,
        _ layer: WriteLayer?, outputLimit: Int?
    ) -> CallSpecification {
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

    /// Races the call with its layer, which ends the call if it is filled beyond its limit, and with its broker.
    private func run(
        _ specification: CallSpecification, within layer: WriteLayer?, through session: NetworkSession?
    ) async throws -> CallReport {
        guard layer != nil || session != nil else { return try await launcher.run(specification) }
        return try await withThrowingTaskGroup(of: CallReport?.self) { group in
            group.addTask { try await launcher.run(specification) }
            if let layer {
                group.addTask {
                    if await layer.waitUntilTooLarge() { throw LayerFilled() }
                    return nil
                }
            }
            if let session {
                group.addTask {
                    if let how = await session.waitUntilBroken() { throw BrokerLost(how: how) }
                    return nil
                }
            }
            do {
                // A watcher comes to an end before the call only by an error, or when all are cancelled.
                var report: CallReport?
                while report == nil, let next = try await group.next() { report = next }
                group.cancelAll()
                guard let report else { throw CancellationError() }
                return report
            } catch is LayerFilled {
                group.cancelAll()
                // Not before every process of the call is gone may its layer be looked at.
                while let result = await group.nextResult() { _ = result }
                throw Diagnosis.layerFilled
            } catch let lost as BrokerLost {
                group.cancelAll()
                while let result = await group.nextResult() { _ = result }
                throw Diagnosis.brokerLost(lost.how)
            }
        }
    }

    /// What the watcher of a layer ends a call with.
    private struct LayerFilled: Error {}
    /// And this with what happened to what it connected through.
    private struct BrokerLost: Error {
        let how: String
    }

    private enum Diagnosis {
        static let layerFilled = RegistryError(
            .layerFilled,
            "the call wrote more than a call may: more files, deeper folders or more bytes; it was stopped")
        static func brokerLost(_ how: String) -> RegistryError {
            RegistryError(
                .egressFailed, "\(how), while the call ran, which was stopped",
                remedy: "call again: the next call starts another")
        }
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
        // Cancelled or revoked after the program had ended: nothing of it is to be seen.
        if Task.isCancelled, execution.succeeded {
            execution.fail("cancelled", "the call was cancelled before what it wrote was published")
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
