import Glibc
import LinuxIO

/// The group of this run, beneath which those of its calls are.
struct ControlGroupRun: Sendable {
    let version: ControlGroupVersion
    let name: String
    let parent: ControlGroupParent
    let memory: ControlGroupFolder
    let processes: ControlGroupFolder

    /// Version 2: where agentbox itself goes, since a group that is divided holds no process.
    private static let host = "host"

    var isOneFolder: Bool { memory.path == processes.path }

    /// Makes it, and removes what dead runs left.
    init(beneath parent: ControlGroupParent) throws(SystemError) {
        guard let name = ControlGroupName.own()?.text else {
            throw SystemError(call: "open", errno: ENOENT, subject: "/proc")
        }
        self.name = name
        self.parent = parent
        version = parent.version
        Self.removeDead(in: parent.memory)
        Self.removeDead(in: parent.processes)
        memory = try parent.memory.make(name)
        let isOneFolder = parent.processes.path == parent.memory.path
        do {
            processes = isOneFolder ? memory : try parent.processes.make(name)
            if version == .two { try divide() }
        } catch {
            memory.remove(Self.host)
            parent.memory.remove(name)
            if !isOneFolder { parent.processes.remove(name) }
            throw error
        }
    }

    private func divide() throws(SystemError) {
        let wanted = ControlGroupParent.controllers.map { "+\($0)" }.sorted().joined(separator: " ")
        let divided = ControlGroupParent.words(try parent.memory.read("cgroup.subtree_control"))
        if !ControlGroupParent.controllers.isSubset(of: divided) {
            try memory.make(Self.host).write("0", to: "cgroup.procs")
            do {
                try parent.memory.write(wanted, to: "cgroup.subtree_control")
            } catch {
                try parent.memory.write("0", to: "cgroup.procs")
                throw error
            }
        }
        try memory.write(wanted, to: "cgroup.subtree_control")
    }

    /// Removes one call's group; false if somebody is in it still.
    @discardableResult
    func remove(_ name: String) -> Bool {
        let isGone = memory.remove(name)
        return (isOneFolder || processes.remove(name)) && isGone
    }

    /// At the end of the process: kills whatever is left in the groups, and removes them and the run's own. What still
    /// cannot go the next run removes.
    func end() {
        let deadline = ContinuousClock.now + .milliseconds(300)
        for folder in isOneFolder ? [memory] : [memory, processes] {
            for name in (try? folder.children()) ?? [] where name != Self.host {
                while !folder.remove(name), ContinuousClock.now < deadline {
                    for process in (try? folder.child(name).processes()) ?? [] where process != getpid() {
                        kill(process, SIGKILL)
                    }
                    usleep(500)
                }
            }
        }
        parent.memory.remove(name)
        if !isOneFolder { parent.processes.remove(name) }
    }

    /// Attack: a run that is killed again and again fills the host with groups. Only what is empty goes: a group with
    /// somebody in it is not ours to touch, and the kernel refuses.
    static func removeDead(in parent: ControlGroupFolder) {
        for text in (try? parent.children()) ?? [] {
            guard let name = ControlGroupName(text), name.isOwnerDead(), let run = try? parent.child(text) else {
                continue
            }
            for group in (try? run.children()) ?? [] { run.remove(group) }
            parent.remove(text)
        }
    }
}
