import Glibc
import LinuxIO

/// Carries out steps of a publication that counts, as far as the disk lost them: the record was on it, and not the name.
///
/// Only what is exactly as it was before the step becomes what it was to be; anything else is somebody's own. A folder that
/// is not empty is not removed: what is in it may have changed.
struct Redo {
    let workspace: WorkspaceRoot

    /// Paths that are neither as they were nor as they should be: they are left as they are.
    func run(_ operations: [PublishOperation], _ stamps: [FileStamp?]) -> [String] {
        zip(operations, stamps).compactMap { operation, staged in
            do {
                return try redo(operation, staged, workspace.folder(of: operation)) ? nil : operation.path
            } catch is LayerConflict {
                // The folder was moved since: what lies in it there is somebody else's now.
                return nil
            } catch {
                return operation.path
            }
        }
    }

    private func redo(
        _ operation: PublishOperation, _ staged: FileStamp?, _ folder: SharedDescriptor
    ) throws(SystemError) -> Bool {
        let named = try folder.status(of: operation.name).map { FileStamp($0) }
        let aside = try folder.status(of: operation.temporary).map { FileStamp($0) }
        let isStaged = staged != nil && aside == staged
        switch operation.kind {
        case .install where isStaged:
            guard named == nil else { return false }
            try folder.rename(operation.temporary, toFree: operation.name)
        case .installObject where isStaged && named == nil:
            try folder.rename(operation.temporary, toFree: operation.name)
        case .replace where isStaged:
            guard named == operation.base else { return false }
            try folder.exchange(operation.temporary, operation.name)
        case .remove where aside == nil && named != nil && named == operation.base:
            // Somebody may have written in it since, of which it shows nothing itself.
            guard try isEmptyOrFile(operation.name, in: folder) else { return false }
            try folder.rename(operation.name, toFree: operation.temporary)
        case .chmod:
            guard let inode = try folder.inode(operation.name), let mode = operation.newMode else { return true }
            let status = try inode.status()
            guard FileStamp(status) == operation.base, status.permissions & 0o777 == operation.oldMode else {
                return true
            }
            try inode.setMode(mode & 0o777)
        default: break
        }
        return true
    }

    private func isEmptyOrFile(_ name: String, in folder: SharedDescriptor) throws(SystemError) -> Bool {
        guard let status = try folder.status(of: name), status.kind == .directory else { return true }
        let opened = try Descriptor.open(name, in: folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        return try opened.names(atMost: 1).isEmpty
    }
}
