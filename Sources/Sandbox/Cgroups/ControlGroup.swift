import CSandbox
import Glibc
import LinuxIO
import Manifests

/// A group that one call at a time has to itself. What is in it the kernel holds to its limits together, and counts
/// together.
///
/// Attack: a process that leaves its group leaves the limits. None can: no cgroup file system is in any view, no filter
/// passes `mount`, and the call is nobody on the host, while the files are the host's.
final class ControlGroup: Sendable {
    let version: ControlGroupVersion
    let name: String
    private let memory: ControlGroupFolder
    private let processes: ControlGroupFolder
    /// Version 1: readable once the call's memory is used up. The kernel kills one process then; the call is one thing,
    /// and half of it is none.
    private let exhausted: SharedDescriptor?
    private let state = Locked(State())

    private struct State {
        /// What was there when the group was last made new: files that a former call read first stay in memory.
        var before = Counters()
        var memoryLimit: Int?
        var processLimit: Int?
        var isSpoilt = false
    }

    private struct Counters {
        var memory: UInt64 = 0
        var kills: UInt64 = 0
        var refusals: UInt64 = 0
    }

    /// Makes a group beneath a run's.
    init(_ name: String, beneath run: ControlGroupRun) throws(SystemError) {
        version = run.version
        self.name = name
        memory = try run.memory.make(name)
        do {
            processes = run.isOneFolder ? memory : try run.processes.make(name)
            if version == .two {
                exhausted = nil
                try memory.write("1", to: "memory.oom.group")
            } else {
                exhausted = try Self.notice(of: memory)
            }
        } catch {
            run.remove(name)
            throw error
        }
    }

    /// The kernel signals the eventfd from now on (`cgroup-v1/memory.rst`, 9 and 10).
    private static func notice(of memory: ControlGroupFolder) throws(SystemError) -> SharedDescriptor {
        let raw = eventfd_shim_create()
        guard raw >= 0 else { throw SystemError.last("eventfd") }
        let event = Descriptor(owning: raw).shared()
        let file = try Descriptor.open("memory.oom_control", in: memory.descriptor, O_RDONLY)
        try memory.write("\(event.raw) \(file.raw)", to: "cgroup.event_control")
        return event
    }

    /// Puts a process in; its children will be born there. A process with several threads goes as a whole.
    func join(_ process: pid_t) throws(SystemError) {
        try memory.write(String(process), to: "cgroup.procs")
        if version == .one, processes.path != memory.path {
            try processes.write(String(process), to: "cgroup.procs")
        }
    }

    /// Version 1: runs `start` while this thread, and no other of the process, is in the group: what it starts is born
    /// there. Moving a thread of one's own takes no lock that waits for all processors, as moving a process does.
    ///
    /// The group has no limits meanwhile that the host could run into (`release()`).
    func giveBirth<Result>(
        home: ControlGroupParent, _ start: () -> Result
    ) throws(SystemError) -> Result {
        let folders = processes.path == memory.path ? [memory] : [memory, processes]
        let homes = processes.path == memory.path ? [home.memory] : [home.memory, home.processes]
        do {
            for folder in folders { try folder.write("0", to: "tasks") }
        } catch {
            try leave(to: homes)
            throw error
        }
        let result = start()
        try leave(to: homes)
        return result
    }

    private func leave(to homes: [ControlGroupFolder]) throws(SystemError) {
        var failure: SystemError?
        for home in homes {
            do { try home.write("0", to: "tasks") } catch { failure = error }
        }
        guard let failure else { return }
        // A thread of the host is in it: no call may be.
        state.withLock { $0.isSpoilt = true }
        throw failure
    }

    /// Of all processes together. From when this returns it holds.
    ///
    /// - Parameter processes: Those of agentbox-init included.
    func limit(memory bytes: Int, processes count: Int) throws(SystemError) {
        let now = state.withLock { ($0.memoryLimit, $0.processLimit) }
        if now.0 != bytes {
            try setMemory(bytes, isLess: now.0.map { bytes < $0 } ?? true)
            state.withLock { $0.memoryLimit = bytes }
        }
        if now.1 != count {
            try processes.write(String(count), to: "pids.max")
            state.withLock { $0.processLimit = count }
        }
    }

    private func setMemory(_ bytes: Int, isLess: Bool) throws(SystemError) {
        guard memory.has(version.swapLimit) else { return try memory.write(String(bytes), to: version.memoryLimit) }
        // What was swapped out counts: else a call that fills memory fills the host's swap instead. Version 1 counts
        // both together, and that limit may never be the smaller one.
        let swap = version == .one ? String(bytes) : "0"
        if isLess { try memory.write(String(bytes), to: version.memoryLimit) }
        try memory.write(swap, to: version.swapLimit)
        if !isLess { try memory.write(String(bytes), to: version.memoryLimit) }
    }

    /// What was used since it was made new.
    func use() throws(SystemError) -> ControlGroupUse {
        let (before, limit) = state.withLock { ($0.before, $0.memoryLimit ?? 0) }
        let now = try counters()
        let peak = memory.has(version.memoryPeak) ? try memory.number(version.memoryPeak) : nil
        return ControlGroupUse(
            peakBytes: peak.map { $0 - min($0, before.memory) },
            isMemoryExhausted: now.kills > before.kills || hasNotice,
            refusedProcesses: now.refusals - min(now.refusals, before.refusals), memoryLimit: UInt64(limit))
    }

    private func counters() throws(SystemError) -> Counters {
        Counters(
            kills: controlGroupCounter("oom_kill", in: try memory.read(version.memoryEvents)) ?? 0,
            refusals: controlGroupCounter("max", in: try processes.read("pids.events")) ?? 0)
    }

    /// The kernel says so before it kills and counts, and the host may be quicker.
    private var hasNotice: Bool {
        guard let exhausted else { return false }
        var request = pollfd(fd: exhausted.raw, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0
    }

    /// Waits until the kernel has killed for want of memory, or the task is cancelled: false. Version 2 needs nobody to
    /// wait, since it kills the whole group.
    func isExhausted() async -> Bool {
        guard let exhausted else { return false }
        return (try? await Reactor.shared.waitReadable(exhausted)) == .ready
    }

    /// Version 1: nothing of the last call's is left in the counters. False if somebody is in it still.
    func renew() throws(SystemError) -> Bool {
        guard try isEmpty(), !state.withLock({ $0.isSpoilt }) else { return false }
        if let exhausted { eventfd_shim_drain(exhausted.raw) }
        try memory.write("0", to: version.memoryPeak)
        var before = try counters()
        before.memory = try memory.number(version.memoryUsage)
        state.withLock { $0.before = before }
        return true
    }

    /// Lifts the limits of the last call: a thread of the host may go in.
    func release() throws(SystemError) {
        if state.withLock({ $0.memoryLimit }) != nil {
            if memory.has(version.swapLimit) { try memory.write("-1", to: version.swapLimit) }
            try memory.write("-1", to: version.memoryLimit)
            state.withLock { $0.memoryLimit = nil }
        }
        if state.withLock({ $0.processLimit }) != nil {
            try processes.write("max", to: "pids.max")
            state.withLock { $0.processLimit = nil }
        }
    }

    func isEmpty() throws(SystemError) -> Bool {
        let inMemory = try memory.processes().isEmpty
        guard inMemory, processes.path != memory.path else { return inMemory }
        return try processes.processes().isEmpty
    }

    /// Who is in it.
    func members() throws(SystemError) -> (memory: [pid_t], processes: [pid_t]) {
        (try memory.processes(), try processes.processes())
    }
}
