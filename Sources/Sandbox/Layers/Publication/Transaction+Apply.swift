import CSandbox
import Glibc
import LinuxIO

extension Transaction {
    /// Carries out one step. What it finds before and after has to be what the call was given.
    func apply(_ step: PublishPlan.Step) throws {
        let operation = step.operation
        let folder = try workspace.folder(of: operation)
        if let lock = operation.lock { try take(lock, operation, folder) }
        switch operation.kind {
        case .install: try install(operation, folder)
        case .installObject:
            do {
                try folder.rename(operation.temporary, toFree: operation.name)
            } catch {
                guard error.errno == EEXIST else { throw error }
            }
        case .replace:
            try requireBase(step, folder)
            try folder.exchange(operation.temporary, operation.name)
            try requireMovedBase(operation, folder)
        case .remove:
            try requireBase(step, folder)
            try folder.rename(operation.name, toFree: operation.temporary)
            try requireMovedBase(operation, folder)
            if operation.base?.isFolder ?? false { try requireContents(step, folder) }
        case .chmod:
            try requireBase(step, folder)
            guard let inode = try folder.inode(operation.name) else { throw changed(operation) }
            let status = try inode.status()
            guard FileStamp(status) == operation.base, status.kind == .directory || status.links == 1 else {
                throw changed(operation)
            }
            try inode.setMode((operation.newMode ?? 0o644) & 0o777)
        }
    }

    /// A second name of the staged content is the lock: so whose it is can be told after a crash.
    private func take(_ lock: String, _ operation: PublishOperation, _ folder: SharedDescriptor) throws {
        guard linkat(folder.raw, operation.temporary, folder.raw, lock, 0) != 0 else { return }
        guard errno == EEXIST else { throw SystemError.last("link", lock) }
        throw LayerConflict(path: operation.path, reason: "another git holds `\(lock)`")
    }

    private func install(_ operation: PublishOperation, _ folder: SharedDescriptor) throws {
        do {
            try folder.rename(operation.temporary, toFree: operation.name)
        } catch {
            guard error.errno == EEXIST else { throw error }
            throw LayerConflict(path: operation.path, reason: "it was created while the call ran")
        }
    }

    private func requireBase(_ step: PublishPlan.Step, _ folder: SharedDescriptor) throws {
        guard let status = try folder.status(of: step.operation.name), let base = step.changes.first?.base,
            FileIdentity(status) == FileIdentity(base)
        else { throw changed(step.operation) }
    }

    /// Between the look and the rename somebody may have replaced the file: what came out has to be the base.
    private func requireMovedBase(_ operation: PublishOperation, _ folder: SharedDescriptor) throws {
        guard let status = try folder.status(of: operation.temporary), FileStamp(status) == operation.base else {
            throw changed(operation)
        }
    }

    /// A removed folder held exactly what the call saw in it.
    private func requireContents(_ step: PublishPlan.Step, _ folder: SharedDescriptor) throws {
        let root = try folder.openBeneath(step.operation.temporary, pathOnly | O_DIRECTORY)
        var children: [String: Int] = [:]
        for (planned, path) in zip(step.changes.dropFirst(), step.operation.contents) {
            children[HostPath.split(path).folder, default: 0] += 1
            let (folderPath, name) = HostPath.split(path)
            let status = try root.openBeneath(folderPath, pathOnly | O_DIRECTORY).status(of: name)
            guard let status, planned.base.map({ FileIdentity($0) }) == FileIdentity(status) else {
                throw changed(step.operation)
            }
        }
        let folders = zip(step.changes.dropFirst(), step.operation.contents).filter { $0.0.change.entry == .directory }
        for path in ["."] + folders.map(\.1) {
            let expected = children[path, default: 0]
            let found = try root.openBeneath(path, pathOnly | O_DIRECTORY).names(atMost: expected + 1)
            guard found.count == expected else { throw changed(step.operation) }
        }
    }

    private func changed(_ operation: PublishOperation) -> LayerConflict {
        LayerConflict(path: operation.path, reason: "it was changed while the call ran")
    }
}
