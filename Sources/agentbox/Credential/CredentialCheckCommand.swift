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
        abstract: "Check the files of the sources and their secrets, and say what to think about.",
        discussion: """
            Of each secret that is a variable or a file it is looked whether it is there, and whose it is; no secret is \
            read out, nothing is issued, and no server or keyring is asked: `agentbox credential test` does that. Exit \
            status 1 if a file is wrong, a secret is missing or could be somebody else's, or a source is closed.

            EXAMPLE
              agentbox credential check
            """
    )

    @Flag(help: "One JSON object.")
    var json = false

    func run() async throws {
        let overview = try await CredentialOverview.look(try Home.open())
        let errors = overview.errors
        let isWrong = errors != nil || overview.items.contains { $0.closed != nil || $0.problem != nil }
        if json {
            Terminal.print(
                json: [
                    "valid": .bool(!isWrong), "problems": .array((errors?.problems ?? []).map(\.json)),
                    "sources": .array(overview.items.map(\.json)),
                ])
        } else {
            if overview.items.isEmpty && errors == nil { Terminal.print("no sources") }
            for item in overview.items {
                let word = item.problem.map { "cannot be used: \($0)" } ?? "valid"
                Terminal.print(
                    prose: "\(VisibleText.line(item.file)): \(item.configuration.name), \(VisibleText.line(word))")
                for warning in item.warnings { Terminal.print(prose: "    " + VisibleText.line(warning)) }
            }
            if let errors { Terminal.complain(errors) }
        }
        if isWrong { throw ExitCode(ExitStatus.checkFailed) }
    }
}
