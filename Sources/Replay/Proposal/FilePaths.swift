import Policy

/// What a list of files is generalised to.
enum FilePaths {
    /// So many files of one folder show that the folder is meant.
    static let enough = 3

    /// Canonical forms in order: a folder in place of its files where there are enough, but never the whole workspace.
    /// Nil if one of the texts is no path in the workspace.
    static func scope(_ texts: [String]) -> (paths: [String], folders: [String])? {
        var files: Set<String> = []
        for text in texts {
            guard let path = LexicalPaths.canonical(text) else { return nil }
            files.insert(path)
        }
        var byFolder: [String: [String]] = [:]
        for file in files { byFolder[folder(of: file), default: []].append(file) }
        var paths: [String] = []
        var folders: [String] = []
        for (folder, files) in byFolder {
            if files.count >= enough, !folder.isEmpty { folders.append(folder) } else { paths += files }
        }
        // A folder beneath another one that is in the list anyway says nothing.
        folders = folders.filter { folder in !folders.contains { isBeneath(folder, $0) } }
        paths = paths.filter { path in !folders.contains { isBeneath(path, $0) } }
        return ((paths + folders).sorted(), folders.sorted())
    }

    /// A relative path whose last component has an extension.
    static func looksLikeFile(_ text: String) -> Bool {
        guard let path = LexicalPaths.canonical(text), let last = path.split(separator: "/").last else { return false }
        return last.dropFirst().contains(".") && last.last != "."
    }

    private static func folder(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? ""
    }

    private static func isBeneath(_ path: String, _ folder: String) -> Bool {
        path.utf8.count > folder.utf8.count && path.utf8.starts(with: (folder + "/").utf8)
    }
}
