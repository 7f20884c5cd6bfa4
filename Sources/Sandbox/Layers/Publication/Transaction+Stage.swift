import Glibc
import LinuxIO

extension Transaction {
    /// Writes the new content of a step beside its target; nil if the step has none.
    func stage(_ step: PublishPlan.Step, flushing flush: inout FlushStage) throws -> FileStamp? {
        guard step.operation.kind != .remove, step.operation.kind != .chmod else { return nil }
        guard let first = step.changes.first, let source = first.source else { return nil }
        let folder = try workspace.folder(of: step.operation)
        if first.change.entry == .directory {
            try stageFolder(step, in: folder, &flush)
        } else {
            let target = try owner(of: first, in: folder)
            try stageContent(source, first, as: step.operation.temporary, in: folder, owner: target, &flush)
        }
        guard let status = try folder.status(of: step.operation.temporary) else {
            throw LayerConflict(path: step.operation.path, reason: "its staged content was taken away")
        }
        return FileStamp(status)
    }

    /// A new folder with everything in it, closed to others until it has its name.
    private func stageFolder(
        _ step: PublishPlan.Step, in parent: SharedDescriptor, _ flush: inout FlushStage
    ) throws {
        try parent.makeFolder(step.operation.temporary, mode: 0o700)
        let root = try parent.openBeneath(step.operation.temporary, pathOnly | O_DIRECTORY).shared()
        let target = try LayerOwner(user: parent.status().owner, group: parent.status().group)
        for (planned, path) in zip(step.changes.dropFirst(), step.operation.contents) {
            let (folderPath, name) = HostPath.split(path)
            let folder = try root.openBeneath(folderPath, pathOnly | O_DIRECTORY).shared()
            guard let source = planned.source else { continue }
            if case .directory = source {
                try folder.makeFolder(name, mode: 0o700)
            } else {
                try stageContent(source, planned, as: name, in: folder, owner: target, &flush)
            }
        }
        let folders = zip(step.changes, ["."] + step.operation.contents).filter { $0.0.change.entry == .directory }
        for (planned, path) in folders.reversed() {
            let folder = try root.openBeneath(path, O_RDONLY | O_DIRECTORY)
            if geteuid() == 0 { try folder.setOwner(target) }
            try folder.setMode(planned.change.newMode ?? 0o755)
            try flush.add(folder.shared())
        }
    }

    private func stageContent(
        _ source: PlannedChange.Source, _ planned: PlannedChange, as name: String, in folder: SharedDescriptor,
        owner: LayerOwner?, _ flush: inout FlushStage
    ) throws {
        switch source {
        case .directory: return
        case .link(let text):
            try folder.makeLink(name, to: text)
            guard let owner, geteuid() == 0 else { return }
            try retrying("lchown", name) {
                fchownat(folder.raw, name, owner.user, owner.group, AT_SYMLINK_NOFOLLOW)
            }
        case .file(let source):
            let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
            let file = try Descriptor.open(name, in: folder, flags, mode: 0o600)
            try source.open().copyContent(to: file)
            // Attack: whoever can reach the layer changes it after it was compared, shown to people and approved.
            guard try planned.change.newDigest == ContentDigest(of: file).description else {
                throw LayerConflict(
                    path: planned.change.path, reason: "what the call wrote was changed after it was compared")
            }
            if planned.change.kind != .created {
                try workspace.openBase(planned.change.path).copyAttributes(to: file)
            }
            if let owner { try file.setOwner(owner) }
            // After the owner: changing that clears bits. Without set-user-ID and its like, whatever was there before.
            try file.setMode((planned.change.newMode ?? 0o644) & 0o777)
            try flush.add(file.shared())
        }
    }

    /// Whose the new content is: the old one's owner, and of a new name, as root, the folder's. Else the kernel decides.
    private func owner(of planned: PlannedChange, in folder: SharedDescriptor) throws(SystemError) -> LayerOwner? {
        if let base = planned.base { return LayerOwner(user: base.owner, group: base.group) }
        guard geteuid() == 0 else { return nil }
        let status = try folder.status()
        return LayerOwner(user: status.owner, group: status.group)
    }
}

extension WorkspaceRoot {
    /// The folder of a step, reached without links, and still the one that was compared.
    func folder(of operation: PublishOperation) throws -> SharedDescriptor {
        do {
            let folder = try descriptor.openBeneath(operation.folder, pathOnly | O_DIRECTORY).shared()
            if InodeNumber(try folder.status()) == operation.folderIdentity { return folder }
        } catch {
            guard [ENOENT, ENOTDIR, ELOOP, EXDEV].contains(error.errno) else { throw error }
        }
        throw LayerConflict(path: operation.path, reason: "its folder was renamed or replaced")
    }
}
