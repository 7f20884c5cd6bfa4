import Glibc
import LinuxIO

/// The workspace of a task, opened once: everything that a call names is looked up beneath this descriptor, whatever
/// happens to the path by which it was found.
///
///     let workspace = try WorkspaceRoot("/home/a/project", home: "/home/a/.local/share/agentbox")
///     let file = try workspace.resolve("Sources/main.swift", for: .write)
package final class WorkspaceRoot: Sendable {
    /// The workspace's name in every box.
    package static let viewPath = "/workspace"

    /// The real path when it was opened: for messages and records, not for access.
    package let path: String
    /// The folder, opened with O_PATH.
    package let descriptor: SharedDescriptor
    /// Whom it belongs to.
    package let owner: LayerOwner
    let identity: FileIdentity
    /// Relative paths of agentbox's own manifests, and of the links that lead to them: read-only for every call, and all
    /// beneath them.
    let readOnly: [String]

    /// - Parameters:
    ///   - home: `$AGENTBOX_HOME`. It and the workspace must lie apart, or a call could reach keys, ledger and layers.
    ///   - readOnly: Paths on the host that no call may change, as far as they lie in the workspace: the run's intent,
    ///     folders of tools and of profiles. So do the links by which they are reached.
    package init(_ text: String, home: String, readOnly: [String] = []) throws(GrantError) {
        let folder: SharedDescriptor
        let status: FileStatus
        do {
            folder = try Descriptor.open(text, pathOnly | O_DIRECTORY).shared()
            status = try folder.status()
            path = try Self.realPath(of: folder)
        } catch {
            throw Self.refusal(of: text, error)
        }
        if path == "/" {
            throw GrantError(
                .invalidPath, text, "the workspace is `/`: everything on this host would be granted",
                remedy: "name the folder of one project")
        }
        let homePath = HostPath.canonical(home)
        if HostPath.contains(path, homePath) || HostPath.contains(homePath, path) {
            throw GrantError(
                .invalidPath, text, "the workspace `\(path)` and agentbox's own folder `\(homePath)` overlap",
                remedy: "choose another workspace, or set AGENTBOX_HOME to a folder outside of it")
        }
        descriptor = folder
        identity = FileIdentity(status)
        owner = LayerOwner(user: status.owner, group: status.group)
        let root = path
        self.readOnly = readOnly.flatMap { PathTrail($0).names }.compactMap { HostPath.relative($0, to: root) }
            .filter { $0 != "." }
    }

    /// A workspace that an earlier process opened, to take back what that one began: nothing is granted in it.
    init(recovering path: String) throws(SystemError) {
        descriptor = try Descriptor.open(path, pathOnly | O_DIRECTORY | O_NOFOLLOW).shared()
        let status = try descriptor.status()
        identity = FileIdentity(status)
        owner = LayerOwner(user: status.owner, group: status.group)
        self.path = path
        readOnly = []
    }

    /// Why `relative`, canonical, may not be written by `write`, `create` and `writeUnder`; nil if it may.
    func reasonAgainstWriting(_ relative: String) -> String? {
        if let reason = ProtectedNames.reason(against: relative) { return reason }
        guard readOnly.contains(where: { HostPath.contains($0, relative) }) else { return nil }
        return "it is part of what this run was started with"
    }

    private static func realPath(of folder: SharedDescriptor) throws(SystemError) -> String {
        guard let path = try folder.currentPath() else { throw SystemError(call: "readlink", errno: EILSEQ) }
        // A folder that was removed has ` (deleted)` behind its name: what is opened again is another one or none.
        let again = try Descriptor.open(path, pathOnly | O_DIRECTORY | O_NOFOLLOW)
        let isSame = FileIdentity(try folder.status()).isSameFile(as: FileIdentity(try again.status()))
        guard isSame else { throw SystemError(call: "open", errno: ENOENT, subject: path) }
        return path
    }

    private static func refusal(of text: String, _ error: SystemError) -> GrantError {
        switch error.errno {
        case ENOENT: GrantError(.notFound, text, "the workspace `\(text)` does not exist")
        case ENOTDIR: GrantError(.notADirectory, text, "the workspace `\(text)` is no folder")
        case EILSEQ: GrantError(.invalidPath, text, "the path of the workspace `\(text)` is not UTF-8")
        case EACCES: GrantError(.notPermitted, text, "the workspace `\(text)` may not be opened")
        default: GrantError(.systemFailure, text, error.message, remedy: error.remedy)
        }
    }
}
