import LinuxIO

/// A path that the host opened beneath a workspace: what policy sees, and the very inode that a sandbox receives.
///
/// Only `WorkspaceRoot` makes one. The name can change its meaning afterwards, the descriptors cannot: everything that
/// happens later starts from them.
package struct ResolvedPath: Sendable {
    /// The canonical name relative to the workspace, without symbolic links; `.` is the workspace itself.
    package let relative: String
    package let kind: Kind
    /// The inode, opened with O_PATH; nil if there is none yet.
    package let descriptor: SharedDescriptor?
    /// The folder that holds the name, opened with O_PATH; nil for the workspace itself.
    package let parent: SharedDescriptor?
    /// The last component of `relative`.
    package let name: String
    /// The state in which it was found; nil if there is none yet.
    package let identity: FileIdentity?
    /// True if the text led here without a symbolic link: a view that lacks links still holds the name asked for.
    package let isDirect: Bool

    /// What was found.
    package enum Kind: String, Hashable, Sendable {
        case file, directory
        /// No such name in an existing folder.
        case missing
        /// A FIFO, a device or a socket.
        case other
    }
}
