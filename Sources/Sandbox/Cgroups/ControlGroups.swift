import Glibc
import LinuxIO

/// The groups of this process's run, which go from call to call. A process serves one run.
package final class ControlGroups: Sendable {
    /// Found out once.
    static let shared: Result<ControlGroups, ControlGroupParent.Absence> = {
        func text(_ path: String) -> String {
            guard let bytes = try? Descriptor.open(path, O_RDONLY).readAll(limit: 4 << 20) else { return "" }
            return String(decoding: bytes, as: UTF8.self)
        }
        let candidates = OwnControlGroup.candidates(
            groups: text("/proc/self/cgroup"), mounts: text("/proc/self/mountinfo"))
        return ControlGroupParent.find(candidates).map(ControlGroups.init)
    }()

    /// Nil where there can be none.
    static var here: ControlGroups? { try? shared.get() }

    /// True if calls can have groups here.
    package static var isAvailable: Bool { here != nil }

    /// So many are kept for later calls; more are removed when they come back.
    private static let kept = 32

    let parent: ControlGroupParent
    private let state = Locked(State())

    private struct State {
        var run: ControlGroupRun?
        var made = 0
        /// Given back, the longest first. Processes that are on their way out may be in them still.
        var idle: [ControlGroup] = []
        /// For the next call.
        var ahead: ControlGroup?
    }

    init(_ parent: ControlGroupParent) {
        self.parent = parent
        mostMemory = parent.availableMemory / 4 * 3
    }

    var version: ControlGroupVersion { parent.version }

    /// The most that a group is given: a limit above what there is would be none, and the host needs some itself.
    let mostMemory: Int

    /// A group for one box, where there are any; nil where there are none, or none can be made now.
    ///
    /// - Parameters:
    ///   - isRequired: Its profile accepts nothing else: then what stands in the way is an error.
    ///   - isUrgent: A call waits for it, and not only somebody who gets ready for one.
    static func take(isRequired: Bool, isUrgent: Bool = false) throws(SandboxError) -> HeldControlGroup? {
        guard let groups = here else { return nil }
        do {
            return try groups.take(isUrgent: isUrgent)
        } catch {
            // The outcome says what bound the call.
            if isRequired { throw error }
            return nil
        }
    }

    /// Has a group ready for the first box, before one waits for it: to make one takes the kernel as long as to start a
    /// process.
    static func prepare() { here?.prepare() }

    /// If it cannot be done now, whoever takes a group hears why.
    func prepare() {
        guard state.withLock({ $0.ahead == nil }), let group = try? newest() else { return }
        let isSpare = state.withLock { state in
            defer { state.ahead = state.ahead ?? group }
            return state.ahead != nil
        }
        if isSpare { giveBack(group) }
    }

    /// A group in which nobody is, with no limits, to hold until the last process of a call is gone.
    func take(isUrgent: Bool = false) throws(SandboxError) -> HeldControlGroup {
        let ahead = state.withLock { isUrgent ? $0.ahead.take() : nil }
        do {
            if let ahead { return HeldControlGroup(ahead, of: self) }
            return HeldControlGroup(try newest(), of: self)
        } catch {
            throw SandboxError("make a control group for the call", error)
        }
    }

    private func newest() throws(SystemError) -> ControlGroup {
        if let group = try reuse() { return group }
        let run = try currentRun()
        let number = state.withLock { state in
            state.made += 1
            return state.made
        }
        return try ControlGroup("\(number)", beneath: run)
    }

    /// Attack: a group that still holds a process of the last call would let it into the next one's limits, and one
    /// whose counters were not reset would tell of it.
    private func reuse() throws(SystemError) -> ControlGroup? {
        var busy: [ControlGroup] = []
        defer { state.withLock { $0.idle += busy } }
        while let group = state.withLock({ $0.idle.isEmpty ? nil : $0.idle.removeFirst() }) {
            if !group.version.isReusable {
                if !remove(group) { busy.append(group) }
                continue
            }
            guard try group.renew() else {
                busy.append(group)
                continue
            }
            return group
        }
        return nil
    }

    fileprivate func giveBack(_ group: ControlGroup) {
        let isFull = state.withLock { $0.idle.count >= Self.kept }
        if isFull || !group.version.isReusable, remove(group) { return }
        state.withLock { $0.idle.append(group) }
    }

    private func remove(_ group: ControlGroup) -> Bool { state.withLock { $0.run }?.remove(group.name) ?? true }

    /// Made when the first call asks. Under the lock, though it makes folders: once, and two would be one too many.
    private func currentRun() throws(SystemError) -> ControlGroupRun {
        try state.withLock { state throws(SystemError) in
            if let run = state.run { return run }
            let run = try ControlGroupRun(beneath: parent)
            state.run = run
            atexit { ControlGroups.here?.state.withLock({ $0.run })?.end() }
            return run
        }
    }

    /// Of this run, for those who count them.
    func count() throws(SystemError) -> Int { try state.withLock { $0.run }?.memory.children().count ?? 0 }
}

/// A group for as long as a call has it.
final class HeldControlGroup: Sendable {
    let group: ControlGroup
    private let owner: ControlGroups

    fileprivate init(_ group: ControlGroup, of owner: ControlGroups) {
        self.group = group
        self.owner = owner
    }

    deinit { owner.giveBack(group) }

    var mostMemory: Int { owner.mostMemory }

    /// Starts a process that is born in the group.
    ///
    /// - Parameter start: Takes the folder of a group of version 2 to start it in; -1: there is none, and what this
    ///   thread starts is in the group.
    func giveBirth<Result>(_ start: (Int32) -> Result) throws(SystemError) -> Result {
        guard group.version == .one else { return start(group.memory.descriptor.raw) }
        try group.release()
        return try group.giveBirth(home: owner.parent) { start(-1) }
    }

    /// For a slot: see `ControlGroup.birthFiles`. None where it has to be moved.
    func birthFiles() throws(SystemError) -> [SharedDescriptor] {
        guard group.version == .one else { return [] }
        try group.release()
        return try group.birthFiles(home: owner.parent)
    }
}
