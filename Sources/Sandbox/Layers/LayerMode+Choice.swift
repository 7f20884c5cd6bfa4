import Manifests

extension LayerMode {
    /// Copies will do if the call names exact files to write and reads nothing else: they hide every other name, and
    /// need no overlay. A path that leads through a link needs the tree, in which that link exists.
    package init(grants: [ResolvedGrant], workspace: SandboxProfile.Workspace) {
        let writers = grants.filter(\.writes)
        guard !writers.isEmpty else {
            self = .none
            return
        }
        let written = Set(writers.compactMap { $0.path?.relative })
        let fitsCopies = grants.allSatisfy { grant in
            switch grant.word {
            case .write, .create: grant.path?.isDirect ?? false
            case .read: (grant.path?.isDirect ?? false) && written.contains(grant.path?.relative ?? "")
            case .exec: true
            case .list, .readUnder, .writeUnder, .git: false
            }
        }
        self = fitsCopies && workspace != .all ? .copied : .overlay
    }
}
