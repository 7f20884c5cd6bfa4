import ArgumentParser
import Diagnostics
import Manifests
import Runs
import Store
import StrictJSON

/// `agentbox credential check`
struct CredentialCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the files of the sources, and say what to think about.",
        discussion: """
            Nothing is issued and no server is asked: `agentbox credential test` does that. Exit status 1 if a file is \
            wrong, or if a source is closed.

            EXAMPLE
              agentbox credential check
            """
    )

    @Flag(help: "One JSON object.")
    var json = false

    func run() async throws {
        let overview: CredentialOverview
        do {
            overview = try await CredentialOverview.look(try Home.open())
        } catch let errors as ManifestErrors {
            if json {
                Terminal.print(json: ["valid": false, "problems": .array(errors.problems.map(\.json)), "sources": []])
            } else {
                Terminal.complain(errors)
            }
            throw ExitCode(ExitStatus.checkFailed)
        }
        let isClosed = overview.items.contains { $0.closed != nil }
        if json {
            Terminal.print(
                json: [
                    "valid": .bool(!isClosed), "problems": [], "sources": .array(overview.items.map(\.json)),
                ])
        } else {
            if overview.items.isEmpty { Terminal.print("no sources") }
            for item in overview.items {
                Terminal.print("\(VisibleText.line(item.file)): \(item.configuration.name), valid")
                for warning in item.warnings { Terminal.print("    " + VisibleText.line(warning)) }
            }
        }
        if isClosed { throw ExitCode(ExitStatus.checkFailed) }
    }
}
