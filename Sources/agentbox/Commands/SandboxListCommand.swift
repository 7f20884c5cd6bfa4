import ArgumentParser
import Diagnostics
import Manifests
import StrictJSON

/// `agentbox sandbox list`
struct SandboxListCommand: ParsableCommand {
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
        if !json { for line in table.lines(within: Terminal.tableWidth) { Terminal.print(line) } }
    }
}
