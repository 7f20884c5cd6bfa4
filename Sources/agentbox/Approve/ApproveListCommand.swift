import ArgumentParser
import Diagnostics
import Registry
import Runs
import Store
import StrictJSON

/// `agentbox approve list`
struct ApproveListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the calls that wait for a person.",
        discussion: """
            EXAMPLES
              agentbox approve list
              agentbox approve list --all --json      what became of every request of the last month
            """
    )

    @Option(name: .customLong("run"), help: "Only of this run.")
    var name: String?

    @Flag(help: "Also those that are over.")
    var all = false

    @Flag(help: "One JSON object a request, a line each.")
    var json = false

    func run() async throws {
        let desk = try await ApprovalDesk.open(try Home.open())
        let records = all ? try await desk.all(run: name) : try await desk.pending(run: name)
        let progress = try await desk.progress(of: records)
        if json {
            for record in records {
                var object = record.json.objectValue ?? JSONObject()
                object["progress"] = progress[record.id]?.json
                Terminal.print(json: .object(object), pretty: false)
            }
            return
        }
        guard !records.isEmpty else { return Terminal.note("no call waits for a person") }
        var table = Table()
        table.add("REQUEST", "STATE", "UNTIL", "RUN", "CALL", "TOOL AND WHO IS NEEDED")
        for record in records {
            table.add(
                record.id, record.state.rawValue, record.request.expires.description, record.run, record.call,
                ["\(record.tool): \(record.request.requirement.words)", progress[record.id]?.words].compactMap(\.self)
                    .map { VisibleText.line($0) }.joined(separator: "; "))
        }
        for line in table.lines(within: Terminal.tableWidth) { Terminal.print(line) }
    }
}
