import LinuxIO
import Manifests

/// What of the files in its view a call under a profile can use, by the names that they have inside: what Landlock's
/// rules come to, for people.
package struct FileReach: Sendable {
    let profile: ResolvedProfile
    /// What the call's grants name, as it is called inside.
    let grants: [(word: GrantWord, path: String)]
    /// After all links, as paths in a trace are: distributions made `/bin` one.
    private let readable: [String]
    private let executable: [String]

    /// - Parameter grants: As the ledger records them: relative to the workspace, or a program of the view.
    package init(of profile: ResolvedProfile, grants: [(word: GrantWord, subject: String)] = []) {
        self.profile = profile
        readable = profile.read.map(HostPath.canonical) + SystemFiles.names + ["/proc", "/dev"]
        executable = profile.exec.map(HostPath.canonical)
        self.grants = grants.filter { !GrantWord.ofNetwork.contains($0.word) }.map { word, subject in
            switch word {
            case .exec: (word, subject)
            case .git: (word, "\(WorkspaceRoot.viewPath)/.git")
            default: (word, subject == "." ? WorkspaceRoot.viewPath : "\(WorkspaceRoot.viewPath)/\(subject)")
            }
        }
    }

    /// Why the use is refused, and what would allow it; nil if it is not.
    package func refusal(of access: FileAccess) -> FileRefusal? {
        if allows(access) { return nil }
        if HostPath.contains(WorkspaceRoot.viewPath, access.path) { return workspaceRefusal(access) }
        switch access.use {
        case .read, .list:
            return FileRefusal(
                access, reason: "no line of `filesystem.read` covers it, so it is not in the view",
                remedy: "`filesystem: {read: [\(access.path)]}`", opens: Self.opens(access.path))
        case .execute:
            let isShown = covers(readable, access.path)
            return FileRefusal(
                access, reason: "no line of `filesystem.exec` of profile `\(profile.name)` covers it",
                remedy: isShown
                    ? "`filesystem: {exec: [\(access.path)]}`, or a grant `exec: \(access.path)` of the tool"
                    : "`filesystem: {read: [\(access.path)], exec: [\(access.path)]}`",
                opens: "starting that program, with all that the profile gives")
        case .write, .create, .remove:
            return FileRefusal(
                access, reason: "no call can write but to `/tmp` and, with a grant, to its copy of the workspace",
                remedy: profile.tmp.bytes == 0
                    ? "`filesystem: {tmp: 16MiB}`, and a path beneath /tmp"
                    : "a path beneath /tmp (TMPDIR=/tmp, or HOME=/tmp under `environment.set`)",
                opens: "nothing outside of the call")
        }
    }

    func allows(_ access: FileAccess) -> Bool {
        let path = access.path
        switch access.use {
        case .read, .list:
            // What was looked for and is not there needs no line.
            if covers(readable, path) || isTemporary(path) || HostPath.contains("/run/agentbox", path)
                || Self.folders.contains(path)
            {
                return true
            }
            return workspace(access)
        case .execute:
            return covers(executable, path) || path.hasPrefix("/lib64/ld-") || path.contains("/ld-linux-")
                || grants.contains { $0.word == .exec && $0.path == path }
        case .write where ["/dev/null", "/dev/zero", "/dev/full"].contains(path): return true
        case .write, .create, .remove:
            if isTemporary(path) { return true }
            return workspace(access)
        }
    }

    /// Of the view's own root: what is in them is shown or not, name by name.
    private static let folders: Set<String> = ["/", "/etc", "/run"]

    private func isTemporary(_ path: String) -> Bool { profile.tmp.bytes > 0 && HostPath.contains("/tmp", path) }

    private func workspace(_ access: FileAccess) -> Bool {
        guard HostPath.contains(WorkspaceRoot.viewPath, access.path) else { return false }
        // Whatever is written goes to the call's copy: what of it is published is the layer's to say.
        if access.use.changes { return grants.contains { Self.writing.contains($0.word) } }
        if profile.workspace == .all { return true }
        return grants.contains { grant in
            switch (grant.word, access.use) {
            case (.read, .read), (.write, .read): grant.path == access.path
            case (.list, .list): HostPath.contains(grant.path, access.path)
            case (.readUnder, _), (.writeUnder, _): HostPath.contains(grant.path, access.path)
            default: false
            }
        }
    }

    private static let writing: Set<GrantWord> = [.write, .create, .writeUnder, .git]

    func workspaceRefusal(_ access: FileAccess) -> FileRefusal {
        let relative = access.path.dropFirst(WorkspaceRoot.viewPath.count).drop { $0 == "/" }
        let name = relative.isEmpty ? "." : String(relative)
        let named = grants.isEmpty ? "it has none" : "it names " + grants.map(\.path).joined(separator: ", ")
        if profile.view == .own, !access.isFound { return absence(access, name, named) }
        let word: String
        switch access.use {
        case .read, .execute: word = "read: \(name)"
        case .list: word = "list: \(name)"
        case .write: word = "write: \(name)"
        case .create: word = "create: \(name)"
        case .remove: word = "writeUnder: \(Self.parent(name))"
        }
        return FileRefusal(
            access,
            reason: "no grant of the call covers it (\(named)), and "
                + profile.line("filesystem.workspace", profile.workspace.rawValue) + " shows no more",
            remedy: "a grant `\(word)` of the tool, bound to an argument"
                + (access.use.changes ? "" : ", or `filesystem: {workspace: all}`"),
            opens: access.use.changes
                ? "changing that name in the workspace, when the call succeeds"
                : "that name, or with `all` every file of the workspace")
    }

    /// Under `view: own` a name that no grant gives is nowhere: nothing refuses it.
    private func absence(_ access: FileAccess, _ name: String, _ named: String) -> FileRefusal {
        let word =
            switch access.use {
            case .read, .execute: "read: \(name)"
            case .list: "list: \(name)"
            case .write: "write: \(name)"
            case .create: "create: \(name)"
            case .remove: "writeUnder: \(Self.parent(name))"
            }
        return FileRefusal(
            access,
            reason: "nobody: the name is not in the call's view, for no grant of the call gives it (\(named)), and "
                + profile.line("filesystem.view", profile.view.rawValue) + " shows no others",
            remedy: "a grant `\(word)` of the tool, bound to an argument",
            opens: "that name, and what the grant lets do with it",
            layer: "view")
    }

    private static func parent(_ name: String) -> String {
        name.lastIndex(of: "/").map { String(name[..<$0]) } ?? "."
    }

    private static func opens(_ path: String) -> String {
        let secrets = ["/root", "/home", "/etc/shadow", "/etc/ssh", "/var", "/run", "/etc/ssl/private"]
        if secrets.contains(where: { HostPath.contains($0, path) }) {
            return "what may hold keys, tokens and data of people: name single files"
        }
        return HostPath.contains("/etc", path) ? "configuration of this host" : "files of this host, to read"
    }

    private func covers(_ paths: [String], _ path: String) -> Bool {
        paths.contains { HostPath.contains($0, path) }
    }
}
