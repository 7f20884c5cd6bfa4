import LinuxIO

/// What of the host no box may be shown, whoever asks for it: a profile, or the person with `--read`.
struct ShowRules {
    /// Real paths of folders that no box sees, such as `$AGENTBOX_HOME`.
    let hidden: [String]
    let asker: Asker

    /// Who names the paths.
    enum Asker: String {
        case profile = "`filesystem.read`"
        /// For one run, by `--read`.
        case person = "`--read`"
    }

    /// A view has its own: the host's would be doors out of it.
    private static let ownByView = ["/proc", "/dev", "/sys", "/tmp", "/workspace", "/run/agentbox"]

    private var source: String { asker.rawValue }

    /// Refuses a real path that is, holds or lies in what may not be shown.
    func require(_ path: String) throws(SandboxError) {
        if path == "/" {
            throw SandboxError(
                .invalidSpecification, "\(source) names `/`: everything on this host would be shown",
                remedy: "name the folders that are needed, such as that of one language's runtime")
        }
        for secret in hidden where HostPath.contains(path, secret) || HostPath.contains(secret, path) {
            throw SandboxError(
                .invalidSpecification, "\(source) shows `\(path)`, which holds agentbox's own `\(secret)`",
                remedy: "name the folders beneath it that are needed, or set AGENTBOX_HOME to another place")
        }
        try requireNotOwn(path)
    }

    /// The same of the view's own names alone, for a path that may be a link or may not exist.
    func requireNotOwn(_ path: String) throws(SandboxError) {
        let own = Self.ownByView.first { own in
            if HostPath.contains(path, own) { return true }
            // A person can mean one folder in /tmp, where a checkout may lie. A profile that does is a mistake.
            return HostPath.contains(own, path) && !(own == "/tmp" && asker == .person)
        }
        guard let own else { return }
        throw SandboxError(
            .invalidSpecification, "\(source) names `\(path)`, which would show the host's `\(own)`",
            remedy: "every box has a `\(own)` of its own: leave it out, or name folders elsewhere")
    }

    /// Refuses what would take the place of a folder that the view has for its program.
    func require(_ path: String, besides home: String) throws(SandboxError) {
        guard HostPath.contains(path, home) else { return }
        throw SandboxError(
            .invalidSpecification, "\(source) names `\(path)`, which would cover the box's own `\(home)`",
            remedy: "name the folders beneath it that are needed")
    }
}
