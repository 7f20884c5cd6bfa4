import Manifests

/// What a call finds of the workspace in a view of its own: the files that its grants name, and the outermost of the
/// folders that they open, with all that lies in those.
struct OwnNames: Sendable {
    /// A folder whose names the call may know.
    struct Folder: Sendable {
        /// Relative to the workspace, canonical.
        let path: String
        let resolved: ResolvedPath
        /// Something in it may be changed.
        let isWritten: Bool
    }

    /// None lies in another.
    let folders: [Folder]
    /// Grants on files that lie in none of them, and on names that are free.
    let exact: [ResolvedGrant]

    init(_ grants: [ResolvedGrant]) {
        let opening = grants.filter { grant in
            switch grant.word {
            case .list, .readUnder, .writeUnder, .git: grant.path?.kind == .directory
            case .read, .write, .create, .exec, .connect, .listen: false
            }
        }.compactMap(\.path)
        var outermost: [ResolvedPath] = []
        for path in opening where !outermost.contains(where: { $0.relative == path.relative }) {
            let isWithin = opening.contains { Self.isBeneath(path.relative, $0.relative) }
            if !isWithin { outermost.append(path) }
        }
        folders = outermost.map { path in
            let isWritten = grants.contains { grant in
                guard grant.writes, let written = grant.path?.relative else { return false }
                return written == path.relative || Self.isBeneath(written, path.relative)
            }
            return Folder(path: path.relative, resolved: path, isWritten: isWritten)
        }
        exact = grants.filter { grant in
            guard let path = grant.path?.relative else { return false }
            return !outermost.contains { $0.relative == path || Self.isBeneath(path, $0.relative) }
        }
    }

    /// True if every name of the workspace is given: then there is nothing to hide.
    var isWhole: Bool { folders.contains { $0.path == "." } }

    /// True if `path`, not `folder` itself, lies in it.
    static func isBeneath(_ path: String, _ folder: String) -> Bool {
        path != folder && (folder == "." || HostPath.contains(folder, path))
    }
}
