import CSandbox
import Glibc
import Manifests

/// The resource limits of a call: of profile and tool the smaller.
struct CallLimits {
    let memory: ByteCount
    let cpuSeconds: UInt64
    let plan: [plan_limit]

    init(_ limits: ResolvedProfile.Limits, memory toolMemory: ByteCount?) {
        memory = min(limits.memory, toolMemory ?? limits.memory)
        let (seconds, attoseconds) = limits.cpu.components
        // Whole seconds are what the kernel counts. Rounded up, and never 0, which would kill at once.
        cpuSeconds = UInt64(max(1, seconds + (attoseconds > 0 ? 1 : 0)))
        func limit(_ resource: __rlimit_resource, _ value: Int) -> plan_limit {
            plan_limit(resource: UInt32(resource.rawValue), reserved: 0, value: UInt64(max(0, value)))
        }
        plan = [
            limit(RLIMIT_AS, memory.bytes), limit(__RLIMIT_NPROC, limits.processes),
            limit(RLIMIT_CPU, Int(clamping: cpuSeconds)), limit(RLIMIT_NOFILE, limits.files),
            limit(RLIMIT_FSIZE, limits.fileSize.bytes), limit(RLIMIT_CORE, 0),
            // POSIX queues count against their user on the host; no profile needs one unless it says so.
            plan_limit(resource: UInt32(__RLIMIT_MSGQUEUE.rawValue), reserved: 0, value: 0),
        ]
    }
}
