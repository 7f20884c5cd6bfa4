import LinuxIO

/// Which file it was, and in which state: what a publication checks its base against.
///
/// Two equal identities are the same inode with the same content, as far as the kernel's time stamps tell: any write,
/// truncation, chmod, link or rename moves the change time, and no unprivileged process can set that.
package struct FileIdentity: Hashable, Sendable {
    package let device: UInt64
    package let inode: UInt64
    package let size: Int64
    package let modified: FileTime
    package let changed: FileTime

    /// The identity that the kernel reported.
    package init(_ status: FileStatus) {
        device = status.device
        inode = status.inode
        size = status.size
        modified = status.modified
        changed = status.changed
    }

    /// True if both are one inode, whatever happened to it in between.
    package func isSameFile(as other: FileIdentity) -> Bool { device == other.device && inode == other.inode }
}
