import ArgumentParser
import Diagnostics
import Manifests
import Sandbox

/// `agentbox sandbox score`
struct SandboxScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Score how much of the host a profile leaves exposed, area by area, and say why.",
        discussion: """
            From 0 (nothing) to 10 (as without a sandbox), in the manner of `systemd-analyze security` and with its \
            names of areas. What passes is asked of the compiled filter. The total is their quadratic mean \
            by their weights: 10 for what leads out of the sandbox, 6 for what reaches beyond the call, 3 for what helps \
            another attack, 1 for what the call uses up.

            EXAMPLE
              agentbox sandbox score pure
              agentbox sandbox score ./my-profile.yaml --all
            """
    )

    @OptionGroup
    var catalogue: CatalogueOptions

    @Flag(help: "Show the areas with no exposure too.")
    var all = false

    @Flag(help: "One JSON object, with every area.")
    var json = false

    @Argument(help: "The profile's name, or a file.")
    var profile: String

    func run() throws {
        let score = try ProfileScore(try ProfileCatalog.load(catalogue).resolve(argument: profile))
        if json {
            Terminal.print(json: score.json())
            return
        }
        for area in score.areas where all || area.exposure > 0 {
            Terminal.print("\(Self.number(area.exposure))  \(area.name)  (weight \(area.weight.rawValue))")
            for reason in area.reasons { Self.print(reason) }
        }
        let hundredths = Int((score.exposure * 100).rounded())
        let total = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        let verdict = "\(score.verdict.rawValue), \(total) of 10"
        Terminal.print(Terminal.styled("\(score.profile): \(verdict)", .bold, Self.style(score.exposure)))
    }

    private static func print(_ reason: ScoredArea.Reason) {
        let origin = reason.origin.map { " (\($0.key) in `\($0.profile)`: \(VisibleText.line($0.line, limit: 60)))" }
        let lines = TextWrap.lines(VisibleText.line(reason.text) + (origin ?? ""), within: Terminal.width - 8)
        for (index, line) in lines.enumerated() { Terminal.print((index == 0 ? "      - " : "        ") + line) }
        for line in TextWrap.lines("to lower it: \(VisibleText.line(reason.remedy))", within: Terminal.width - 8) {
            Terminal.print(Terminal.styled("        " + line, .dim))
        }
    }

    private static func style(_ exposure: Double) -> Terminal.Style {
        exposure < 2 ? .green : exposure < 5 ? .yellow : .red
    }

    /// Four columns, one digit after the point.
    private static func number(_ exposure: Double) -> String {
        let tenths = Int((exposure * 10).rounded())
        let text = "\(tenths / 10).\(tenths % 10)"
        return String(repeating: " ", count: max(0, 4 - text.count)) + text
    }
}
