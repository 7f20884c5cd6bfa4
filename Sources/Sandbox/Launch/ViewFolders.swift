/// What every view makes itself: no line of a profile adds to it, and its names mean other files on the host.
package enum ViewFolders {
    private static let made = ["/proc", "/sys", "/dev", "/run"]

    /// True of what the kernel and agentbox put into a view.
    package static func isMade(_ path: String) -> Bool { made.contains { HostPath.contains($0, path) } }

    /// True also of what is a call's alone: its scratch, and its workspace by the name that it has inside.
    package static func isOwn(_ path: String) -> Bool {
        isMade(path) || ["/tmp", WorkspaceRoot.viewPath].contains { HostPath.contains($0, path) }
    }
}
