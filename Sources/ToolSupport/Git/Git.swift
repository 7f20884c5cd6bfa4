import Diagnostics
import Glibc

/// The system's git on the repository of the workspace, with everything switched off that a repository can make it
/// execute.
///
/// A repository is hostile data: its `.git/config` and `.gitattributes` name hooks, filters, external diff programs,
/// text converters, signers, pagers, editors, transports and file watchers, all of which git runs. What holds against
/// that, from the outside in:
///
/// 1. The sandbox profile `git` lets a call execute git and its own helpers and nothing else, a shell least of all.
/// 2. `GitPins` overrides, with settings that are stronger than the repository's, every setting of a fixed name that
///    starts a program.
/// 3. Drivers have names that the repository chooses, so they cannot be overridden blindly: they are listed first,
///    and each that there is is set to nothing (`GitDrivers`).
/// 4. Where git offers it, the option of a command says so too: `--no-ext-diff --no-textconv --no-verify`.
package struct Git {
    /// Output of one command that is longer is cut, or refused where it is parsed.
    private static let outputLimit = 4 << 20

    private let settings: [GitSetting]

    /// - Throws: If the workspace is no repository.
    package init() throws(ToolError) {
        var status = stat()
        guard lstat(".git", &status) == 0 else {
            throw ToolError(
                .notFound, "the workspace is no git repository", remedy: "git tools need a `.git` folder in it")
        }
        // A file or a link would lead to a repository elsewhere.
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw ToolError(
                .notPermitted, "`.git` is not a folder here",
                remedy: "git tools work on an ordinary clone, not on a linked worktree")
        }
        // In the folder of a linked worktree these name the repository that git really reads.
        for name in [".git/commondir", ".git/gitdir"] where lstat(name, &status) == 0 {
            throw ToolError(
                .notPermitted, "`.git` leads to a repository elsewhere: there is a `\(name)`",
                remedy: "git tools work on an ordinary clone, not on a linked worktree")
        }
        settings = GitPins.settings + (try GitDrivers.overrides(settings: GitPins.settings))
    }

    /// Runs a command to its end, whatever that is.
    package func attempt(
        _ words: [String], identity: [String: String] = [:], outputLimit: Int = Self.outputLimit
    ) throws(ToolError) -> Program.Result {
        try Self.run(words, settings: settings, identity: identity, outputLimit: outputLimit)
    }

    /// Runs a command to its end with more settings, which win over the others.
    func speaking(
        _ words: [String], _ more: [GitSetting], _ environment: [String: String]
    ) throws(ToolError) -> Program.Result {
        try Self.run(words, settings: settings + more, identity: environment, outputLimit: Self.outputLimit)
    }

    /// Runs a command that has to succeed, and returns all of its output.
    package func output(of words: [String], identity: [String: String] = [:]) throws(ToolError) -> [UInt8] {
        try Self.whole(try attempt(words, identity: identity), of: words)
    }

    static func whole(_ result: Program.Result, of words: [String]) throws(ToolError) -> [UInt8] {
        guard result.status == 0 else { throw failure(result, words) }
        guard let output = result.output.whole else {
            throw ToolError(
                .tooLarge, "git \(words[0]) has more to say than fits", remedy: "ask for less: fewer paths, or a limit")
        }
        return output
    }

    /// What git says of why it failed: its first line, which names the cause.
    package static func failure(_ result: Program.Result, _ words: [String]) -> ToolError {
        let lines = result.errorOutput.text.split(separator: "\n")
        let cause = lines.first { $0.hasPrefix("fatal:") || $0.hasPrefix("error:") } ?? lines.first ?? "no reason given"
        return ToolError(.programFailed, "git \(words[0]) failed: \(cause.prefix(400))")
    }

    /// `--git-dir` and `--work-tree` are given, so that no `core.worktree` of the repository moves git elsewhere and no
    /// folder above is searched.
    static func run(
        _ words: [String], settings: [GitSetting], identity: [String: String] = [:], outputLimit: Int
    ) throws(ToolError) -> Program.Result {
        let environment = GitPins.environment(settings).merging(identity) { _, own in own }
        return try Program(
            ["/usr/bin/git", "--git-dir=.git", "--work-tree=.", "--no-pager"] + words, environment: environment,
            outputLimit: outputLimit
        ).run()
    }
}
