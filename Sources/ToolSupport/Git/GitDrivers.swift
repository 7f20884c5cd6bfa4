import Diagnostics

/// Drivers that the repository's configuration defines under names of its own choice: filters, text converters, merge
/// drivers and the like. Which there are is asked of git itself, under the same pins, so that what is included from
/// other files counts too.
///
/// What holds (git 2.39, `convert.c`): a filter whose command is empty passes content through unchanged, and one that
/// is not `required` may do so. An empty `diff.x.command` or `textconv` is not empty to git, which tries to execute it;
/// diff and log are therefore called with `--no-ext-diff --no-textconv` as well.
enum GitDrivers {
    /// More settings than any honest repository has.
    private static let most = 10_000

    static func overrides(settings: [GitSetting]) throws(ToolError) -> [GitSetting] {
        let words = ["config", "--list", "--name-only", "-z"]
        let output = try Git.whole(try Git.run(words, settings: settings, outputLimit: 4 << 20), of: words)
        let keys = output.split(separator: 0)
        guard keys.count <= most else {
            throw ToolError(.tooLarge, "the repository's configuration has more than \(most) settings")
        }
        var overrides: Set<GitSetting> = []
        for key in keys {
            // The section and the last part are lower case already; what is between is the driver's name, as it is.
            guard let first = key.firstIndex(of: UInt8(ascii: ".")), let last = key.lastIndex(of: UInt8(ascii: ".")),
                first < last
            else { continue }
            let section = String(decoding: key[..<first], as: UTF8.self)
            guard let variables = dangerous[section] else { continue }
            // The environment of the override is text, and so is everything that could be overridden by it.
            guard let name = String(validating: key[..<last], as: UTF8.self) else {
                throw ToolError(
                    .notPermitted, "the repository's configuration has a section `\(section)` whose name is not UTF-8",
                    remedy: "a person has to look at `.git/config`")
            }
            for (variable, value) in variables { overrides.insert(GitSetting("\(name).\(variable)", value)) }
        }
        return overrides.sorted { $0.key < $1.key }
    }

    private static let dangerous: [String: [(String, String)]] = [
        "filter": [("clean", ""), ("smudge", ""), ("process", ""), ("required", "false")],
        "diff": [("command", ""), ("textconv", ""), ("cachetextconv", "false")],
        "merge": [("driver", "false")],
        "credential": [("helper", "")],
        "gpg": [("program", "false"), ("defaultkeycommand", "")],
        "trailer": [("command", ""), ("cmd", "")],
        "submodule": [("update", "none")],
        "remote": [("uploadpack", "false"), ("receivepack", "false"), ("promisor", "false")],
    ]
}
