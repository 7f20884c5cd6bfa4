import Glibc
import LinuxIO

/// Makes the folders of a layer and hands them to the call's user. Blocking.
struct LayerBuilder {
    let folder: SharedDescriptor
    let workspace: WorkspaceRoot
    let owner: LayerOwner
    /// What of it is there already.
    var blank: BlankLayer?

    /// A tree that holds copies of the granted files, in folders of the same names, and nothing else.
    func copies(
        of grants: [ResolvedGrant], limits: LayerLimits
    ) throws(LayerError) -> (mount: LayerMount, copies: [String: FileIdentity]) {
        let (tree, copies) = try tree(of: grants, limits: limits)
        return (.copied(tree), copies)
    }

    /// The same, and each folder that the call sees as a whole at its place: with an overlay, if anything in it may be
    /// changed.
    func composition(
        of names: OwnNames, limits: LayerLimits
    ) throws(LayerError) -> (mount: LayerMount, copies: [String: FileIdentity]) {
        let (tree, copies) = try tree(of: names.exact, limits: limits)
        do {
            var shown: [LayerFolder] = []
            for (number, folder) in names.folders.enumerated() {
                guard let lower = folder.resolved.descriptor else { continue }
                _ = try folders(folder.path, in: tree)
                let changes = folder.isWritten ? try changes(of: lower, "changes-\(number)") : nil
                shown.append(LayerFolder(path: folder.path, lower: lower, changes: changes))
            }
            return (.composed(tree: tree, folders: shown), copies)
        } catch {
            throw LayerError("prepare the folders of a call", error)
        }
    }

    private func changes(of lower: SharedDescriptor, _ name: String) throws(SystemError) -> LayerFolder.Changes {
        try folder.makeFolder(name, mode: 0o700)
        let place = try folder.openBeneath(name, pathOnly | O_DIRECTORY).shared()
        // See `overlay()`.
        try place.setMode(0o711)
        let mode = try lower.status().permissions & 0o777 | 0o700
        return LayerFolder.Changes(
            upper: try make("upper", in: place, mode: mode), work: try make("work", in: place, mode: 0o700))
    }

    private func tree(
        of grants: [ResolvedGrant], limits: LayerLimits
    ) throws(LayerError) -> (SharedDescriptor, copies: [String: FileIdentity]) {
        var bytes = 0
        var copies: [String: FileIdentity] = [:]
        do {
            let tree = try workspaceFolder()
            for grant in grants {
                guard let path = grant.path, copies[path.relative] == nil else { continue }
                let target = try folders(HostPath.split(path.relative).folder, in: tree)
                guard let inode = path.descriptor, let identity = path.identity else { continue }
                bytes += Int(identity.size)
                guard bytes <= limits.bytes.bytes else {
                    throw LayerError(
                        .layerTooLarge, "the files of the call hold more than \(limits.bytes.bytes) bytes")
                }
                copies[path.relative] = try copy(inode, identity, path, to: target)
            }
            return (tree, copies)
        } catch let error as LayerError {
            throw error
        } catch let error as SystemError {
            throw LayerError("prepare the copies for a call", error)
        } catch {
            throw LayerError(.systemFailure, "could not prepare the copies for a call: \(error)")
        }
    }

    /// Empty folders for an overlay on the whole workspace.
    func overlay() throws(LayerError) -> LayerMount {
        do {
            let upper = try workspaceFolder()
            let work = try workFolder()
            // As root, agentbox-init is another user, who passes through this folder when it mounts the overlay. The
            // folders above are private.
            try folder.setMode(0o711)
            return .overlay(lower: workspace.descriptor, upper: upper, work: work)
        } catch {
            throw LayerError("prepare the overlay for a call", error)
        }
    }

    /// What appears as `/workspace` itself.
    private func workspaceFolder() throws(SystemError) -> SharedDescriptor {
        let mode = try workspace.descriptor.status().permissions & 0o777 | 0o700
        if let blank { return try handOver(blank.tree, mode: mode) }
        return try make("tree", in: folder, mode: mode)
    }

    private func workFolder() throws(SystemError) -> SharedDescriptor {
        if let blank { return try handOver(blank.work, mode: 0o700) }
        return try make("work", in: folder, mode: 0o700)
    }

    /// The folder `path` of the tree, made with the modes that the workspace has.
    private func folders(_ path: String, in tree: SharedDescriptor) throws(SystemError) -> SharedDescriptor {
        var current = tree
        var original = "."
        for component in path.split(separator: "/") where component != "." {
            let name = String(component)
            original = HostPath.join(original, name)
            if let known = try current.inode(name) {
                current = known.shared()
            } else {
                let mode = try workspace.descriptor.openBeneath(original, pathOnly | O_DIRECTORY).status().permissions
                current = try make(name, in: current, mode: mode & 0o777 | 0o700)
            }
        }
        return current
    }

    private func make(
        _ name: String, in parent: SharedDescriptor, mode: UInt32
    ) throws(SystemError) -> SharedDescriptor {
        try handOver(parent.makeAndOpenFolder(name), mode: mode)
    }

    /// Gives a folder to the call's user.
    private func handOver(_ made: SharedDescriptor, mode: UInt32) throws(SystemError) -> SharedDescriptor {
        try made.setOwner(owner)
        try made.setMode(mode)
        return try made.reopened(pathOnly | O_DIRECTORY).shared()
    }

    /// Copies the inode that was resolved, whatever its name stands for now.
    private func copy(
        _ inode: SharedDescriptor, _ identity: FileIdentity, _ path: ResolvedPath, to folder: SharedDescriptor
    ) throws -> FileIdentity {
        let source = try inode.reopened(O_RDONLY)
        let target = try Descriptor.open(path.name, in: folder, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        try source.copyContent(to: target)
        let status = try source.status()
        guard FileIdentity(status) == identity else {
            throw LayerError(.workspaceChanged, "`\(path.relative)` changed while it was being copied for the call")
        }
        try target.setOwner(owner)
        try target.setMode(status.permissions & 0o777)
        try target.setModified(status.modified)
        return FileIdentity(try target.status())
    }
}
