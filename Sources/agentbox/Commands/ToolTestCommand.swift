import ArgumentParser
import Diagnostics
import Runs
import StrictJSON

/// `agentbox tool test`
struct ToolTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the tests in a tool's manifest, each as a real call in its sandbox.",
        discussion: """
            The workspace of each test is a copy of the folder `fixture` beside the manifest. Nothing is recorded in your \
            ledger. What the sandbox refused meanwhile is shown with each. Exit status 1 if a test fails.

            EXAMPLES
              agentbox tool test fs.read
              agentbox tool test greet --tools .
            """
    )

    @OptionGroup
    var catalogue: CatalogueOptions

    @Flag(help: "One JSON object for each test, a line each.")
    var json = false

    @Argument(help: "The tool's name.")
    var name: String

    func run() async throws {
        let trial = try ToolTrial(name, tools: catalogue.tools, sandboxes: catalogue.sandboxes)
        var passed = 0
        var failed = 0
        try await trial.run { result in
            if result.problem == nil { passed += 1 } else { failed += 1 }
            if json {
                Terminal.print(
                    json: [
                        "test": .integer(Int64(result.index + 1)), "arguments": result.arguments,
                        "passed": .bool(result.problem == nil), "problem": result.problem.map(JSON.string) ?? .null,
                        "violations": .array(result.violations.map { $0.json() }),
                    ], pretty: false)
                return
            }
            let mark = result.problem == nil ? Terminal.styled("✓", .green) : Terminal.styled("✗", .red)
            Terminal.print(prose: "\(mark) \(VisibleText.line(result.arguments.encodedString()))")
            if let problem = result.problem { Terminal.print(prose: "    " + VisibleText.line(problem)) }
            for violation in result.violations {
                Terminal.print(
                    prose: "    " + Terminal.styled("refused: " + VisibleText.line(violation.sentence), .dim))
            }
        }
        if passed + failed == 0 {
            Terminal.note(
                "`\(VisibleText.line(name))` has no tests: write some under `tests` in "
                    + "\(VisibleText.line(trial.file)), such as\ntests:\n  - call: \(trial.exampleCall.encodedString())\n"
                    + "    expect: {contains: TEXT}      # or denied, failed, {structured: …}")
        } else if !json {
            Terminal.print("\(name): \(passed) passed, \(failed) failed")
        }
        if failed > 0 { throw ExitCode(ExitStatus.checkFailed) }
    }
}
