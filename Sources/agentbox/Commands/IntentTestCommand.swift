import ArgumentParser
import Diagnostics
import Policy
import Runs
import StrictJSON

extension IntentCommand {
    /// `agentbox intent test`
    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Run the tests that an intent's rules carry, and say what came of each.",
            discussion: """
                A rule carries `tests: {match: [ARGUMENTS, …], noMatch: [ARGUMENTS, …]}`. They are checked whenever the \
                intent is loaded; this shows all of them. Paths are resolved by their text. Exit status 1 if one fails.

                EXAMPLES
                  agentbox intent test task.yaml
                  agentbox intent test task.yaml --tools tools.json --json
                """
        )

        @Option(
            name: .customLong("tools"), help: "A file or folder of tools; repeatable. The bundled ones if not given.")
        var tools: [String] = []

        @Flag(help: "One JSON object.")
        var json = false

        @Argument(help: "The intent manifest.")
        var intent: String

        func run() throws {
            let reports = try IntentTests.run(intent: intent, tools: tools)
            let failed = reports.count { $0.failure != nil }
            if json {
                Terminal.print(json: [
                    "passed": .integer(Int64(reports.count - failed)), "failed": .integer(Int64(failed)),
                    "tests": .array(reports.map(\.json)),
                ])
            } else {
                for report in reports { Terminal.print(Self.line(report)) }
                Terminal.print("\(intent): \(reports.count - failed) passed, \(failed) failed")
            }
            if failed > 0 { throw ExitCode(ExitStatus.checkFailed) }
        }

        private static func line(_ report: RuleTestReport) -> String {
            let rule = "line \(report.line), \(report.effect.rawValue) \(report.tool.text)"
            let wanted = report.shouldMatch ? "matches" : "does not match"
            let test = "\(rule): \(wanted) \(VisibleText.quoted(report.arguments.encodedString(), limit: 200))"
            guard let failure = report.failure else { return Terminal.styled("  passed  ", .green) + test }
            return Terminal.styled("  failed  ", .red) + "\(test)\n          \(VisibleText.line(failure))"
        }
    }
}
