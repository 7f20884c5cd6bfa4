import ArgumentParser
import Diagnostics
import Manifests
import Runs
import Sandbox
import StrictJSON

/// `agentbox sandbox check`
struct SandboxCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a profile: its keys, what it extends, its system calls.",
        discussion: """
            Compiles the filter as a call would. Exit status 1 if anything is wrong.

            EXAMPLE
              agentbox sandbox check my-profile.yaml
            """
    )

    @OptionGroup
    var catalogue: CatalogueOptions

    @Flag(help: "One JSON object.")
    var json = false

    @Argument(help: "The profile's file.")
    var file: String

    func run() throws {
        let problem = Self.problem(file, catalogue)
        if json {
            let problems = (problem as? ManifestErrors)?.problems.map(\.json)
            Terminal.print(
                json: [
                    "valid": .bool(problem == nil),
                    "problems": .array(
                        problems ?? problem.map {
                            [["code": .string($0.code), "message": .string($0.message)]]
                        } ?? []),
                ])
        } else if let problem {
            Terminal.complain(problem)
        } else {
            Terminal.print("\(VisibleText.line(file)): valid")
        }
        if problem != nil { throw ExitCode(ExitStatus.checkFailed) }
    }

    private static func problem(_ file: String, _ catalogue: CatalogueOptions) -> (any Diagnostic)? {
        do {
            let profile = try SandboxProfile.load(path: file)
            try ProfileCheck.names(in: file)
            var profiles = try ProfileCatalog.load(catalogue).profiles
            profiles[profile.name] = profile
            let resolved = try ProfileResolver.resolve(profile.name, in: profiles)
            try FilterCache(folder: nil).check(resolved)
            return nil
        } catch let problem as any Diagnostic {
            return problem
        } catch {
            return CommandError("\(error)")
        }
    }
}
