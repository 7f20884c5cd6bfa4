import Manifests

/// The view, what may be executed in it, and the grants that it takes.
enum FileChanges {
    private typealias Change = ProfileComparison.Change

    static func changes(_ old: ResolvedProfile, _ new: ResolvedProfile) -> [ProfileComparison.Change] {
        paths("readable", old.read, new.read) + paths("executable", old.exec, new.exec) + workspace(old, new)
            + view(old, new) + grants(old, new)
    }

    /// A path that lies beneath one of the other profile opens nothing; a folder above it opens the rest of itself.
    private static func paths(_ word: String, _ old: [String], _ new: [String]) -> [Change] {
        func uncovered(_ paths: [String], by others: [String]) -> [String] {
            paths.filter { path in !others.contains { path == $0 || path.hasPrefix($0 + "/") } }
        }
        let opened = uncovered(new, by: old).map { Change(.fileSystem, .opens, "`\($0)` is \(word)") }
        return opened + uncovered(old, by: new).map { Change(.fileSystem, .closes, "`\($0)` is not \(word)") }
    }

    private static func workspace(_ old: ResolvedProfile, _ new: ResolvedProfile) -> [Change] {
        // In the order of the cases: nothing, what the grants name, all.
        let order = SandboxProfile.Workspace.allCases
        guard let before = order.firstIndex(of: old.workspace), let after = order.firstIndex(of: new.workspace),
            before != after
        else { return [] }
        let text = "the workspace is readable: \(new.workspace.rawValue), not \(old.workspace.rawValue)"
        return [Change(.fileSystem, after > before ? .opens : .closes, text)]
    }

    private static func view(_ old: ResolvedProfile, _ new: ResolvedProfile) -> [Change] {
        switch (old.view, new.view) {
        case (.own, .shared):
            [Change(.fileSystem, .opens, "a call can ask which names exist in the workspace beside its grants'")]
        case (.shared, .own):
            [Change(.fileSystem, .closes, "no name of the workspace exists for a call but those of its grants")]
        case (.own, .own), (.shared, .shared): []
        }
    }

    private static func grants(_ old: ResolvedProfile, _ new: ResolvedProfile) -> [Change] {
        GrantWord.allCases.compactMap { word in
            switch (old.grants.contains(word), new.grants.contains(word)) {
            case (false, true): Change(.fileSystem, .opens, "a tool may ask for the grant `\(word.rawValue)`")
            case (true, false): Change(.fileSystem, .closes, "no tool may ask for the grant `\(word.rawValue)`")
            default: nil
            }
        }
    }
}
