import CSandbox
import Glibc
import LinuxIO

/// The moment from which on a change in the workspace counts as made during the call, on the clock that stamps files.
enum LayerEpoch {
    /// Takes the stamp that a file of the workspace's own file system gets now. Where stamps are coarse, a change up to
    /// a clock tick before the call counts as well: a conflict too many rather than one too few.
    static func now(in workspace: WorkspaceRoot) -> FileTime {
        let flags = Int32(bitPattern: CS_O_TMPFILE.rawValue) | O_RDWR
        if let file = try? Descriptor.open(".", in: workspace.descriptor, flags, mode: 0o600) {
            // Reading a stamp makes the kernel (6.13 and later) give the next change a finer and later one.
            if (try? file.status()) != nil, (try? file.setMode(0o400)) != nil, let status = try? file.status() {
                return status.changed
            }
        }
        var coarse = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &coarse)
        return FileTime(seconds: Int64(coarse.tv_sec), nanoseconds: Int64(coarse.tv_nsec))
    }
}
