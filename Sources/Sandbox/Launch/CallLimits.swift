import CSandbox
import Glibc
import Manifests

/// The resource limits of a call: of profile and tool the smaller.
struct CallLimits: Sendable {
    let memory: ByteCount
    let cpuSeconds: UInt64
    /// Of processes and threads at once.
    let processes: Int
    private let others: [plan_limit]

    init(_ limits: ResolvedProfile.Limits, memory toolMemory: ByteCount?) {
        memory = min(limits.memory, toolMemory ?? limits.memory)
        let (seconds, attoseconds) = limits.cpu.components
        processes = limits.processes
        // Whole seconds are what the kernel counts. Rounded up, and never 0, which would kill at once.
        cpuSeconds = UInt64(max(1, seconds + (attoseconds > 0 ? 1 : 0)))
        others = [
            Self.limit(RLIMIT_CPU, Int(clamping: cpuSeconds)), Self.limit(RLIMIT_NOFILE, limits.files),
            Self.limit(RLIMIT_FSIZE, limits.fileSize.bytes), Self.limit(RLIMIT_CORE, 0),
            // POSIX queues count against their user on the host; no profile needs one unless it says so.
            plan_limit(resource: UInt32(__RLIMIT_MSGQUEUE.rawValue), reserved: 0, value: 0),
        ]
    }

    /// What each process of the call is held to by itself.
    ///
    /// Memory is the group's where there is one: the address space of a process says little of the memory that it uses,
    /// since runtimes reserve much more. It stays limited all the same, far above what any of them reserves; and the number
    /// of processes is limited twice.
    func ofEachProcess(isInGroup: Bool) -> [plan_limit] {
        guard isInGroup else {
            return [Self.limit(RLIMIT_AS, memory.bytes), Self.limit(__RLIMIT_NPROC, processes)] + others
        }
        // One more than the group allows: who is refused meets the group's limit, and that counts refusals.
        let processes = processes < Self.helpers ? processes : processes + 1
        return [Self.limit(RLIMIT_AS, Self.addressSpace), Self.limit(__RLIMIT_NPROC, processes)] + others
    }

    /// Sets what a group holds all processes of the call to, together. It holds when this returns, before there is a call.
    ///
    /// - Parameter own: Processes of agentbox-init's own in the group.
    func bind(_ group: HeldControlGroup, own: Int) throws(SandboxError) {
        do {
            try group.group.limit(
                memory: min(memory.bytes, group.mostMemory),
                processes: min(max(processes, Self.helpers) + own, Self.mostProcesses))
        } catch {
            throw SandboxError("limit the control group of the call", error)
        }
    }

    /// agentbox-init has so many helpers at once, for a moment before the call.
    private static let helpers = 2

    /// Of each process in a group: 1 TiB. node reserves 10 GiB for each WebAssembly memory.
    private static let addressSpace = 1 << 40

    /// The kernel has no more (PIDS_MAX).
    private static let mostProcesses = 1 << 22

    private static func limit(_ resource: __rlimit_resource, _ value: Int) -> plan_limit {
        plan_limit(resource: UInt32(resource.rawValue), reserved: 0, value: UInt64(max(0, value)))
    }
}
