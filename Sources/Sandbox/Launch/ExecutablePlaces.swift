import Glibc
import LinuxIO

/// Where the programs of past calls lie on this host. To ask the kernel for a descriptor's path takes longer than all
/// else that is asked before a call; to look whether the file still has the path that it had takes two system calls.
final class ExecutablePlaces: Sendable {
    private struct Identity: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64
    }

    private static let limit = 256
    private let known = Locked<[Identity: String]>([:])

    /// The path of an open file; nil if it has none that is UTF-8. A removed file has ` (deleted)` at its end.
    func path(of executable: SharedDescriptor) throws(SandboxError) -> String? {
        do {
            let status = try executable.status()
            // The number is no other file's while this one is open.
            let identity = Identity(device: status.device, inode: status.inode)
            if let path = known.withLock({ $0[identity] }), Self.leads(path, to: identity) { return path }
            let path = try executable.currentPath()
            known.withLock { known in
                if known.count >= Self.limit { known.removeAll() }
                known[identity] = path
            }
            return path
        } catch {
            throw SandboxError("find out where the executable is", error)
        }
    }

    private static func leads(_ path: String, to identity: Identity) -> Bool {
        var status = stat()
        guard fstatat(AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return false }
        return UInt64(status.st_dev) == identity.device && UInt64(status.st_ino) == identity.inode
    }
}
