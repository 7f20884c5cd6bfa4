import ArgumentParser
import Diagnostics
import Manifests
import Sandbox

/// `agentbox sandbox export`
struct SandboxExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a profile's system call filter in the format of container runtimes.",
        discussion: """
            The rules let pass what the compiled filter lets pass on this machine, argument by argument. File system, \
            environment and limits are no part of that format.

            EXAMPLE
              agentbox sandbox export pure --format oci > seccomp.json
              docker run --security-opt seccomp=seccomp.json …
            """
    )

    @OptionGroup
    var catalogue: CatalogueOptions

    @Option(help: "The format: oci.")
    var format: ProfileFormat

    @Flag(help: "One JSON object: what is printed in any case.")
    var json = false

    @Argument(help: "The profile's name, or a file.")
    var profile: String

    func run() throws {
        let profile = try ProfileCatalog.load(catalogue).resolve(argument: profile)
        switch format {
        case .oci: Terminal.print(json: try OCIExport.json(of: profile))
        }
        if !json {
            Terminal.note("the system calls of `\(profile.name)` only: the format has no files, environment and limits")
        }
    }
}
