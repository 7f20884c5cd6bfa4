import Manifests

/// Calls that every program makes, and whose arguments decide what they open.
enum ArgumentAreas {
    static func areas(of subject: ScoreSubject) throws(SandboxError) -> [ScoredArea] {
        [
            try namespaces(subject), try personality(subject), try executableMemory(subject), try realtime(subject),
            try terminal(subject), try processImage(subject), try architectures(subject),
        ]
    }

    private static let namespaceFlags: [(flag: UInt64, name: String)] = [
        (0x1000_0000, "user"), (0x0002_0000, "mnt"), (0x2000_0000, "pid"), (0x4000_0000, "net"), (0x0800_0000, "ipc"),
        (0x0400_0000, "uts"), (0x0200_0000, "cgroup"),
    ]

    /// In a user namespace of its own a process holds every capability again.
    private static func namespaces(_ subject: ScoreSubject) throws(SandboxError) -> ScoredArea {
        var reasons: [ScoredArea.Reason] = []
        for (flag, name) in namespaceFlags {
            for call in ["clone", "unshare"] where try subject.passes(call, 0, .bits(flag)) {
                reasons.append(
                    .init(
                        name == "user" ? 10 : 3, "`\(call)` makes a new \(name) namespace",
                        subject.lines.line(allowing: call),
                        remedy: call == "clone"
                            ? "remove the rule on `clone`" : "add `unshare` to `syscalls.deny`"))
            }
        }
        if !(try subject.analysis.allowed("setns")).isEmpty {
            reasons.append(
                .init(
                    8, "`setns` enters the namespaces of others", subject.lines.line(allowing: "setns"),
                    remedy: "add `setns` to `syscalls.deny`"))
        }
        return ScoredArea("RestrictNamespaces=", .escape, reasons)
    }

    private static func personality(_ subject: ScoreSubject) throws(SandboxError) -> ScoredArea {
        // ADDR_NO_RANDOMIZE and READ_IMPLIES_EXEC; all bits together are the query.
        var found = false
        for flag: UInt64 in [0x004_0000, 0x040_0000] {
            let region = try subject.analysis.allowed("personality").intersection(.bits(flag), at: 0)
            if !(try region.subtracting(.low(UInt32.max), at: 0)).isEmpty { found = true }
        }
        let reason = ScoredArea.Reason(
            10, "`personality` turns address randomisation off", subject.lines.line(allowing: "personality"),
            remedy: "add `personality` to `syscalls.deny`, or a rule with the values that are needed")
        return ScoredArea("LockPersonality=", .support, found ? [reason] : [])
    }

    private static func executableMemory(_ subject: ScoreSubject) throws(SandboxError) -> ScoredArea {
        // PROT_WRITE|PROT_EXEC, PROT_EXEC
        let ways: [(String, Int, UInt64, Double, String)] = [
            ("mmap", 2, 6, 4, "maps memory writable and executable"),
            ("mprotect", 2, 4, 3, "makes memory executable"), ("pkey_mprotect", 2, 4, 3, "makes memory executable"),
        ]
        var reasons: [ScoredArea.Reason] = []
        for (call, argument, bits, points, what) in ways where try subject.passes(call, argument, .bits(bits)) {
            reasons.append(
                .init(
                    points, "`\(call)` \(what)", subject.lines.line(allowing: call),
                    remedy: "add the rule `{syscall: \(call), arg: \(argument), mask: \(bits), in: [\(bits)], "
                        + "action: deny}`, if no loader or compiler runs under this profile"))
        }
        if !(try subject.analysis.allowed("memfd_create")).isEmpty {
            reasons.append(
                .init(
                    3, "`memfd_create` makes files that Landlock does not see executed",
                    subject.lines.line(allowing: "memfd_create"), remedy: "add `memfd_create` to `syscalls.deny`"))
        }
        return ScoredArea("MemoryDenyWriteExecute=", .support, reasons)
    }

    private static func realtime(_ subject: ScoreSubject) throws(SandboxError) -> ScoredArea {
        // SCHED_FIFO and SCHED_RR; sched_setattr has the policy in memory.
        var reasons: [ScoredArea.Reason] = []
        for policy: UInt32 in [1, 2] where try subject.passes("sched_setscheduler", 1, .low(policy)) {
            reasons.append(
                .init(
                    2, "`sched_setscheduler` asks for the policy \(policy == 1 ? "SCHED_FIFO" : "SCHED_RR")",
                    subject.lines.line(allowing: "sched_setscheduler"),
                    remedy: "add the rule `{syscall: sched_setscheduler, arg: 1, in: [0, 3, 5], action: allow}`"))
        }
        if !(try subject.analysis.allowed("sched_setattr")).isEmpty {
            reasons.append(
                .init(
                    2, "`sched_setattr` passes", subject.lines.line(allowing: "sched_setattr"),
                    remedy: "add `sched_setattr` to `syscalls.deny`"))
        }
        return ScoredArea("RestrictRealtime=", .resource, reasons)
    }

    private static func terminal(_ subject: ScoreSubject) throws(SandboxError) -> ScoredArea {
        let requests: [(UInt32, String)] = [
            (0x5412, "TIOCSTI"), (0x541c, "TIOCLINUX"), (0x541d, "TIOCCONS"), (0x5423, "TIOCSETD"),
        ]
        return ScoredArea(
            "terminal (ioctl)", .escape,
            try values(requests, of: "ioctl", 1, "takes over the user's terminal", subject))
    }

    private static func processImage(_ subject: ScoreSubject) throws(SandboxError) -> ScoredArea {
        let options: [(UInt32, String)] = [
            (35, "PR_SET_MM"), (0x5961_6d61, "PR_SET_PTRACER"), (22, "PR_SET_SECCOMP"),
        ]
        return ScoredArea(
            "process image (prctl)", .support,
            try values(options, of: "prctl", 0, "changes what others see of the process, or who may trace it", subject))
    }

    private static func values(
        _ values: [(UInt32, String)], of call: String, _ argument: Int, _ what: String, _ subject: ScoreSubject
    ) throws(SandboxError) -> [ScoredArea.Reason] {
        var reasons: [ScoredArea.Reason] = []
        for (value, name) in values where try subject.passes(call, argument, .low(value)) {
            reasons.append(
                .init(
                    5, "`\(call)` with `\(name)` \(what)", subject.lines.line(allowing: call, name),
                    remedy: "add the rule `{syscall: \(call), arg: \(argument), in: [\(name)], action: deny}`"))
        }
        return reasons
    }

    /// i386 reaches sockets through `socketcall`; x32 numbers get round every rule on a number.
    private static func architectures(_ subject: ScoreSubject) throws(SandboxError) -> ScoredArea {
        let others: [UInt32] = [0x4000_0003, 0xc000_003e, 0xc000_00b7, 0x4000_0028].filter {
            $0 != subject.analysis.architecture.auditValue
        }
        var passing: [String] = []
        for other in others where try subject.analysis.outcomes(ofNumber: 1, architecture: other)[.allowed] != nil {
            passing.append("0x" + String(other, radix: 16))
        }
        let first = subject.analysis.architecture.firstForeignNumber
        if try subject.analysis.outcomes(ofNumber: first | 1)[.allowed] != nil { passing.append("x32") }
        return ScoredArea(
            "SystemCallArchitectures=", .escape,
            passing.map { .init(10, "calls of the architecture \($0) pass", nil, remedy: "report this: none should") })
    }
}
