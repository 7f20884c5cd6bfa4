import LinuxIO

/// A change with what it takes to publish it, and to notice that its base is not what it was.
struct PlannedChange: Sendable {
    var change: WorkspaceChange
    /// What the workspace has under that name; nil if nothing.
    let base: FileStatus?
    let source: Source?
    /// The folder that holds the name; nil if the same set of changes creates it.
    let folder: FileIdentity?

    /// The new content.
    enum Source: Sendable {
        case file(ContentSource)
        case link(String)
        case directory
    }
}

/// Why a set of changes cannot be published any more.
struct LayerConflict: Error, Sendable {
    let path: String
    let reason: String
}

extension FileTime {
    /// True if this stamp is `other` or later.
    func isSince(_ other: FileTime) -> Bool {
        seconds != other.seconds ? seconds > other.seconds : nanoseconds >= other.nanoseconds
    }
}
