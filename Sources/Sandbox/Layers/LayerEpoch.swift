import CSandbox
import Glibc
import LinuxIO

/// The moment from which on a change in the workspace counts as made during the call, on the clock that stamps files.
enum LayerEpoch {
    /// Takes the stamp that a file of the workspace's own file system gets now. Where stamps are coarse, a change up to
    /// a clock tick before the call counts as well: a conflict too many rather than one too few.
    ///
    /// - Parameter layer: A folder of the host's own. If it lies on the workspace's file system it will do; else a file
    ///   is made there, without a name.
    static func now(in workspace: WorkspaceRoot, beside layer: SharedDescriptor) -> FileTime {
        if let device = try? layer.status().device, device == workspace.identity.device, let stamp = stamp(layer, 0o700)
        {
            return stamp
        }
        let flags = Int32(bitPattern: CS_O_TMPFILE.rawValue) | O_RDWR
        if let file = try? Descriptor.open(".", in: workspace.descriptor, flags, mode: 0o600),
            let stamp = stamp(file, 0o400)
        {
            return stamp
        }
        var coarse = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &coarse)
        return FileTime(seconds: Int64(coarse.tv_sec), nanoseconds: Int64(coarse.tv_nsec))
    }

    private static func stamp(_ file: borrowing some OpenDescriptor & ~Copyable, _ mode: UInt32) -> FileTime? {
        // Reading a stamp makes the kernel (6.13 and later) give the next change a finer and later one.
        guard (try? file.status()) != nil, (try? file.setMode(mode)) != nil else { return nil }
        return try? file.status().changed
    }
}
