import ArgumentParser
import Diagnostics
import Registry
import Runs
import Store
import StrictJSON

/// `agentbox approve watch`
struct ApproveWatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show requests as they come.",
        discussion: """
            It goes on until Ctrl-C.

            EXAMPLES
              agentbox approve watch
              agentbox approve watch --json | while read -r request; do notify-send "$request"; done
            """
    )

    @Option(name: .customLong("run"), help: "Only of this run.")
    var name: String?

    @Flag(help: "One JSON object a request, a line each.")
    var json = false

    @Flag(help: "End after the first one that waits.")
    var first = false

    func run() async throws {
        let desk = try await ApprovalDesk.open(try Home.open())
        var known: Set<String> = []
        if !json { Terminal.note("waiting for requests; end with Ctrl-C") }
        for await pending in try desk.watch(run: name) {
            for record in pending where known.insert(record.id).inserted {
                if json {
                    Terminal.print(json: record.json, pretty: false)
                } else {
                    Terminal.print(ApprovalLayout.fitted(record.shown, columns: Terminal.tableWidth))
                    Terminal.print(record.howToAnswer + "\n")
                }
                if first { return }
            }
            if Terminal.outputProblem != nil { return }
        }
    }
}
