import Glibc

/// One setting, as strong as one on git's command line.
struct GitSetting: Hashable {
    let key: String
    let value: String

    init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

/// What git is told beside its command.
enum GitPins {
    /// Settings of fixed names that start a program, change what a commit means, or reach beyond the repository.
    static let settings: [GitSetting] = [
        // Programs.
        GitSetting("core.hooksPath", "/dev/null"), GitSetting("core.fsmonitor", "false"),
        GitSetting("core.pager", "cat"),
        GitSetting("core.editor", "false"), GitSetting("core.askPass", "false"), GitSetting("core.sshCommand", "false"),
        GitSetting("core.gitProxy", ""), GitSetting("core.alternateRefsCommand", "false"),
        GitSetting("diff.external", ""), GitSetting("sequence.editor", "false"), GitSetting("gpg.program", "false"),
        GitSetting("gpg.ssh.program", "false"), GitSetting("gpg.x509.program", "false"),
        GitSetting("gpg.openpgp.program", "false"), GitSetting("commit.gpgSign", "false"),
        GitSetting("log.showSignature", "false"), GitSetting("gc.auto", "0"), GitSetting("maintenance.auto", "false"),
        // Other places: hosts, other repositories, submodules with configurations of their own, files to read.
        GitSetting("protocol.allow", "never"), GitSetting("submodule.recurse", "false"),
        GitSetting("status.submoduleSummary", "false"), GitSetting("diff.submodule", "short"),
        GitSetting("diff.ignoreSubmodules", "dirty"), GitSetting("core.attributesFile", "/dev/null"),
        GitSetting("core.excludesFile", "/dev/null"), GitSetting("diff.orderFile", "/dev/null"),
        GitSetting("mailmap.file", "/dev/null"), GitSetting("blame.ignoreRevsFile", ""),
        // The workspace belongs to a person, and the call may run as somebody else; it was chosen by that person.
        GitSetting("safe.directory", "*"),
        // What is published is `index` alone, and the host makes it durable.
        GitSetting("core.splitIndex", "false"), GitSetting("core.fsync", "none"),
        GitSetting("diff.autoRefreshIndex", "false"),
        // What is parsed.
        GitSetting("i18n.commitEncoding", "UTF-8"), GitSetting("i18n.logOutputEncoding", "UTF-8"),
        GitSetting("core.quotePath", "false"), GitSetting("color.ui", "false"), GitSetting("column.ui", "never"),
        GitSetting("commit.cleanup", "whitespace"), GitSetting("commit.template", ""),
        GitSetting("commit.verbose", "false"), GitSetting("status.relativePaths", "false"),
        GitSetting("diff.noprefix", "false"), GitSetting("diff.mnemonicPrefix", "false"),
        GitSetting("diff.relative", "false"), GitSetting("log.follow", "false"),
        GitSetting("log.diffMerges", "separate"),
        GitSetting("log.mailmap", "false"),
    ]

    /// The whole environment of git. Settings travel in it rather than as `-c key=value`, which is split at the first
    /// `=`: the name of a driver may hold one.
    static func environment(_ settings: [GitSetting]) -> [String: String] {
        var environment = [
            "PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0", "GIT_PAGER": "cat", "GIT_EDITOR": "false", "GIT_ASKPASS": "false",
            "GIT_SSH_COMMAND": "false", "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1",
            // Paths are names, never patterns: `:(exclude)x` and `*` mean themselves.
            "GIT_LITERAL_PATHSPECS": "1",
        ]
        if let zone = getenv("TZ") { environment["TZ"] = String(cString: zone) }
        environment["GIT_CONFIG_COUNT"] = String(settings.count)
        for (number, setting) in settings.enumerated() {
            environment["GIT_CONFIG_KEY_\(number)"] = setting.key
            environment["GIT_CONFIG_VALUE_\(number)"] = setting.value
        }
        return environment
    }
}
