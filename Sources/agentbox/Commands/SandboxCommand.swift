import ArgumentParser
import Diagnostics
import Manifests
import Runs
import Sandbox
import Store
import StrictJSON

/// `agentbox sandbox`
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Look at and check sandbox profiles.",
        discussion: """
            EXAMPLE
              agentbox sandbox show pure         what a call under `pure` starts from, line by line
            """,
        subcommands: [List.self, Show.self, Check.self, Learn.self, Explain.self]
    )

    /// `agentbox sandbox list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the profiles.",
            discussion: """
                EXAMPLE
                  agentbox sandbox list
                """
        )

        @OptionGroup
        var catalogue: CatalogueOptions

        @Flag(help: "One JSON object for each profile, a line each.")
        var json = false

        func run() throws {
            let profiles = try ProfileCatalog.load(catalogue)
            var table = Table()
            for (name, profile) in profiles.profiles.sorted(by: { $0.key < $1.key }) {
                if json {
                    Terminal.print(
                        json: [
                            "name": .string(name.rawValue), "description": .string(profile.description),
                            "extends": profile.extends.map { .string($0.rawValue) } ?? .null,
                            "file": profiles.files[name].map(JSON.string) ?? .null,
                        ], pretty: false)
                } else {
                    table.add(
                        name.rawValue, profile.extends.map { "extends \($0)" } ?? "",
                        VisibleText.line(profile.description))
                }
            }
            if !json { for line in table.lines() { Terminal.print(line) } }
        }
    }

    /// `agentbox sandbox show`
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a profile resolved, with the profile that each line comes from.",
            discussion: """
                EXAMPLE
                  agentbox sandbox show pure
                """
        )

        @OptionGroup
        var catalogue: CatalogueOptions

        @Flag(help: "One JSON object.")
        var json = false

        @Argument(help: "The profile's name.")
        var name: String

        func run() throws {
            let profiles = try ProfileCatalog.load(catalogue)
            guard let name = ProfileName(name) else { throw CommandError("`\(name)` is not a profile's name") }
            let profile = try profiles.resolve(name)
            if json {
                Terminal.print(json: profile.digestSource)
                return
            }
            let title = "\(profile.name): \(VisibleText.line(profile.description))"
            for line in TextWrap.lines(title, within: Terminal.width) { Terminal.print(Terminal.styled(line, .bold)) }
            var table = Table()
            for line in profile.origins {
                table.add("  " + line.key, "from \(line.profile)", VisibleText.line(line.line))
            }
            let lines = table.lines(within: Terminal.width) { text, _, column in
                column == 1 ? Terminal.styled(text, .dim) : text
            }
            for line in lines { Terminal.print(line) }
        }
    }

    /// `agentbox sandbox check`
    struct Check: ParsableCommand {
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
}

extension ProfileCatalog {
    /// The bundled profiles and those of the folders that the options name.
    static func load(_ options: CatalogueOptions) throws -> ProfileCatalog {
        try load(directories: [try Installation.find().sandboxes] + options.sandboxes)
    }
}
