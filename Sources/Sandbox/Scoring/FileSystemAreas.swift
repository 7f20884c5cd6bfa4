import Manifests

/// What of the host and of the workspace is read, executed and changed.
enum FileSystemAreas {
    static func areas(of subject: ScoreSubject) -> [ScoredArea] {
        [
            home(subject), hostFiles(subject), workspaceRead(subject), workspaceWrite(subject), executed(subject),
            environment(subject),
        ]
    }

    /// System software, the same on every machine.
    private static let software: Set<String> = [
        "/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/alternatives",
    ]
    private static let homes = ["/home", "/root", "/mnt", "/media", "/srv"]

    private static func isWithin(_ path: String, _ folder: String) -> Bool {
        path == folder || path.hasPrefix(folder + "/")
    }

    private static func isHome(_ path: String) -> Bool { homes.contains { isWithin(path, $0) } }

    private static func home(_ subject: ScoreSubject) -> ScoredArea {
        let reasons = subject.profile.read.filter(isHome).map { path in
            ScoredArea.Reason(
                10, "people's files beneath `\(path)` are readable", subject.lines.line("filesystem.read", path),
                remedy: "remove `\(path)` from `filesystem.read`")
        }
        return ScoredArea("ProtectHome=", .escape, reasons)
    }

    private static func hostFiles(_ subject: ScoreSubject) -> ScoredArea {
        let paths = subject.profile.read.filter { !isHome($0) }
        let reasons = paths.compactMap { path -> ScoredArea.Reason? in
            let points: Double =
                software.contains(path) || software.contains { isWithin(path, $0) }
                ? 0.2 : path == "/etc" || path == "/var" ? 5 : isWithin(path, "/etc") ? 2 : 1
            return ScoredArea.Reason(
                points, "`\(path)` is readable", subject.lines.line("filesystem.read", path),
                remedy: "name the part that is needed in `filesystem.read`")
        }
        return ScoredArea("InaccessiblePaths=", .reach, reasons)
    }

    private static func workspaceRead(_ subject: ScoreSubject) -> ScoredArea {
        var reasons: [ScoredArea.Reason] = []
        if subject.profile.workspace == .all {
            reasons.append(
                .init(
                    6, "the whole workspace is readable", subject.lines.line("filesystem.workspace"),
                    remedy: "write `workspace: granted`, and let the call's grants name what it reads"))
        }
        reasons += grants([.read: 0.5, .list: 0.5, .readUnder: 2], subject)
        return ScoredArea("workspace, read", .reach, reasons)
    }

    private static func workspaceWrite(_ subject: ScoreSubject) -> ScoredArea {
        ScoredArea("workspace, write", .reach, grants([.create: 1, .write: 2, .writeUnder: 4, .git: 2], subject))
    }

    private static func grants(_ points: [GrantWord: Double], _ subject: ScoreSubject) -> [ScoredArea.Reason] {
        GrantWord.allCases.filter { points[$0] != nil && subject.profile.grants.contains($0) }.map { word in
            ScoredArea.Reason(
                points[word] ?? 0, "a tool may ask for `\(word.rawValue)`",
                subject.lines.line("filesystem.grants", word.rawValue),
                remedy: "leave `\(word.rawValue)` out of `filesystem.grants`")
        }
    }

    private static func executed(_ subject: ScoreSubject) -> ScoredArea {
        var reasons = subject.profile.exec.map { path -> ScoredArea.Reason in
            let isOwn = ["/tmp", "/workspace"].contains(path)
            let isTree = software.contains(path) || path == "/usr/bin"
            return ScoredArea.Reason(
                isOwn ? 2 : isTree ? 1 : 0.5,
                isOwn ? "what the call made itself in `\(path)` may be executed" : "`\(path)` may be executed",
                subject.lines.line("filesystem.exec", path),
                remedy: "name single programs in `filesystem.exec`, or give `exec` as a grant")
        }
        reasons += grants([.exec: 0.5], subject)
        return ScoredArea("ExecPaths=", .support, reasons)
    }

    /// Words in names of variables that hold what opens other doors.
    private static let secrets = ["TOKEN", "SECRET", "PASSW", "_KEY", "CREDENTIAL", "SSH_AUTH_SOCK", "AWS_", "PROXY"]

    private static func environment(_ subject: ScoreSubject) -> ScoredArea {
        let reasons = subject.profile.pass.map { name in
            let isSecret = secrets.contains { name.uppercased().contains($0) }
            return ScoredArea.Reason(
                isSecret ? 10 : 0.2, "`\(name)` comes from the host" + (isSecret ? ", and sounds like a secret" : ""),
                subject.lines.line("environment.pass", name), remedy: "remove `\(name)` from `environment.pass`")
        }
        return ScoredArea("PassEnvironment=", .support, reasons)
    }
}
