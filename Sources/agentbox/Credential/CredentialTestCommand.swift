import ArgumentParser
import Diagnostics
import Manifests
import Runs
import Store
import StrictJSON

/// `agentbox credential test`
struct CredentialTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Take one credential through its life: mint, use, revoke, probe.",
        discussion: """
            The credential is a real one, and written down before it is asked for, as for a call; no secret of it is \
            shown. Exit status 1 if a step fails, or if it still works at the end though its source can revoke.

            EXAMPLES
              agentbox credential test internal-api
              agentbox credential test github --scope '{"repository": "octo/hello", "permissions": {"contents": "read"}}'
            """
    )

    @Option(help: "What it is to open, in the source's words, as a JSON object.")
    var scope = "{}"

    @Option(help: "How long it may live at most: `60s`.")
    var lifetime: String?

    @Flag(help: "One JSON object.")
    var json = false

    @Argument(help: "The source's name.")
    var name: String

    func run() async throws {
        let wanted: JSON
        do {
            wanted = try JSON(parsing: scope)
        } catch {
            throw CommandError("--scope: \(error.message)", remedy: error.remedy)
        }
        guard wanted.objectValue != nil else {
            throw CommandError("--scope is not a JSON object", remedy: #"write --scope '{"audience": "…"}'"#)
        }
        let longest = try lifetime.map { text in
            guard let duration = Duration(text: text) else {
                throw CommandError("--lifetime `\(text)` is no duration", remedy: "write `60s` or `5m`")
            }
            return duration
        }
        let trial = try await CredentialTrial.run(name, scope: wanted, lifetime: longest, home: try Home.open())
        for line in trial.notes { Terminal.note(VisibleText.line(line)) }
        if json {
            Terminal.print(json: trial.json)
        } else {
            var table = Table()
            for step in trial.steps {
                table.add(
                    step.isProblem ? "✘" : "✔", step.name, "\(step.at.microseconds / 1000) ms",
                    VisibleText.line(step.words, limit: 1000))
            }
            let steps = trial.steps
            let lines = table.lines(within: Terminal.tableWidth) { text, row, column in
                column == 0 ? Terminal.styled(text, steps[row].isProblem ? .red : .green) : text
            }
            for line in lines { Terminal.print(line) }
        }
        if !trial.isPassed { throw ExitCode(ExitStatus.checkFailed) }
    }
}
