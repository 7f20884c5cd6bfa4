/// What of `.git` a call's `git` grants cover. Whatever git runs, or takes orders from, is in no part: configuration,
/// hooks, `info`, modules, worktrees, and `objects/info/alternates`, which lends objects from elsewhere.
struct GitCoverage {
    let parts: Set<GitPart>

    /// How much of a file is looked at: all of a ref, the beginning of an index.
    static let mostChecked = 4 << 20

    /// True if only a `git` grant can cover `path`.
    static func owns(_ path: String) -> Bool { path == ".git" || path.hasPrefix(".git/") }

    /// Why the change is discarded; nil if a part covers it.
    func objection(
        to kind: WorkspaceChange.Kind, of entry: WorkspaceChange.Entry, at path: String
    ) -> String? {
        let components = path.split(separator: "/").dropFirst().map { String($0) }
        guard let part = Self.part(of: components, entry) else { return "no `git` grant covers this part of `.git`" }
        guard parts.contains(part) else { return "the call has no grant `git: \(part.rawValue)`" }
        if entry == .link { return "git's own files are no links" }
        if kind == .modeChanged { return "modes of git's own files are not changed" }
        switch part {
        // Objects are named by their content: a name that is there never changes its meaning.
        case .objects: return kind == .created ? nil : "objects are never replaced or removed"
        case .refs:
            let isBranchOrTag = components[0] == "refs" || components[0] == "logs" && components.count > 2
            return kind == .removed && !isBranchOrTag ? "git needs it" : nil
        case .index: return kind == .removed ? "git needs it" : nil
        }
    }

    /// Why what is in a ref, `HEAD` or the index cannot be published; nil for contents that are what the name says.
    static func objection(toContent content: [UInt8], at path: String) -> String? {
        let components = path.split(separator: "/").dropFirst().map { String($0) }
        let text = String(validating: content, as: UTF8.self)
        switch components.first {
        case "HEAD" where components.count == 1:
            guard let text, text.hasSuffix("\n"), text.hasPrefix("ref: refs/heads/") else {
                return "`HEAD` does not name a branch"
            }
            let branch = text.dropFirst("ref: refs/heads/".count).dropLast().split(separator: "/").map { String($0) }
            return isRefName(branch) ? nil : "`HEAD` does not name a branch"
        case "ORIG_HEAD", "refs":
            // A symbolic ref could point at a file of another kind.
            let isObject = text.map { $0.hasSuffix("\n") && isObjectName($0.dropLast()) } ?? false
            return isObject ? nil : "it holds no object name"
        case "packed-refs":
            return text.map(isPackedRefs) ?? false ? nil : "it is no list of refs"
        case "index":
            return content.starts(with: Array("DIRC".utf8)) ? nil : "it is no index"
        default: return nil
        }
    }

    private static func part(of path: [String], _ entry: WorkspaceChange.Entry) -> GitPart? {
        let isFile = entry == .file
        switch path.first {
        case "objects" where path.count == 2 && !isFile:
            return isHex(path[1], 2) || path[1] == "pack" ? .objects : nil
        case "objects" where path.count == 3 && isFile:
            if isHex(path[1], 2) { return isHex(path[2], 38) || isHex(path[2], 62) ? .objects : nil }
            return path[1] == "pack" && isPack(path[2]) ? .objects : nil
        // The folder itself is not in every repository.
        case "refs" where path == ["refs", "remotes"]: return isFile ? nil : .refs
        case "refs" where path.count >= 3 && ["heads", "tags", "remotes"].contains(path[1]):
            return isRefName(Array(path.dropFirst(2))) ? .refs : nil
        case "logs" where path == ["logs", "HEAD"]: return isFile ? .refs : nil
        case "logs" where !isFile && ["logs", "logs/refs", "logs/refs/heads"].contains(path.joined(separator: "/")):
            return .refs
        case "logs" where path.count >= 4 && path[1] == "refs" && ["heads", "tags"].contains(path[2]):
            return isRefName(Array(path.dropFirst(3))) ? .refs : nil
        case "HEAD", "ORIG_HEAD", "packed-refs", "COMMIT_EDITMSG": return path.count == 1 && isFile ? .refs : nil
        case "index": return path.count == 1 && isFile ? .index : nil
        default: return nil
        }
    }

    /// The rules of git-check-ref-format that matter here: nothing hidden, no lock, no control characters.
    private static func isRefName(_ components: [String]) -> Bool {
        !components.isEmpty
            && components.allSatisfy { name in
                !name.isEmpty && !name.hasPrefix(".") && !name.hasPrefix("-") && !name.hasSuffix(".lock")
                    && !name.hasSuffix(".") && !name.contains("..") && !name.contains("@{")
                    && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !forbidden.contains($0) }
            }
    }

    private static let forbidden = Array("~^:?*[\\".utf8)

    private static func isPack(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: "."), name.hasPrefix("pack-") else { return false }
        let hash = name[name.index(name.startIndex, offsetBy: 5)..<dot]
        return ["pack", "idx", "rev"].contains(name[name.index(after: dot)...]) && isObjectName(hash)
    }

    private static func isPackedRefs(_ text: String) -> Bool {
        text.split(separator: "\n").allSatisfy { line in
            if line.hasPrefix("#") { return true }
            if line.hasPrefix("^") { return isObjectName(line.dropFirst()) }
            let parts = line.split(separator: " ", maxSplits: 1)
            return parts.count == 2 && isObjectName(parts[0]) && parts[1].hasPrefix("refs/")
        }
    }

    private static func isObjectName(_ text: Substring) -> Bool { isHex(String(text), 40) || isHex(String(text), 64) }

    private static func isHex(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
