import CSandbox
import Glibc
import LinuxIO
import Manifests

/// Starts programs in boxes. It is the one place where a process that is not agentbox's own comes to life, and nobody
/// makes a launcher without a permit.
package final class Launcher: Sendable {
    private let initPath: String
    private let filters: FilterCache
    private let hostPaths: HostPathsCache
    private let hidden: [String]
    private let landlockABI: UInt32
    /// Nil: everything is built for each call.
    private let templates: TemplatePool?

    /// Standard error is kept up to this; the rest is dropped and the report says so.
    private static let errorOutputLimit = 256 << 10

    /// - Parameters:
    ///   - initPath: Where `agentbox-init` is.
    ///   - filters: Where compiled filters are kept.
    ///   - hidden: Folders that no box sees, such as `$AGENTBOX_HOME`.
    ///   - keepsTemplates: Keeps views of past calls ready for the next ones. Worth it where there will be many.
    package init(
        _ permit: LaunchPermit, initPath: String, filters: FilterCache, hidden: [String], keepsTemplates: Bool = false
    ) {
        templates = keepsTemplates ? TemplatePool(initPath: initPath) : nil
        self.initPath = initPath
        self.filters = filters
        self.hidden = hidden.map(HostPath.canonical)
        hostPaths = HostPathsCache(hidden: self.hidden)
        landlockABI = cs_landlock_abi()
    }

    /// Starts a program with the descriptors that the specification holds. Thrown errors and those of `wait()` mean
    /// that nothing was executed.
    ///
    /// - Parameter onListening: Takes the sockets on which the program reaches its destinations, if it has any. If it
    ///   throws the program ends.
    package func start(
        _ box: ConfinedSpecification, onListening: (@Sendable ([SharedDescriptor]) async throws -> Void)? = nil
    ) async throws(SandboxError) -> ConfinedProcess {
        let plans = try plans(of: box)
        let process = try await hand(plans, to: try startInit(requiresGroup: plans.requiresGroup))
        if let destinations = box.destinations { try await handOver(destinations, of: process, to: onListening) }
        return process
    }

    /// Runs one call to its end, everything built for it and thrown away after it. When it returns or throws, no
    /// process of the call is left and no descriptor. Cancelling the task kills the call.
    package func run(_ call: CallSpecification) async throws(SandboxError) -> CallReport {
        let clock = ContinuousClock.now
        guard !Task.isCancelled else { throw SandboxError(.cancelled, "the call was cancelled before it started") }
        let (process, output, errorOutput, view) = try await start(call)
        defer { if let templates { Task { await templates.prepare(view) } } }
        if let destinations = call.destinations { try await handOver(destinations, of: process, to: call.onListening) }
        let deadline = clock + call.time
        let stopped = Locked<Set<OutputCollector.StopReason>>([])
        // The kernel killed one process of a call that is over its memory: what is left of it is no call.
        process.group?.group.onExhaustion { process.kill() }
        defer { process.group?.group.onExhaustion(nil) }
        let stop: @Sendable (OutputCollector.StopReason) -> Void = { reason in
            stopped.withLock { _ = $0.insert(reason) }
            process.kill()
        }
        // Both pipes end when the call does, and before that nobody need listen to init: what it says is read then.
        let collector = OutputCollector(
            output: output, limit: call.output.bytes, errorOutput: errorOutput, limit: Self.errorOutputLimit)
        let collected = await withTaskCancellationHandler {
            await collector.collect(until: deadline, stop: stop)
        } onCancel: {
            stop(.cancellation)
        }
        // A layer may be looked at only once nothing is mounted on it any more.
        let end = try await process.wait(until: deadline, awaitsTeardown: call.layer != nil)
        return CallReport(
            end, of: call, output: collected.output, errorOutput: collected.errorOutput,
            stopped: stopped.withLock { $0 },
            duration: clock.duration(to: .now))
    }

    /// Nothing that the call sends meanwhile is lost: it waits in the sockets.
    private func handOver(
        _ destinations: CallDestinations, of process: ConfinedProcess,
        to taker: (@Sendable ([SharedDescriptor]) async throws -> Void)?
    ) async throws(SandboxError) {
        let sockets = try await process.listeners(destinations.listeners.count)
        do {
            try await taker?(sockets)
        } catch {
            process.kill()
            _ = try? await process.wait()
            if let error = error as? SandboxError { throw error }
            throw SandboxError(.egressFailed, "the call has no broker to connect through: \(error)")
        }
    }

    private func plans(of box: ConfinedSpecification) throws(SandboxError) -> ConfinedPlans {
        try HostCapabilities.require(box.profile, landlockABI: landlockABI)
        return try ConfinedPlans(
            box, host: try hostPaths.paths(reading: box.profile.read), filter: try filters.entry(for: box.profile),
            landlockABI: landlockABI, hidden: hidden)
    }

    private func hand(_ plans: ConfinedPlans, to process: InitProcess) async throws(SandboxError) -> ConfinedProcess {
        let call = try plans.call(in: process.group, own: 2)
        try await process.control.sendToNew(MESSAGE_VIEW, try plans.view.sealed())
        try await process.control.sendToNew(MESSAGE_CALL, call)
        return ConfinedProcess(process, names: SetupNames(plans))
    }

    /// Nil if it died before there was a call for it, and nothing was done.
    private func handToSpare(_ plans: ConfinedPlans, _ spare: InitProcess) async throws(SandboxError)
        -> ConfinedProcess?
    {
        let (view, call) = (try plans.view.sealed(), try plans.call(in: spare.group, own: 2))
        do {
            try await spare.control.send(MESSAGE_VIEW, view)
            try await spare.control.send(MESSAGE_CALL, call)
        } catch {
            return nil
        }
        return ConfinedProcess(spare, names: SetupNames(plans))
    }

    /// An `agentbox-init` for one call, in a group of its own where there can be one.
    private func startInit(requiresGroup: Bool) throws(SandboxError) -> InitProcess {
        let group = try ControlGroups.take(isRequired: requiresGroup)
        do {
            return try InitProcess(path: initPath, in: group)
        } catch {
            // A group that lets nobody in is as good as none, and the outcome says so.
            if requiresGroup || group == nil { throw error }
            return try InitProcess(path: initPath)
        }
    }

    /// Hands the call to a slot that is ready; nil if there is none, and nothing was done.
    private func handToSlot(_ plans: ConfinedPlans) async throws(SandboxError) -> ConfinedProcess? {
        guard let templates, plans.view.isReusable, let slot = await templates.take(plans.view) else { return nil }
        guard slot.group != nil || !plans.requiresGroup else { return nil }
        let sealed = try plans.call(in: slot.group, own: 1)
        do {
            try await slot.control.send(MESSAGE_CALL, sealed)
        } catch {
            // It died before there was a call for it.
            await templates.forget(plans.view)
            return nil
        }
        return ConfinedProcess(slot, names: SetupNames(plans))
    }

    /// Starts the call with pipes for what it writes. Their write ends are init's alone when this returns.
    private func start(
        _ call: CallSpecification
    ) async throws(SandboxError) -> (
        ConfinedProcess, output: SharedDescriptor, errorOutput: SharedDescriptor, view: ViewPlan
    ) {
        // Where nothing can be ready init starts while the plans for it are written.
        let nothingReady = await templates?.isEmpty ?? true
        let requiresGroup = call.profile.isolation.contains(.cgroup)
        let isUnserved = nothingReady || call.layer != nil
        let spare = isUnserved ? await templates?.takeSpare(inGroup: requiresGroup) : nil
        var starting = isUnserved && spare == nil ? try startInit(requiresGroup: requiresGroup) : nil
        var box = ConfinedSpecification(
            profile: call.profile, identity: call.identity, executable: call.executable, arguments: call.arguments)
        box.workspace = call.workspace
        box.grants = call.grants
        box.layer = call.layer
        box.files = call.files
        box.binds += call.sockets
        box.destinations = call.destinations
        box.environment = call.environment
        box.memory = call.memory
        // The loopback is the call's own: where the filter gives it sockets of the internet, they are for that.
        box.refusesTCP = !call.profile.allowsInternetSockets && call.destinations == nil
        box.listening = call.isTraced ? .everything : Listening(reportingOf: call.profile)
        box.holdsStreams = true
        if let folder = call.toolFolder { box.binds.append(.init(folder, at: VerifiedExecutable.toolFolder)) }
        do {
            if !call.input.isEmpty { box.input = try Self.memory(call.input) }
            var output = try Descriptor.pipe()
            var errorOutput = try Descriptor.pipe()
            let readers = (output.takeFirst().shared(), errorOutput.takeFirst().shared())
            try readers.0.setNonblocking(true)
            try readers.1.setNonblocking(true)
            box.output = output.takeSecond().shared()
            box.errorOutput = errorOutput.takeSecond().shared()
            let plans = try plans(of: box)
            var process = starting == nil && spare == nil ? try await handToSlot(plans) : nil
            if let spare { process = try await handToSpare(plans, spare) }
            if process == nil {
                if starting == nil { starting = try startInit(requiresGroup: requiresGroup) }
                if let starting { process = try await hand(plans, to: starting) }
            }
            guard let process else { throw SandboxError(.systemFailure, "the call has no process to serve it") }
            return (process, readers.0, readers.1, plans.view)
        } catch let error as SystemError {
            throw SandboxError("make the pipes of the call", error)
        } catch let error as SandboxError {
            throw error
        } catch {
            throw SandboxError(.systemFailure, "could not start the call: \(error)")
        }
    }

    /// Standard input as a file that nobody can change: a tool that never reads it holds nobody up.
    private static func memory(_ bytes: [UInt8]) throws(SystemError) -> SharedDescriptor {
        let raw = bytes.withUnsafeBytes { cs_memfd_sealed("agentbox-input", $0.baseAddress, $0.count) }
        guard raw >= 0 else { throw SystemError.last("memfd_create") }
        return Descriptor(owning: raw).shared()
    }
}
