import Glibc

/// Whether the kernel lets a call use a file of the host that is in its view. Modes and owners are the host's own: no line of
/// a profile makes a file readable that they keep from the call.
package enum HostAccess {
    /// True if it may, and of what a view makes itself. Blocking.
    ///
    /// - Parameter isRoot: Calls of root are a user of the host whom no account has: to him all files are others'.
    package static func permits(_ access: FileAccess, isRoot: Bool = geteuid() == 0) -> Bool {
        guard access.isFound, !access.use.changes, !ViewFolders.isOwn(access.path) else { return true }
        let isExecuted = access.use == .execute
        guard isRoot else { return Glibc.access(access.path, isExecuted ? X_OK : R_OK) == 0 }
        var path = HostPath.parent(access.path)
        while path != "/" && !path.isEmpty {
            guard others(path, S_IXOTH) else { return false }
            path = HostPath.parent(path)
        }
        return others(access.path, isExecuted ? S_IXOTH : S_IROTH)
    }

    /// What is gone meanwhile is not known to be kept.
    private static func others(_ path: String, _ bit: mode_t) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & bit != 0
    }
}
