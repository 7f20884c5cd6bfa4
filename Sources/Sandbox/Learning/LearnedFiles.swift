import Glibc

/// The files of the host that were used, as lines of a profile: few enough to be read, and none wider than it needs to be.
struct LearnedFiles {
    /// For `filesystem.read`, with what needed each.
    private(set) var read: [String: LearnedNeeds.Need] = [:]
    /// For `filesystem.exec`.
    private(set) var exec: [String: LearnedNeeds.Need] = [:]
    private(set) var usesTemporary = false
    private(set) var readsWorkspace = false
    private(set) var changesWorkspace = false

    /// So many single files of one folder are the folder.
    private static let manyFiles = 8

    init(_ needs: LearnedNeeds) {
        var singles: [String: [(String, LearnedNeeds.Need)]] = [:]
        for (access, need) in needs.files.sorted(by: { ($0.key.path, $0.key.use) < ($1.key.path, $1.key.use) }) {
            let path = access.path
            if access.use == .execute, access.isFound,
                let own = ["/tmp", WorkspaceRoot.viewPath].first(where: { HostPath.contains($0, path) })
            {
                exec[own] = exec[own] ?? need
            }
            if HostPath.contains("/tmp", path) {
                usesTemporary = usesTemporary || access.isFound || access.use.changes
            } else if HostPath.contains(WorkspaceRoot.viewPath, path) {
                // What was looked for and is not there needs no line.
                if access.use.changes {
                    changesWorkspace = true
                } else if access.isFound {
                    readsWorkspace = true
                }
            } else if !Self.isViewsOwn(path), access.isFound, !access.use.changes {
                if access.use == .execute { exec[path] = exec[path] ?? need }
                if let folder = Self.folder(of: path) {
                    read[folder] = read[folder] ?? need
                } else {
                    singles[HostPath.parent(path), default: []].append((path, need))
                }
            }
        }
        for (folder, files) in singles {
            let names = Set(files.map(\.0))
            let isMany = names.count > Self.manyFiles && folder.split(separator: "/").count > 1
            for (path, need) in files {
                let line = isMany ? folder : path
                read[line] = read[line] ?? need
            }
        }
        read = read.filter { line in !read.keys.contains { $0 != line.key && HostPath.contains($0, line.key) } }
        // Programs name their loader by `/lib64`, scripts their shell by `/bin`, and the kernel looks itself: no trace
        // tells.
        for (name, target) in Self.merged {
            if !read.keys.contains(where: { HostPath.contains($0, target) }) { read[target] = Self.byLink }
            read[name] = Self.byLink
        }
    }

    private static let byLink = LearnedNeeds.Need(
        count: 1, example: "a link of the distribution, by which loaders and interpreters are named")

    /// What every view makes itself, and the few files of /etc that it puts there.
    private static func isViewsOwn(_ path: String) -> Bool {
        ViewFolders.isMade(path) || path == "/" || path == "/etc"
            || ["/etc/passwd", "/etc/group", "/etc/hosts", "/etc/nsswitch.conf"].contains(path)
    }

    /// The folder of system software that is shown whole: what is in it is no secret, and it changes with every update.
    private static func folder(of path: String) -> String? {
        let parts = path.split(separator: "/")
        guard parts.first == "usr", parts.count > 1 else { return nil }
        let depth = ["share", "local", "libexec"].contains(parts[1]) ? 3 : 2
        return "/" + parts.prefix(depth).joined(separator: "/")
    }

    /// `/lib64` and its kin where they are links, with where they lead: programs name their loader by them.
    private static let merged: [(String, String)] = HostPaths.merged.compactMap { name in
        let target = HostPath.canonical(name)
        return target == name || access(name, F_OK) != 0 ? nil : (name, target)
    }.filter { ["/bin", "/lib", "/lib64"].contains($0.0) }
}
