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
    let memory: ControlGroupFolder
    private let processes: ControlGroupFolder
    private let counters: ControlGroupCounters
    private let hasSwapLimit: Bool
    private let notice: MemoryNotice?
    private let state = Locked(State())

    private struct State {
        /// What the counters were when the group was last made new.
        var before = ControlGroupCounters.Reading()
        /// What was in memory then: files that a former call read first stay.
        var usage: UInt64 = 0
        var memoryLimit: Int?
        var processLimit: Int?
        var isSpoilt = false
    }

    /// Makes a group beneath a run's.
    init(_ name: String, beneath run: ControlGroupRun) throws(SystemError) {
        version = run.version
        self.name = name
        memory = try run.memory.make(name)
        do {
            processes = run.isOneFolder ? memory : try run.processes.make(name)
            counters = try ControlGroupCounters(version, memory: memory, processes: processes)
            notice = version == .one ? try MemoryNotice(of: memory) : nil
            if version == .two { try memory.write("1", to: "memory.oom.group") }
            hasSwapLimit = memory.has(version.swapLimit)
        } catch {
            run.remove(name)
            throw error
        }
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

    /// Version 1: what `agentbox-init` needs to have a slot born in the group (`plan.h`). The kernel asks who opened them,
    /// so it can move itself in and out, and nobody else.
    func birthFiles(home: ControlGroupParent) throws(SystemError) -> [SharedDescriptor] {
        var files: [SharedDescriptor] = []
        let isOneFolder = processes.path == memory.path
        for folder in isOneFolder ? [memory, home.memory] : [memory, processes, home.memory, home.processes] {
            files.append(try Descriptor.open("tasks", in: folder.descriptor, O_WRONLY | O_NOFOLLOW).shared())
        }
        return files
    }

    func holds(_ process: pid_t) throws(SystemError) -> Bool {
        guard try memory.processes().contains(process) else { return false }
        if processes.path == memory.path { return true }
        return try processes.processes().contains(process)
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
        guard hasSwapLimit else { return try memory.write(String(bytes), to: version.memoryLimit) }
        // What was swapped out counts: else a call that fills memory fills the host's swap instead. Version 1 counts
        // both together, and that limit may never be the smaller one.
        let swap = version == .one ? String(bytes) : "0"
        if isLess { try memory.write(String(bytes), to: version.memoryLimit) }
        try memory.write(swap, to: version.swapLimit)
        if !isLess { try memory.write(String(bytes), to: version.memoryLimit) }
    }

    /// What was used since it was made new.
    func use() throws(SystemError) -> ControlGroupUse {
        let (before, usage, limit) = state.withLock { ($0.before, $0.usage, $0.memoryLimit ?? 0) }
        let now = try counters.read()
        return ControlGroupUse(
            peakBytes: now.peak.map { $0 - min($0, usage) },
            isMemoryExhausted: now.kills > before.kills || isNoticeOwn(peak: now.peak),
            refusedProcesses: now.refusals - min(now.refusals, before.refusals), memoryLimit: UInt64(limit))
    }

    /// Has `handler` called when the call's memory is used up and the kernel leaves some of it alive; nil: nobody.
    func onExhaustion(_ handler: (@Sendable () -> Void)?) {
        guard let handler else {
            notice?.notify(nil)
            return
        }
        notice?.notify { [weak self] in if self?.isNoticeOwn() == true { handler() } }
    }

    /// Attack: a call that fills the group above all, say a container's, would have every other call ended, since the
    /// kernel tells all groups beneath. One that has not met its own limit is none of those.
    private func isNoticeOwn() -> Bool { isNoticeOwn(peak: (try? counters.read())?.peak) }

    private func isNoticeOwn(peak: UInt64?) -> Bool {
        guard let notice, notice.hasCome, let peak, let limit = state.withLock({ $0.memoryLimit }) else { return false }
        return peak + Self.chargedAhead >= UInt64(limit)
    }

    /// The kernel takes memory for a group in pieces of 64 pages for each processor. (It has a counter of limits that
    /// were met, which Linux 6.18 leaves at 0.)
    private static let chargedAhead: UInt64 = 1 << 20

    /// Version 1: nothing of the last call's is left in the counters. False if somebody is in it still.
    func renew() throws(SystemError) -> Bool {
        guard try isEmpty(), !state.withLock({ $0.isSpoilt }) else { return false }
        notice?.renew()
        try counters.forgetPeak()
        let before = try counters.read()
        let usage = try counters.used()
        state.withLock {
            $0.before = before
            $0.usage = usage
        }
        return true
    }

    /// Lifts a limit of the last call's that a thread of the host could run into while it is in: what it starts takes
    /// well under a megabyte, and two processes.
    func release() throws(SystemError) {
        guard let limit = state.withLock({ $0.memoryLimit }), limit < Self.ample else { return }
        if hasSwapLimit { try memory.write("-1", to: version.swapLimit) }
        try memory.write("-1", to: version.memoryLimit)
        state.withLock { $0.memoryLimit = nil }
    }

    private static let ample = 32 << 20

    /// Attack: one that ended and was not yet waited for is in no list, but counts: the next call would have room for one
    /// process fewer. Whoever is in one of the two folders is in both.
    func isEmpty() throws(SystemError) -> Bool { try counters.processCount() == 0 }
}
