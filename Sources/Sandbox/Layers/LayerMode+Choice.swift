import Manifests

extension LayerMode {
    /// Copies will do if the call names exact files only: they hide every other name, so that nothing else can be read
    /// or renamed into place, and need no overlay. A path that leads through a link needs the tree, in which that link
    /// exists.
    ///
    /// In a view of its own a call gets copies and the folders that its grants open, whatever they are.
    package init(
        grants: [ResolvedGrant], workspace: SandboxProfile.Workspace, view: SandboxProfile.View = .shared
    ) {
        guard grants.contains(where: \.writes) else {
            self = .none
            return
        }
        if view == .own, workspace != .all {
            let names = OwnNames(grants)
            self = names.isWhole ? .overlay : names.folders.isEmpty ? .copied : .composed
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
