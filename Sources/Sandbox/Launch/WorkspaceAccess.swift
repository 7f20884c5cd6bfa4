import LinuxIO
import Manifests

/// How the workspace appears in a view, and what of it may be touched there.
struct WorkspaceAccess: Sendable {
    enum Appearance: Sendable {
        case absent
        case readOnly(WorkspaceRoot)
        /// Of the workspace what the grants name, and no other names.
        case ownNames(OwnNames)
        case layer(LayerMount)
    }

    let appearance: Appearance
    private let grants: [ResolvedGrant]
    private let isWholeReadable: Bool
    /// What can be read of the workspace can be executed.
    private let isExecutable: Bool
    /// True if what is visible is more than what may be read: only Landlock stands between.
    let needsLandlock: Bool

    init(
        _ workspace: WorkspaceRoot?, profile: ResolvedProfile, grants: [ResolvedGrant], layer: LayerMount?
    ) throws(SandboxError) {
        self.grants = grants.filter { $0.path != nil }
        isWholeReadable = profile.workspace == .all
        isExecutable = profile.exec.contains { HostPath.contains($0, WorkspaceRoot.viewPath) }
        if let layer {
            appearance = .layer(layer)
        } else if self.grants.contains(where: \.writes) {
            throw SandboxError(.invalidSpecification, "the call has a grant to write and no layer to write to")
        } else if let workspace, isWholeReadable || !self.grants.isEmpty {
            let names = OwnNames(self.grants)
            appearance = profile.view == .own && !names.isWhole ? .ownNames(names) : .readOnly(workspace)
        } else {
            appearance = .absent
        }
        switch appearance {
        case .absent, .layer(.copied): needsLandlock = false
        case .readOnly, .ownNames, .layer(.overlay), .layer(.composed): needsLandlock = !isWholeReadable
        }
    }

    /// Where a call starts.
    var isVisible: Bool {
        if case .absent = appearance { false } else { true }
    }

    /// True if what it shows is for one call alone.
    var isOwn: Bool {
        switch appearance {
        case .ownNames, .layer(.composed): true
        case .absent, .readOnly, .layer(.copied), .layer(.overlay): false
        }
    }

    func mounts(_ identity: CallIdentity, isExecutable: Bool) -> [PlannedMount] {
        let target = WorkspaceRoot.viewPath
        switch appearance {
        case .absent: return []
        case .readOnly(let workspace):
            return [
                PlannedMount(
                    content: .bind(workspace.descriptor), target: target, isExecutable: isExecutable,
                    isMapped: identity.needsMapping)
            ]
        case .ownNames(let names):
            // The folders above them are made where they are mounted, in the root, which is read-only.
            let shown = names.folders.map(\.resolved) + names.exact.compactMap(\.path)
            var mounts = [PlannedMount(content: .directory, target: target)]
            for path in shown {
                let place = Self.place(path.relative)
                guard let inode = path.descriptor, !mounts.contains(where: { $0.target == place }) else { continue }
                mounts.append(
                    PlannedMount(
                        content: .bind(inode), target: place, isExecutable: isExecutable,
                        isMapped: identity.needsMapping))
            }
            return mounts
        case .layer(.composed(let tree, let folders)):
            return [
                PlannedMount(content: .bind(tree), target: target, isReadOnly: false, isExecutable: isExecutable)
            ]
                + folders.map { folder in
                    let content: PlannedMount.Content =
                        if let changes = folder.changes {
                            .overlay(lower: folder.lower, upper: changes.upper, work: changes.work)
                        } else {
                            .bind(folder.lower)
                        }
                    return PlannedMount(
                        content: content, target: Self.place(folder.path), isReadOnly: folder.changes == nil,
                        isExecutable: isExecutable, isMapped: identity.needsMapping)
                }
        case .layer(.copied(let tree)):
            return [
                PlannedMount(content: .bind(tree), target: target, isReadOnly: false, isExecutable: isExecutable)
            ]
        case .layer(.overlay(let lower, let upper, let work)):
            return [
                PlannedMount(
                    content: .overlay(lower: lower, upper: upper, work: work), target: target, isReadOnly: false,
                    isExecutable: isExecutable, isMapped: identity.needsMapping)
            ]
        }
    }

    func addRules(to rules: inout LandlockRuleset) {
        let root = WorkspaceRoot.viewPath
        switch appearance {
        case .absent: break
        case .layer(.copied): rules.allow(isExecutable ? [.read, .change, .execute] : [.read, .change], inView: root)
        case .readOnly, .ownNames:
            if isWholeReadable { rules.allow(.read, inView: root) }
            // All names there are the call's own.
            if case .ownNames = appearance { rules.allow(.readDirectory, inView: root) }
            for grant in grants {
                // The host's descriptor: the very inode that policy saw, whatever its name has come to mean.
                guard let access = reading(grant), let inode = grant.path?.descriptor else { continue }
                rules.allow(access, on: inode)
            }
        case .layer(.composed(_, let folders)):
            rules.allow(isWholeReadable ? [.read, .change] : [.readDirectory, .change], inView: root)
            for grant in grants {
                guard let path = grant.path?.relative else { continue }
                let isCopy = !folders.contains { $0.path == path || OwnNames.isBeneath(path, $0.path) }
                addRule(grant, isCopy: isCopy, &rules)
            }
        case .layer(.overlay):
            // Whatever is written stays in the layer, of which only what a grant covers is published. Reading is what
            // has to be confined here.
            rules.allow(isWholeReadable ? [.read, .change] : .change, inView: root)
            for grant in grants { addRule(grant, isCopy: false, &rules) }
        }
    }

    private static func place(_ relative: String) -> String {
        relative == "." ? WorkspaceRoot.viewPath : "\(WorkspaceRoot.viewPath)/\(relative)"
    }

    /// A rule on a name in what the call may write to.
    private func addRule(_ grant: ResolvedGrant, isCopy: Bool, _ rules: inout LandlockRuleset) {
        guard let path = grant.path, let access = reading(grant) else { return }
        let name = Self.place(path.relative)
        switch (path.descriptor, path.kind) {
        // The host made it from that inode.
        case (_?, .file) where isCopy: rules.allow(access, inView: name)
        // A host's descriptor means nothing in a merged tree; that the name still leads to its inode is checked. A
        // merged folder has a number of its own.
        case (let inode?, .file): rules.allow(access, inView: name, sameAs: inode)
        case (_?, _): rules.allow(access, inView: name)
        case (nil, _): break
        }
    }

    /// What a grant lets a call read, and execute where the profile says so; nil if nothing.
    private func reading(_ grant: ResolvedGrant) -> LandlockAccess? {
        let files: LandlockAccess = isExecutable ? [.readFile, .execute] : .readFile
        switch grant.word {
        case .read, .write: return files
        case .list: return .readDirectory
        case .readUnder, .writeUnder, .git: return files.union(.readDirectory)
        case .create, .exec, .connect, .listen: return nil
        }
    }
}
