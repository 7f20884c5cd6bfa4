import Glibc
import LinuxIO

/// Takes steps back, or tidies up after them, from what lies there: the same code when a step fails and at the start
/// after a crash, when nobody knows how far it got.
struct Reversal {
    let workspace: WorkspaceRoot
    /// Folders that were opened before the first step: they are found even if somebody moved them since.
    var folders: [String: SharedDescriptor] = [:]

    /// Undoes every step that took effect, last first, and removes what was staged. Paths that somebody changed since
    /// are left as they are and returned.
    func run(_ operations: [PublishOperation], _ stamps: [FileStamp?]) -> [String] {
        var left: [String] = []
        for (operation, staged) in zip(operations, stamps).reversed() {
            do {
                let folder = try folders[operation.folder] ?? workspace.folder(of: operation)
                if try !undo(operation, staged, folder) { left.append(operation.path) }
            } catch is LayerConflict where staged == nil && operation.kind != .remove {
                // The folder is gone, and nothing had been put into it.
                continue
            } catch {
                left.append(operation.path)
            }
        }
        return left.reversed()
    }

    /// Removes what the published names replaced, as far as it can; the first error of those that it met.
    func tidy(_ operations: [PublishOperation], _ stamps: [FileStamp?]) -> SystemError? {
        var problem: SystemError?
        for (operation, staged) in zip(operations, stamps) where operation.kind != .chmod {
            do {
                try tidy(operation, staged)
            } catch let error as SystemError {
                problem = problem ?? error
            } catch {
                // The folder was moved since: what lies in it there is somebody else's now.
                continue
            }
        }
        return problem
    }

    private func tidy(_ operation: PublishOperation, _ staged: FileStamp?) throws {
        let folder = try workspace.folder(of: operation)
        try unlock(operation, staged, folder)
        guard let status = try folder.status(of: operation.temporary) else { return }
        let isOurs = operation.kind == .installObject || operation.base?.inode == InodeNumber(status)
        if isOurs { try TreeRemoval.remove(operation.temporary, from: folder) }
    }

    /// False if somebody came in between.
    private func undo(
        _ operation: PublishOperation, _ staged: FileStamp?, _ folder: SharedDescriptor
    ) throws(SystemError) -> Bool {
        try unlock(operation, staged, folder)
        let named = try folder.status(of: operation.name).map { FileStamp($0) }
        let aside = try folder.status(of: operation.temporary).map { FileStamp($0) }
        switch operation.kind {
        case .install, .installObject:
            if aside != nil {
                try TreeRemoval.remove(operation.temporary, from: folder)
                return true
            }
            guard let named, let staged, named.inode == staged.inode else { return true }
            return try uninstall(operation, named, staged, folder)
        case .replace:
            if let staged, named?.inode == staged.inode {
                // They were swapped. What is aside is what was there, whoever put it there; it comes back, unless
                // somebody wrote to the new content since: then both stay.
                guard named == staged, aside != nil else { return false }
                try folder.exchange(operation.temporary, operation.name)
            }
            try TreeRemoval.remove(operation.temporary, from: folder)
            return true
        case .remove:
            guard aside != nil else { return true }
            guard named == nil else { return false }
            try folder.rename(operation.temporary, toFree: operation.name)
            return true
        case .chmod:
            guard let inode = try folder.inode(operation.name), let mode = operation.oldMode else { return false }
            let status = try inode.status()
            guard InodeNumber(status) == operation.base?.inode else { return true }
            if status.permissions & 0o777 == operation.newMode { try inode.setMode(mode) }
            return true
        }
    }

    /// Gives git's lock back, if it is ours.
    private func unlock(
        _ operation: PublishOperation, _ staged: FileStamp?, _ folder: SharedDescriptor
    ) throws(SystemError) {
        guard let lock = operation.lock, let staged, let status = try folder.status(of: lock) else { return }
        if InodeNumber(status) == staged.inode { try folder.removeFile(lock) }
    }

    /// Takes a created name away, but nothing that was put beneath it or written to it since.
    private func uninstall(
        _ operation: PublishOperation, _ named: FileStamp, _ staged: FileStamp, _ folder: SharedDescriptor
    ) throws(SystemError) -> Bool {
        guard named.isFolder else {
            guard named == staged else { return false }
            try folder.removeFile(operation.name)
            return true
        }
        for path in operation.contents.reversed() {
            let (beneath, name) = HostPath.split(HostPath.join(operation.name, path))
            let parent = try folder.openBeneath(beneath, pathOnly | O_DIRECTORY)
            if unlinkat(parent.raw, name, 0) != 0, errno == EISDIR || errno == EPERM {
                unlinkat(parent.raw, name, AT_REMOVEDIR)
            }
        }
        return unlinkat(folder.raw, operation.name, AT_REMOVEDIR) == 0
    }
}
