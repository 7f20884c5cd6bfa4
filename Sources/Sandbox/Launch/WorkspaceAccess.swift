import LinuxIO
import Manifests

/// How the workspace appears in a view, and what of it may be touched there.
struct WorkspaceAccess: Sendable {
    enum Appearance: Sendable {
        case absent
        case readOnly(WorkspaceRoot)
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
            appearance = .readOnly(workspace)
        } else {
            appearance = .absent
        }
        switch appearance {
        case .absent, .layer(.copied): needsLandlock = false
        case .readOnly, .layer(.overlay): needsLandlock = !isWholeReadable
        }
    }

    /// Where a call starts.
    var isVisible: Bool {
        if case .absent = appearance { false } else { true }
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
        case .readOnly:
            if isWholeReadable { rules.allow(.read, inView: root) }
            for grant in grants {
                // The host's descriptor: the very inode that policy saw, whatever its name has come to mean.
                guard let access = reading(grant), let inode = grant.path?.descriptor else { continue }
                rules.allow(access, on: inode)
            }
        case .layer(.overlay):
            // Whatever is written stays in the layer, of which only what a grant covers is published. Reading is what
            // has to be confined here.
            rules.allow(isWholeReadable ? [.read, .change] : .change, inView: root)
            for grant in grants { addOverlayRule(grant, &rules) }
        }
    }

    private func addOverlayRule(_ grant: ResolvedGrant, _ rules: inout LandlockRuleset) {
        guard let path = grant.path, let access = reading(grant) else { return }
        let name = path.relative == "." ? WorkspaceRoot.viewPath : "\(WorkspaceRoot.viewPath)/\(path.relative)"
        switch (path.descriptor, path.kind) {
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
