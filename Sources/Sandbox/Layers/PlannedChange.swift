import Glibc
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

extension WorkspaceRoot {
    /// Opens what a change replaces. Whoever put something else there meanwhile made a conflict.
    func openBase(_ path: String) throws -> Descriptor {
        do { return try descriptor.openContent(path, mayOpen: false) } catch { throw Self.moved(path, error) }
    }

    /// The text of a link that a change replaces.
    func baseLink(_ path: String) throws -> String {
        let (folder, name) = HostPath.split(path)
        do {
            return try descriptor.openBeneath(folder, pathOnly | O_DIRECTORY).link(name) ?? ""
        } catch {
            throw Self.moved(path, error)
        }
    }

    private static func moved(_ path: String, _ error: SystemError) -> any Error {
        guard [ENOENT, ENOTDIR, EINVAL, ELOOP].contains(error.errno) else { return error }
        return LayerConflict(path: path, reason: "it was changed while the call ran")
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
