import Manifests

/// What the grants of one call cover: decides for each change whether it is published.
struct LayerCoverage {
    private let workspace: WorkspaceRoot
    /// Canonical names of `write` and `create` grants.
    let exact: Set<String>
    private let folders: [String]
    private let git: GitCoverage

    init(_ grants: [ResolvedGrant], workspace: WorkspaceRoot) {
        self.workspace = workspace
        func paths(_ words: GrantWord...) -> [String] {
            grants.filter { words.contains($0.word) }.compactMap { $0.path?.relative }
        }
        exact = Set(paths(.write, .create))
        folders = paths(.writeUnder)
        git = GitCoverage(parts: Set(grants.compactMap(\.gitPart)))
    }

    /// Why the change is discarded; nil if a grant covers it.
    ///
    /// - Parameter linkText: Of a link that would be published.
    func objection(
        to kind: WorkspaceChange.Kind, of entry: WorkspaceChange.Entry, at path: String, linkText: String? = nil
    ) -> String? {
        if GitCoverage.owns(path) { return git.objection(to: kind, of: entry, at: path) }
        if let reason = workspace.reasonAgainstWriting(path) { return "write-protected: \(reason)" }
        if folders.contains(where: { $0 == "." || path.hasPrefix($0 + "/") }) {
            if entry == .link, kind != .removed { return Self.objection(toLink: linkText, at: path) }
            if entry == .directory, kind == .modeChanged { return "modes of existing folders are not changed" }
            return nil
        }
        guard exact.contains(path) else { return "no grant of the call covers it" }
        guard entry == .file else { return "the grant is for a file" }
        switch kind {
        case .created, .modified: return nil
        case .removed: return "the grant is for replacing the content, not for removing the file"
        case .modeChanged: return "the grant is for the content, not for the mode"
        }
    }

    /// True if `path` may take the mode that the call gave it: only the wide grant covers modes.
    func coversMode(of path: String) -> Bool { folders.contains { $0 == "." || path.hasPrefix($0 + "/") } }

    /// A published link is followed later by programs outside of every box: it must not lead out of the workspace.
    ///
    /// `..` is understood at the beginning only. After a component it would be taken from wherever that component, if it
    /// is a link itself, leads to, and two harmless links would make a harmful one.
    static func objection(toLink text: String?, at path: String) -> String? {
        guard let text, !text.isEmpty else { return "the link's text is not UTF-8" }
        guard text.utf8.first != UInt8(ascii: "/") else { return "the link has an absolute target" }
        let components = text.split(separator: "/").filter { $0 != "." }
        let ups = components.prefix { $0 == ".." }.count
        let folders = path.split(separator: "/").dropLast()
        guard ups <= folders.count else { return "the link leads out of the workspace" }
        guard !components.dropFirst(ups).contains("..") else { return "the link's target is not in normal form" }
        let target = (folders.dropLast(ups) + components.dropFirst(ups)).joined(separator: "/")
        guard !target.isEmpty, ProtectedNames.reason(against: target) == nil else {
            return "the link leads to a write-protected file"
        }
        return nil
    }
}
