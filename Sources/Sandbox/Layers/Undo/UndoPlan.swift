import Glibc
import LinuxIO

/// What it takes to bring names back to how they were before a run. Blocking.
///
/// A name is taken back only if it still holds what the run left there; whatever a person did since stays.
struct UndoPlan {
    private(set) var planned: [PlannedChange] = []
    private(set) var conflicts: [UndoConflict] = []
    private let workspace: WorkspaceRoot
    private let changes: ChangeStore

    /// Of net changes, at most one of each kind for a path.
    init(_ net: [WorkspaceChange], workspace: WorkspaceRoot, changes: ChangeStore) throws(SystemError) {
        self.workspace = workspace
        self.changes = changes
        // A name that changed its type is removed and created: only the second says what must be there now.
        let created = Set(net.filter { $0.kind == .created }.map(\.path))
        let files = net.filter { !($0.kind == .created && $0.entry == .directory) }
        for change in files where !GitCoverage.isObject(change.path) {
            if change.kind == .removed, created.contains(change.path) {
                try bringBack(change, isReplacing: true)
            } else {
                try takeBack(change)
            }
        }
        // Created folders from the innermost: one goes when everything in it does.
        let folders = net.filter { $0.kind == .created && $0.entry == .directory && !GitCoverage.isObject($0.path) }
        for change in folders.reversed() { try removeFolder(change) }
        dropReplacements(created)
    }

    private mutating func takeBack(_ change: WorkspaceChange) throws(SystemError) {
        if change.kind == .removed { return try bringBack(change, isReplacing: false) }
        guard let base = try current(change) else {
            return conflict(change, "it is not what the run left there any more")
        }
        var inverse = change
        (inverse.oldSize, inverse.oldDigest, inverse.oldMode) = (change.newSize, change.newDigest, change.newMode)
        (inverse.newSize, inverse.newDigest, inverse.newMode) = (change.oldSize, change.oldDigest, change.oldMode)
        inverse.review = nil
        switch change.kind {
        case .created:
            inverse.kind = .removed
            try plan(inverse, base, nil)
        case .modeChanged:
            // As when it was published: other names of the inode keep their mode.
            let isShared = base.kind == .file && base.links > 1
            let copy = ContentSource(folder: workspace.descriptor, path: change.path)
            try plan(inverse, base, isShared ? .file(copy) : nil)
        case .modified, .removed:
            guard let source = try source(change) else { return conflict(change, "its old content was not kept") }
            try plan(inverse, base, source)
        }
    }

    /// A removed name is made again. With `isReplacing` something that the run created is still in its place.
    private mutating func bringBack(_ change: WorkspaceChange, isReplacing: Bool) throws(SystemError) {
        if !isReplacing, try lower(change.path) != nil { return conflict(change, "somebody made it anew") }
        var inverse = WorkspaceChange(path: change.path, kind: .created, entry: change.entry)
        (inverse.newSize, inverse.newDigest, inverse.newMode) = (change.oldSize, change.oldDigest, change.oldMode)
        guard let source = try source(change) else { return conflict(change, "its old content was not kept") }
        try plan(inverse, nil, source)
    }

    private mutating func removeFolder(_ change: WorkspaceChange) throws(SystemError) {
        guard let base = try lower(change.path), base.kind == .directory else {
            return conflict(change, "it is not what the run left there any more")
        }
        let going = Set(planned.filter { $0.change.kind == .removed }.map(\.change.path))
        let names = try workspace.descriptor.openBeneath(change.path).names(atMost: .max)
        let staying = names.contains { !going.contains(change.path + "/" + String(decoding: $0, as: UTF8.self)) }
        if staying { return conflict(change, "it holds files that are not the run's") }
        var inverse = WorkspaceChange(path: change.path, kind: .removed, entry: .directory)
        inverse.oldMode = base.permissions & 0o777
        try plan(inverse, base, nil)
    }

    /// What was to come back in place of something that stays cannot.
    private mutating func dropReplacements(_ created: Set<String>) {
        let stuck = created.intersection(conflicts.map(\.path))
        planned.removeAll { stuck.contains($0.change.path) && $0.change.kind == .created }
    }

    /// What is there now, if that is what the run left; else nil.
    private func current(_ change: WorkspaceChange) throws(SystemError) -> FileStatus? {
        guard let base = try lower(change.path) else { return nil }
        switch (change.entry, base.kind) {
        case (.file, .file):
            let digest = try ContentDigest(of: workspace.descriptor.openContent(change.path)).description
            return digest == change.newDigest && base.permissions & 0o777 == change.newMode ? base : nil
        case (.link, .symbolicLink):
            let (folder, name) = HostPath.split(change.path)
            let text = try workspace.descriptor.openBeneath(folder, pathOnly | O_DIRECTORY).link(name) ?? ""
            return ContentDigest(of: Array(text.utf8)).description == change.newDigest ? base : nil
        case (.directory, .directory): return base
        default: return nil
        }
    }

    private func source(_ change: WorkspaceChange) throws(SystemError) -> PlannedChange.Source? {
        if change.entry == .directory { return .directory }
        guard let digest = change.oldDigest.flatMap({ ContentDigest($0) }) else { return nil }
        guard let source = try changes.source(digest) else { return nil }
        guard change.entry == .link else { return .file(source) }
        let text = String(validating: try source.open().readAll(limit: Int(PATH_MAX)), as: UTF8.self)
        return text.map { .link($0) }
    }

    private func lower(_ path: String) throws(SystemError) -> FileStatus? {
        do {
            return try workspace.descriptor.openBeneath(path, pathOnly | O_NOFOLLOW).status()
        } catch {
            if error.errno == ENOENT || error.errno == ENOTDIR || error.errno == ELOOP { return nil }
            throw error
        }
    }

    private mutating func plan(
        _ change: WorkspaceChange, _ base: FileStatus?, _ source: PlannedChange.Source?
    ) throws(SystemError) {
        let folder = HostPath.split(change.path).folder
        let status = try lower(folder)
        let isComing = planned.contains { $0.change.path == folder && $0.change.kind == .created }
        guard status?.kind == .directory || isComing else { return conflict(change, "its folder is gone") }
        let identity = isComing ? nil : status.map { FileIdentity($0) }
        planned.append(PlannedChange(change: change, base: base, source: source, folder: identity))
    }

    private mutating func conflict(_ change: WorkspaceChange, _ reason: String) {
        conflicts.append(UndoConflict(path: change.path, reason: reason))
    }
}

/// A name that was not taken back.
package struct UndoConflict: Hashable, Sendable {
    package let path: String
    package let reason: String
}

extension GitCoverage {
    /// Objects that nothing names are harmless, and git removes them in time.
    fileprivate static func isObject(_ path: String) -> Bool { path.hasPrefix(".git/objects/") }
}
