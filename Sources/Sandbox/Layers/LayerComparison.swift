import Glibc
import LinuxIO

/// Compares what a call left with the workspace and with its grants. Blocking.
///
/// The result is what would be published, what is discarded, and, if the workspace moved on meanwhile, the conflict
/// that keeps everything from being published.
struct LayerComparison {
    private(set) var planned: [PlannedChange] = []
    var violations = ViolationList()
    var conflict: LayerConflict?

    let workspace: WorkspaceRoot
    let coverage: LayerCoverage
    let layer: SharedDescriptor
    let limits: LayerLimits
    /// From when on a change of a file beneath is one during the call; nil where exact identities are known.
    let epoch: FileTime?
    /// What exact grants saw when they were resolved; `.some(nil)`: nothing.
    let bases: [String: FileIdentity?]
    /// Of a layer of copies: those that are still like this were not touched by the call.
    let copies: [String: FileIdentity]
    /// Folders that stood in the layer as a whole.
    let folders: [LayerFolder]
    private var bytes = 0

    init(
        grants: [ResolvedGrant], workspace: WorkspaceRoot, layer: SharedDescriptor, limits: LayerLimits,
        epoch: FileTime?, copies: [String: FileIdentity], folders: [LayerFolder] = []
    ) {
        self.copies = copies
        self.folders = folders
        self.workspace = workspace
        self.layer = layer
        self.limits = limits
        self.epoch = epoch
        coverage = LayerCoverage(grants, workspace: workspace)
        let exact = grants.filter { $0.word == .write || $0.word == .create }.compactMap(\.path)
        bases = Dictionary(exact.map { ($0.relative, $0.identity) }) { first, _ in first }
    }

    /// What the workspace has under `path` now; nil if nothing.
    func lower(_ path: String) throws(SystemError) -> FileStatus? {
        do {
            return try workspace.descriptor.openBeneath(path, pathOnly | O_NOFOLLOW).status()
        } catch {
            if error.errno == ENOENT || error.errno == ENOTDIR || error.errno == ELOOP { return nil }
            throw error
        }
    }

    /// A regular file of the layer against what the workspace has there.
    mutating func compareFile(_ entry: LayerEntry, with base: FileStatus?) throws {
        if bases.keys.contains(entry.path), let found = findConflict(entry.path, base) {
            conflict = conflict ?? found
            return
        }
        if entry.status.permissions & 0o7000 != 0 {
            violations.add("chmod", entry.path, "set-user-ID, set-group-ID and sticky bits are not published")
        }
        let source = source(of: entry.path)
        let content = try source.open()
        if let name = try content.attributeNames().first(where: OverlayAttribute.forbidden.contains) {
            violations.add("setxattr", entry.path, "`\(name)` would show the host another content than the call saw")
            return
        }
        let digest = try ContentDigest(of: content)
        var change = WorkspaceChange(path: entry.path, kind: .created, entry: .file)
        change.newSize = Int(entry.status.size)
        change.newDigest = digest.description
        change.newMode = entry.status.permissions & 0o777
        guard let base else {
            try publish(change, nil, .file(source))
            return
        }
        guard base.kind == .file else {
            try replaceOther(change, base, .file(source))
            return
        }
        try describeOld(&change, base)
        let hasMode = change.newMode == change.oldMode
        if change.oldDigest == change.newDigest {
            if hasMode { return }
            change.kind = .modeChanged
            // Attack: the inode has other names, which may lie outside of the workspace (`cp -al`, a store of packages):
            // a chmod would reach those too. A copy takes the mode in its place.
            try publish(change, base, base.links > 1 ? .file(source) : nil)
        } else {
            change.kind = .modified
            // A temporary file that was renamed over the original brings a mode that nobody asked for.
            if !coverage.coversMode(of: entry.path) { change.newMode = change.oldMode }
            try publish(change, base, .file(source))
        }
    }

    /// Where the layer has the content of a name.
    private func source(of path: String) -> ContentSource {
        for folder in folders where OwnNames.isBeneath(path, folder.path) {
            guard let upper = folder.changes?.upper, let rest = HostPath.relative(path, to: folder.path) else {
                continue
            }
            return ContentSource(folder: upper, path: rest)
        }
        return ContentSource(folder: layer, path: path)
    }

    /// A link of the layer against what the workspace has there.
    mutating func compareLink(_ entry: LayerEntry, with base: FileStatus?) throws {
        let text = entry.linkText
        var change = WorkspaceChange(path: entry.path, kind: .created, entry: .link)
        change.newSize = text?.utf8.count
        change.newDigest = text.map { ContentDigest(of: Array($0.utf8)).description }
        guard let base else {
            try publish(change, nil, text.map { .link($0) }, linkText: text)
            return
        }
        guard base.kind == .symbolicLink else {
            try replaceOther(change, base, text.map { .link($0) }, linkText: text)
            return
        }
        try describeOld(&change, base)
        if change.oldDigest == change.newDigest { return }
        change.kind = .modified
        try publish(change, base, text.map { .link($0) }, linkText: text)
    }

    /// A folder of the layer against what the workspace has there.
    mutating func compareFolder(_ entry: LayerEntry, with base: FileStatus?) throws {
        var change = WorkspaceChange(path: entry.path, kind: .created, entry: .directory)
        change.newMode = entry.status.permissions & 0o777 | 0o700
        guard let base else { return try publish(change, nil, .directory) }
        guard base.kind == .directory else { return try replaceOther(change, base, .directory) }
        if entry.status.permissions & 0o777 == base.permissions & 0o777 { return }
        change.kind = .modeChanged
        change.oldMode = base.permissions & 0o777
        try publish(change, base, nil)
    }

    /// Something of another type lies there: it goes, and the new comes, or neither.
    private mutating func replaceOther(
        _ change: WorkspaceChange, _ base: FileStatus, _ source: PlannedChange.Source?, linkText: String? = nil
    ) throws {
        let before = (planned.count, conflict)
        guard try compareRemoved(change.path, base) else { return }
        let count = planned.count
        try publish(change, nil, source, linkText: linkText)
        if planned.count == count { (planned, conflict) = (Array(planned.prefix(before.0)), before.1) }
    }

    /// A name that is gone from the layer, with everything beneath it. False if that is not covered.
    @discardableResult
    mutating func compareRemoved(_ path: String, _ base: FileStatus) throws -> Bool {
        let before = planned.count
        guard let objection = try planRemoval(path, base) else { return true }
        planned.removeLast(planned.count - before)
        violations.add("remove", path, objection)
        return false
    }

    private mutating func planRemoval(_ path: String, _ base: FileStatus) throws -> String? {
        let entry: WorkspaceChange.Entry
        switch base.kind {
        case .file: entry = .file
        case .directory: entry = .directory
        case .symbolicLink: entry = .link
        case .other: return "`\(path)` is a FIFO, a socket or a device"
        }
        if let objection = coverage.objection(to: .removed, of: entry, at: path) { return objection }
        var change = WorkspaceChange(path: path, kind: .removed, entry: entry)
        try describeOld(&change, base)
        try plan(change, base, nil)
        guard entry == .directory else { return nil }
        let folder = try workspace.descriptor.openBeneath(path, pathOnly | O_DIRECTORY)
        for bytes in try folder.names(atMost: limits.entries) {
            guard let name = String(validating: bytes, as: UTF8.self) else {
                return "it holds a name that is not UTF-8"
            }
            guard let child = try folder.status(of: name) else { continue }
            if let objection = try planRemoval(path + "/" + name, child) {
                return "it holds `\(path)/\(name)`: \(objection)"
            }
        }
        return nil
    }

    /// Size, digest and mode of what is there.
    private mutating func describeOld(_ change: inout WorkspaceChange, _ base: FileStatus) throws {
        switch base.kind {
        case .file:
            bytes += Int(base.size)
            guard bytes <= limits.bytes.bytes else {
                throw LayerError(.layerTooLarge, "the call changes files of more than \(limits.bytes.bytes) bytes")
            }
            change.oldSize = Int(base.size)
            change.oldDigest = try ContentDigest(of: workspace.openBase(change.path)).description
            change.oldMode = base.permissions & 0o777
        case .symbolicLink:
            let text = try workspace.baseLink(change.path)
            change.oldSize = text.utf8.count
            change.oldDigest = ContentDigest(of: Array(text.utf8)).description
        case .directory, .other: change.oldMode = base.permissions & 0o777
        }
    }

    /// Takes a change in if a grant covers it, else reports it.
    private mutating func publish(
        _ change: WorkspaceChange, _ base: FileStatus?, _ source: PlannedChange.Source?, linkText: String? = nil
    ) throws {
        if let objection = coverage.objection(to: change.kind, of: change.entry, at: change.path, linkText: linkText) {
            return violations.add(change.kind.operation, change.path, objection)
        }
        if GitCoverage.owns(change.path), case .file(let content) = source, !change.path.hasPrefix(".git/objects/") {
            let bytes = try content.open().read(count: GitCoverage.mostChecked, at: 0)
            if let objection = GitCoverage.objection(toContent: bytes, at: change.path) {
                return violations.add(change.kind.operation, change.path, objection)
            }
        }
        try plan(change, base, source)
    }

    private mutating func plan(
        _ change: WorkspaceChange, _ base: FileStatus?, _ source: PlannedChange.Source?
    ) throws {
        guard planned.count < limits.entries else {
            throw LayerError(.layerTooLarge, "the call changes more than \(limits.entries) names")
        }
        var change = change
        if change.kind != .removed, change.entry != .directory {
            change.review = ReviewedNames.reason(for: change.path, mode: change.newMode)
            if change.review == nil, change.entry == .file, try isManifest(change, source) {
                change.review = ReviewedNames.manifestReason
            }
        }
        let folder = try lower(HostPath.split(change.path).folder)
        if conflict == nil { conflict = findConflict(change.path, base) }
        planned.append(
            PlannedChange(change: change, base: base, source: source, folder: folder.map { FileIdentity($0) }))
    }

    /// True if agentbox may take the new content, or that which got another mode, for a manifest.
    private func isManifest(_ change: WorkspaceChange, _ source: PlannedChange.Source?) throws -> Bool {
        guard !GitCoverage.owns(change.path), let size = change.newSize, size <= ManifestText.mostBytes else {
            return false
        }
        let file =
            if case .file(let content) = source { try content.open() } else { try workspace.openBase(change.path) }
        return ManifestText.isManifest(try file.read(count: size, at: 0))
    }

    /// Says why what is in the workspace is not what the call was given.
    private func findConflict(_ path: String, _ base: FileStatus?) -> LayerConflict? {
        if let known = bases[path] {
            if known == base.map({ FileIdentity($0) }) { return nil }
            let what = known == nil ? "it was created" : base == nil ? "it was removed" : "it was changed"
            return LayerConflict(path: path, reason: "\(what) while the call ran")
        }
        guard let base, let epoch, base.kind != .directory, base.changed.isSince(epoch) else { return nil }
        return LayerConflict(path: path, reason: "it was changed while the call ran")
    }
}

extension WorkspaceChange.Kind {
    /// The violation's word for it.
    fileprivate var operation: String {
        switch self {
        case .created: "create"
        case .modified: "modify"
        case .removed: "remove"
        case .modeChanged: "chmod"
        }
    }
}
