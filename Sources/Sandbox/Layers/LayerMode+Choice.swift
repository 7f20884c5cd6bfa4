import Manifests

extension LayerMode {
    /// Copies will do if the call names exact files only: they hide every other name, so that nothing else can be read
    /// or renamed into place, and need no overlay. A path that leads through a link needs the tree, in which that link
    /// exists.
    package init(grants: [ResolvedGrant], workspace: SandboxProfile.Workspace) {
        guard grants.contains(where: \.writes) else {
            self = .none
            return
        }
        let fitsCopies = grants.allSatisfy { grant in
            switch grant.word {
            case .read, .write, .create: grant.path?.isDirect ?? false
            case .exec, .connect, .listen: true
            case .list, .readUnder, .writeUnder, .git: false
            }
        }
        self = fitsCopies && workspace != .all ? .copied : .overlay
    }
}
