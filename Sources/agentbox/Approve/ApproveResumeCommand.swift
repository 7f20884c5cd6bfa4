import ArgumentParser
import Runs
import Store

/// `agentbox approve resume`
struct ApproveResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a run ask people again whose calls they denied.",
        discussion: """
            EXAMPLE
              agentbox approve resume 2026-11-24-0d1f3a4b5c6d
            """
    )

    @Argument(help: "The run.")
    var name: String

    @Flag(help: "One JSON object.")
    var json = false

    func run() async throws {
        let wasPaused = try await ApprovalDesk.open(try Home.open()).resume(name)
        if json {
            Terminal.print(json: ["run": .string(name), "resumed": .bool(wasPaused)], pretty: false)
        } else {
            Terminal.print(wasPaused ? "people are asked again" : "people were asked all the time")
        }
    }
}
