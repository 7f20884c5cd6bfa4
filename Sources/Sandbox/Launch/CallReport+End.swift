import Glibc
import Manifests

extension CallReport {
    /// The report of a call that was run.
    init(
        _ process: ConfinedProcess.End, of call: CallSpecification, output: CollectedOutput,
        errorOutput: CollectedOutput, stopped: Set<OutputCollector.StopReason>, duration: Duration,
        audit: AuditFindings? = nil
    ) {
        let limits = CallLimits(call.profile.limits, memory: call.memory)
        end = Self.end(process, stopped)
        var met = Self.violations(process.resources.group, limits)
        if process.isScratchFull, call.profile.tmp.bytes > 0 {
            met.append(
                Violation(
                    layer: "limits", operation: "scratch",
                    detail: "filled its `/tmp` of \(call.profile.tmp.bytes) bytes"))
        }
        self.output = output.bytes
        self.errorOutput = errorOutput.bytes
        isOutputTruncated = output.isTruncated
        isErrorOutputTruncated = errorOutput.isTruncated
        resources = process.resources
        self.duration = duration
        let refused =
            process.notices.compactMap { Violation($0, under: call.profile) }
            + (audit?.refusals ?? []).map { Violation($0, under: call.profile) }
        violations = refused + met + Self.violations(end, process.resources, limits, call)
        trace = call.isTraced ? process.notices : []
        unreported = Self.unheardLayers(process, call, audit)
    }

    private static func end(_ process: ConfinedProcess.End, _ stopped: Set<OutputCollector.StopReason>) -> End {
        // A flood comes first, also where the call's own end, the deadline or a cancellation overtook the kill.
        if stopped.contains(.limit) { return .outputLimit }
        // The kernel kills one process of a call that is over its memory, and the host the rest. Where that came to its end
        // before, it ended without a part: what it says and wrote is no result.
        let isMemoryExhausted = process.resources.group?.isMemoryExhausted == true
        switch process.cause {
        case .exited where isMemoryExhausted: return .signalled(SIGKILL)
        case .exited(let status): return .exited(status)
        case .signalled(let number): return .signalled(number)
        case .killed:
            if isMemoryExhausted { return .signalled(SIGKILL) }
            return process.isTimedOut || stopped.contains(.deadline) ? .timedOut : .cancelled
        }
    }

    /// Landlock tells nobody but the kernel's audit.
    private static func unheardLayers(
        _ process: ConfinedProcess.End, _ call: CallSpecification, _ audit: AuditFindings?
    ) -> [SandboxProfile.IsolationLayer] {
        let isHeard = call.profile.reportsRefusals && !process.isHeardInPart
        let isLandlockHeard = audit?.isComplete == true || !call.profile.isolation.contains(.landlock)
        return (isHeard ? [] : [.seccomp]) + (isLandlockHeard ? [] : [.landlock])
    }

    /// What the call's processes met together.
    private static func violations(_ used: ControlGroupUse?, _ limits: CallLimits) -> [Violation] {
        var found: [Violation] = []
        if let used, used.isMemoryExhausted {
            found.append(
                Violation(
                    layer: "limits", operation: "memory",
                    detail: "its processes used \(used.memoryLimit) bytes together and wanted more"))
        }
        if let used, used.refusedProcesses > 0 {
            var refusal = Violation(
                layer: "limits", operation: "processes",
                detail: "has \(limits.processes) processes and threads already and was refused more")
            refusal.count = used.refusedProcesses
            found.append(refusal)
        }
        return found
    }

    private static func violations(
        _ end: End, _ used: ResourceUse, _ limits: CallLimits, _ call: CallSpecification
    ) -> [Violation] {
        func limit(_ operation: String, _ detail: String) -> [Violation] {
            [Violation(layer: "limits", operation: operation, detail: detail)]
        }
        switch end {
        case .timedOut: return limit("time", "ran longer than \(call.time)")
        case .outputLimit: return limit("output", "wrote more than \(call.output.bytes) bytes")
        case .signalled(SIGXFSZ):
            return limit("fileSize", "wrote a file larger than \(call.profile.limits.fileSize.bytes) bytes")
        case .signalled(SIGXCPU): return limit("cpu", "used more than \(limits.cpuSeconds) s of processor time")
        case .signalled(SIGKILL) where used.group?.isMemoryExhausted != true && Self.isUsedUp(used, limits):
            return limit("cpu", "was killed near its limit of \(limits.cpuSeconds) s of processor time")
        case .signalled(SIGSYS):
            return [
                Violation(
                    layer: "seccomp", operation: "unreported",
                    detail: "made a system call that the profile answers by killing it")
            ]
        default: return []
        }
    }

    /// The kernel kills by its tick-by-tick account, which on a busy machine runs ahead of the exact one that is
    /// reported: a kill from the second half of the allowance on counts.
    private static func isUsedUp(_ used: ResourceUse, _ limits: CallLimits) -> Bool {
        2 * (used.userMicroseconds + used.systemMicroseconds) >= limits.cpuSeconds * 1_000_000
    }
}
