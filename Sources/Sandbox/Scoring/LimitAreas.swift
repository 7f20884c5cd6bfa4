import Glibc
import Manifests

/// What one call may use up. Each doubling counts the same, from what any program needs to what a machine has.
enum LimitAreas {
    static func areas(of subject: ScoreSubject) -> [ScoredArea] {
        let limits = subject.profile.limits
        let seconds = Double(limits.cpu.components.seconds)
        return [
            area("MemoryMax=", "limits.memory", Double(limits.memory.bytes), 0x40p20, 0x40p30, subject),
            area("TasksMax=", "limits.processes", Double(limits.processes), 4, 4096, subject),
            area("LimitCPU=", "limits.cpu", seconds, 1, 86_400, subject),
            area("LimitNOFILE=", "limits.files", Double(limits.files), 16, 65_536, subject),
            area("LimitFSIZE=", "limits.fileSize", Double(limits.fileSize.bytes), 0x1p20, 0x40p30, subject),
            area("PrivateTmp=", "filesystem.tmp", Double(subject.profile.tmp.bytes), 0x1p20, 0x40p30, subject),
        ]
    }

    private static func area(
        _ name: String, _ key: String, _ value: Double, _ least: Double, _ most: Double, _ subject: ScoreSubject
    ) -> ScoredArea {
        guard value > least else { return ScoredArea(name, .resource, []) }
        let origin = subject.lines.line(key)
        let points = min(10, 10 * log2(value / least) / log2(most / least))
        let reason = ScoredArea.Reason(
            points, "`\(key)` is \(origin?.line ?? String(value))", origin,
            remedy: "lower `\(key)` to what was measured")
        return ScoredArea(name, .resource, [reason])
    }
}
