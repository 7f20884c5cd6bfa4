import Glibc
import LinuxIO

/// What the paths of a profile came to on this host, for as long as every name still leads where it led.
///
/// Resolving them takes some sixty system calls, and most calls of a run start from the same profile. Looking whether
/// anything changed takes one a name.
final class HostPathsCache: Sendable {
    private struct Entry: Sendable {
        let paths: HostPaths
        let names: [Name?]
    }

    /// Where a name led: another file behind it, or another link, makes another value.
    private struct Name: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64
        let mode: UInt32
        let changed: FileTime?
    }

    private let hidden: [String]
    private let entries = Locked<[[String]: Entry]>([:])

    /// - Parameter hidden: Folders that no box sees, such as `$AGENTBOX_HOME`.
    init(hidden: [String]) { self.hidden = hidden }

    /// Throws as `HostPaths` does.
    func paths(reading paths: [String]) throws(SandboxError) -> HostPaths {
        // Looked at first: what changes while the paths are resolved is seen at the next call.
        let names = Self.names(of: paths)
        if let entry = entries.withLock({ $0[paths] }), entry.names == names { return entry.paths }
        let entry = Entry(paths: try HostPaths(reading: paths, hidden: hidden), names: names)
        entries.withLock { $0[paths] = entry }
        return entry.paths
    }

    private static func names(of paths: [String]) -> [Name?] {
        HostPaths.merged.map { name($0, followingLinks: false) } + paths.map { name($0, followingLinks: true) }
    }

    private static func name(_ path: String, followingLinks: Bool) -> Name? {
        var status = stat()
        guard fstatat(AT_FDCWD, path, &status, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        let isLink = status.st_mode & S_IFMT == S_IFLNK
        return Name(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), mode: status.st_mode & S_IFMT,
            // A link's inode may be another link by now. A folder changes with every file that is put there.
            changed: isLink
                ? FileTime(seconds: Int64(status.st_ctim.tv_sec), nanoseconds: Int64(status.st_ctim.tv_nsec)) : nil)
    }
}
