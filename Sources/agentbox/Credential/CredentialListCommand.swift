import ArgumentParser
import Diagnostics
import Runs
import Store
import StrictJSON

/// `agentbox credential list`
struct CredentialListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the sources, and the leases of each that are not dead.",
        discussion: """
            A source whose revocation failed is closed: nothing is issued from it until that works, which the next call \
            and the next start try.

            EXAMPLE
              agentbox credential list --json
            """
    )

    @Flag(help: "One JSON object.")
    var json = false

    func run() async throws {
        let home = try Home.open()
        let overview = try await CredentialOverview.look(home)
        if json { return Terminal.print(json: ["sources": .array(overview.items.map(\.json))]) }
        guard !overview.items.isEmpty else {
            return Terminal.print("no sources: write one into \(VisibleText.line(home.sources))")
        }
        var table = Table()
        table.add("SOURCE", "TYPE", "LEASES", "STATE", "WHAT FOR")
        for item in overview.items {
            table.add(
                item.configuration.name.rawValue, item.configuration.options.type.rawValue, String(item.open.count),
                item.closed == nil ? "open" : "closed",
                VisibleText.line(item.configuration.description ?? "", limit: 200))
        }
        for line in table.lines(within: Terminal.tableWidth) { Terminal.print(line) }
    }
}
