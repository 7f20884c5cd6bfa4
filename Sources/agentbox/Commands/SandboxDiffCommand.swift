import ArgumentParser
import Diagnostics
import Manifests
import Sandbox

/// `agentbox sandbox diff`
struct SandboxDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say what one profile opens and closes relative to another.",
        discussion: """
            Compares what both enforce: of system calls what the compiled filters let through, argument by argument. \
            The first line is the verdict: same, narrower, wider, both, or unknown where it depends on what programs \
            make of a difference. Exit status as of diff: 0 if there is no difference, 1 if there is one.

            EXAMPLE
              agentbox sandbox diff pure script
              agentbox sandbox diff pure ./my-profile.yaml
            """
    )

    @OptionGroup
    var catalogue: CatalogueOptions

    @Flag(help: "One JSON object.")
    var json = false

    @Argument(help: "A profile's name, or a file.")
    var old: String

    @Argument(help: "The profile to compare with it.")
    var new: String

    func run() throws {
        let catalog = try ProfileCatalog.load(catalogue)
        let comparison = try ProfileComparison(
            from: try catalog.resolve(argument: old), to: try catalog.resolve(argument: new))
        if json {
            Terminal.print(json: comparison.json())
        } else {
            let style: Terminal.Style = [.same, .narrower].contains(comparison.relation) ? .green : .red
            Terminal.print(Terminal.styled(comparison.relation.rawValue, .bold, style))
            for area in ProfileComparison.Area.allCases {
                let changes = comparison.changes.filter { $0.area == area }
                if changes.isEmpty { continue }
                Terminal.print(area.rawValue)
                for change in changes { Self.print(change) }
            }
        }
        if !comparison.changes.isEmpty { throw ExitCode(ExitStatus.checkFailed) }
    }

    private static func print(_ change: ProfileComparison.Change) {
        let (sign, style): (String, Terminal.Style) =
            switch change.direction {
            case .opens: ("+", .red)
            case .closes: ("-", .green)
            case .changes: ("~", .yellow)
            case .unknown: ("?", .yellow)
            }
        for (index, line) in TextWrap.lines(VisibleText.line(change.text), within: Terminal.width - 4).enumerated() {
            Terminal.print("  " + (index == 0 ? Terminal.styled(sign, style) + " " : "  ") + line)
        }
    }
}
