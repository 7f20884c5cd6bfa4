import ArgumentParser
import Manifests
import Runs
import Sandbox
import Store

/// `agentbox sandbox`
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Look at, check, compare and exchange sandbox profiles.",
        discussion: """
            EXAMPLE
              agentbox sandbox show pure         what a call under `pure` starts from, line by line
              agentbox sandbox score pure        how much of the host that leaves exposed, and why
            """,
        subcommands: [
            SandboxListCommand.self, SandboxShowCommand.self, SandboxCheckCommand.self, SandboxScoreCommand.self,
            SandboxDiffCommand.self, SandboxImportCommand.self, SandboxExportCommand.self, Learn.self, Explain.self,
        ]
    )
}

extension ProfileCatalog {
    /// The bundled profiles and those of the folders that the options name.
    static func load(_ options: CatalogueOptions) throws -> ProfileCatalog {
        try load(directories: [try Installation.find().sandboxes] + options.sandboxes)
    }

    /// The profile that a person means by a name, or by the path of a file, which holds a `/` or ends in `.yaml` or
    /// `.json`.
    func resolve(argument: String) throws -> ResolvedProfile {
        if argument.contains("/") || argument.hasSuffix(".yaml") || argument.hasSuffix(".json") {
            let profile = try SandboxProfile.load(path: argument)
            var known = profiles
            known[profile.name] = profile
            return try ProfileResolver.resolve(profile.name, in: known)
        }
        guard let name = ProfileName(argument) else { throw CommandError("`\(argument)` is not a profile's name") }
        return try resolve(name)
    }
}
