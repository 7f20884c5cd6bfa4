import CSandbox
import Glibc
import Hosts
import LinuxIO
import Manifests

/// Starts programs in boxes. It is the one place where a process that is not agentbox's own comes to life, and nobody
/// makes a launcher without a permit.
package final class Launcher: Sendable {
    private let initPath: String
    private let filters: FilterCache
    private let hostPaths: HostPathsCache
    private let places = ExecutablePlaces()
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
        // Whoever makes a launcher has something to launch, and a group takes its time to be made.
        Task.detached { await BlockingPool.shared.run { ControlGroups.prepare() } }
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
        let (handed, view) = try await start(call)
        let process = handed.process
        // Whoever waits for the call's end need not wait for its descriptors to be closed.
        defer { if let templates { Task { await templates.prepare(view, after: handed) } } }
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
            output: handed.streams.output, limit: call.output.bytes, errorOutput: handed.streams.errorOutput,
            limit: Self.errorOutputLimit)
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
            box, host: try hostPaths.paths(reading: box.profile.read),
            executablePath: try places.path(of: box.executable.descriptor), filter: try filters.entry(for: box.profile),
            landlockABI: landlockABI, hidden: hidden)
    }

    private func hand(_ plans: ConfinedPlans, to process: InitProcess) async throws(SandboxError) -> ConfinedProcess {
        let call = try plans.call(in: process.group, own: 2)
        try await process.control.sendToNew(MESSAGE_VIEW, try plans.view.sealed())
        try await process.control.sendToNew(MESSAGE_CALL, call)
        return ConfinedProcess(process, names: SetupNames(plans))
    }

    /// A call that was handed over, and what it writes.
    private struct Handed {
        let process: ConfinedProcess
        let streams: (output: SharedDescriptor, errorOutput: SharedDescriptor)

        init(_ process: ConfinedProcess, _ streams: CallStreams) {
            self.process = process
            self.streams = (streams.output.reader, streams.errorOutput.reader)
        }
    }

    /// Nil if it died before there was a call for it, and nothing was done.
    private func handToSpare(_ plans: ConfinedPlans, _ spare: InitProcess) async throws(SandboxError) -> Handed? {
        let streams = try CallStreams()
        let plans = plans.writing(to: streams)
        let (view, call) = (try plans.view.sealed(), try plans.call(in: spare.group, own: 2))
        do {
            try await spare.control.send(MESSAGE_VIEW, view)
            try await spare.control.send(MESSAGE_CALL, call)
        } catch {
            return nil
        }
        return Handed(ConfinedProcess(spare, names: SetupNames(plans)), streams)
    }

    private func handToNew(_ plans: ConfinedPlans, _ process: InitProcess) async throws(SandboxError) -> Handed {
        let streams = try CallStreams()
        return Handed(try await hand(plans.writing(to: streams), to: process), streams)
    }

    /// An `agentbox-init` for one call, in a group of its own where there can be one.
    private func startInit(requiresGroup: Bool) throws(SandboxError) -> InitProcess {
        let group = try ControlGroups.take(isRequired: requiresGroup, isUrgent: true)
        do {
            return try InitProcess(path: initPath, in: group)
        } catch {
            // A group that lets nobody in is as good as none, and the outcome says so.
            if requiresGroup || group == nil { throw error }
            return try InitProcess(path: initPath)
        }
    }

    /// Hands the call to a slot that is ready; nil if there is none, and nothing was done.
    private func handToSlot(_ plans: ConfinedPlans) async throws(SandboxError) -> Handed? {
        guard let templates, plans.view.isReusable, let slot = await templates.take(plans.view) else { return nil }
        guard (slot.group != nil) == plans.expectsGroup else { return nil }
        let streams = try slot.takeStreams()
        let plans = plans.writing(to: streams)
        let sealed = try plans.call(in: slot.group, own: Slot.ownProcesses)
        do {
            try await slot.control.send(MESSAGE_CALL, sealed)
        } catch {
            // It died before there was a call for it.
            await templates.forget(plans.view)
            return nil
        }
        return Handed(ConfinedProcess(slot, names: SetupNames(plans)), streams)
    }

    /// Starts the call with pipes for what it writes. Their write ends are init's alone when this returns.
    private func start(_ call: CallSpecification) async throws(SandboxError) -> (Handed, view: ViewPlan) {
        // Where nothing can be ready init starts while the plans for it are written.
        let nothingReady = await templates?.isEmpty ?? true
        let requiresGroup = call.profile.isolation.contains(.cgroup)
        let isUnserved = nothingReady || call.layer != nil
        let spare = isUnserved ? await templates?.takeSpare(inGroup: requiresGroup) : nil
        let starting = isUnserved && spare == nil ? try startInit(requiresGroup: requiresGroup) : nil
        let plans = try plans(of: try box(of: call))
        if let spare, let handed = try await handToSpare(plans, spare) { return (handed, plans.view) }
        if !isUnserved, let handed = try await handToSlot(plans) { return (handed, plans.view) }
        if let starting { return (try await handToNew(plans, starting), plans.view) }
        return (try await handToNew(plans, try startInit(requiresGroup: requiresGroup)), plans.view)
    }

    private func box(of call: CallSpecification) throws(SandboxError) -> ConfinedSpecification {
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
        box.listens = LoopbackPort.open(to: call.grants, under: call.profile)
        box.listening = call.isTraced ? .everything : Listening(reportingOf: call.profile)
        box.holdsStreams = true
        if let folder = call.toolFolder { box.binds.append(.init(folder, at: VerifiedExecutable.toolFolder)) }
        if !call.input.isEmpty {
            do {
                box.input = try Self.memory(call.input)
            } catch {
                throw SandboxError("put the call's standard input into memory", error)
            }
        }
        return box
    }

    /// Standard input as a file that nobody can change: a tool that never reads it holds nobody up.
    private static func memory(_ bytes: [UInt8]) throws(SystemError) -> SharedDescriptor {
        let raw = bytes.withUnsafeBytes { cs_memfd_sealed("agentbox-input", $0.baseAddress, $0.count) }
        guard raw >= 0 else { throw SystemError.last("memfd_create") }
        return Descriptor(owning: raw).shared()
    }
}
