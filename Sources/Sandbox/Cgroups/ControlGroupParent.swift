import Glibc
import LinuxIO

/// The group that this process is in, opened: beneath it groups can be made.
struct ControlGroupParent: Sendable {
    let version: ControlGroupVersion
    let memory: ControlGroupFolder
    let processes: ControlGroupFolder

    /// Why there can be no groups here.
    struct Absence: Error, Hashable {
        let reason: String
        let remedy: String
    }

    static let controllers: Set<String> = ["memory", "pids"]

    /// Looks at each place, and takes the first that will do.
    static func find(_ candidates: [OwnControlGroup]) -> Result<ControlGroupParent, Absence> {
        var reasons: [String] = []
        for candidate in candidates {
            switch open(candidate) {
            case .success(let parent): return .success(parent)
            case .failure(let absence): reasons.append(absence.reason)
            }
        }
        let reason =
            reasons.isEmpty ? "no hierarchy with `memory` and `pids` is mounted" : reasons.joined(separator: "; ")
        return .failure(absence(reason))
    }

    static func absence(_ reason: String) -> Absence {
        Absence(
            reason: reason,
            remedy: "start agentbox in a group of its own, `systemd-run --user --scope -p Delegate=yes agentbox …`, or "
                + "as root; or remove `cgroup` from `isolation`: then `limits.memory` binds each process by itself")
    }

    /// Of the machine, or what a container around this process may have of it.
    var availableMemory: Int {
        let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        let text =
            version == .one
            ? (try? memory.read("memory.stat")).flatMap { controlGroupCounter("hierarchical_memory_limit", in: $0) }
            : (try? memory.read("memory.max")).flatMap { UInt64($0) }
        let most = machine > 0 ? machine : Int.max
        return text.map { min(most, Int(clamping: $0)) } ?? most
    }

    private static func open(_ candidate: OwnControlGroup) -> Result<ControlGroupParent, Absence> {
        do {
            let memory = try ControlGroupFolder.open(candidate.memory, candidate.version)
            let processes =
                candidate.processes == candidate.memory
                ? memory : try ControlGroupFolder.open(candidate.processes, candidate.version)
            for folder in [memory, processes] where !folder.isWritable {
                return .failure(absence("`\(folder.path)` is not this user's to divide"))
            }
            if candidate.version == .two, let problem = try undivided(memory) { return .failure(absence(problem)) }
            return .success(.init(version: candidate.version, memory: memory, processes: processes))
        } catch {
            return .failure(absence(error.message))
        }
    }

    /// Why no controller can be had of version 2's group.
    static func undivided(_ folder: ControlGroupFolder) throws(SystemError) -> String? {
        let there = words(try folder.read("cgroup.controllers"))
        let missing = controllers.subtracting(there).sorted()
        guard missing.isEmpty else {
            return "`\(folder.path)` was not given the controller \(missing.joined(separator: ", "))"
        }
        if controllers.isSubset(of: words(try folder.read("cgroup.subtree_control"))) { return nil }
        // A group whose controllers are divided may hold no process itself: agentbox can move out of the way, others'
        // processes are not agentbox's to move.
        let others = try folder.processes().contains { $0 != getpid() }
        return others ? "`\(folder.path)` holds other processes too" : nil
    }

    static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }
}
