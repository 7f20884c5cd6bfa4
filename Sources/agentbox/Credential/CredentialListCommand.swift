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
            and the next start try. One whose secret is missing, or could be somebody else's, is unusable. Beneath the \
            table it is said why.

            EXAMPLE
              agentbox credential list --json
            """
    )

    @Flag(help: "One JSON object.")
    var json = false

    func run() async throws {
        let home = try Home.open()
        let overview = try await CredentialOverview.look(home)
        if json {
            return Terminal.print(
                json: [
                    "sources": .array(overview.items.map(\.json)),
                    "problems": .array((overview.errors?.problems ?? []).map(\.json)),
                    "orphans": .array(
                        overview.orphans.map { lease in
                            ["source": .string(lease.source), "run": .string(lease.run), "call": .string(lease.call)]
                        }),
                ])
        }
        for broken in overview.broken { Terminal.note(broken.note) }
        let orphans = Dictionary(grouping: overview.orphans, by: \.source).sorted { $0.key < $1.key }
        guard !overview.items.isEmpty || !orphans.isEmpty else {
            let isNone = overview.broken.isEmpty
            return Terminal.print(
                prose: isNone
                    ? "no sources: write one into \(VisibleText.line(home.sources))" : "no source can be used")
        }
        var table = Table()
        table.add("SOURCE", "TYPE", "LEASES", "STATE", "WHAT FOR")
        for item in overview.items {
            table.add(
                item.configuration.name.rawValue, item.configuration.options.type.rawValue, String(item.open.count),
                item.closed != nil ? "closed" : item.problem != nil ? "unusable" : "open",
                VisibleText.line(item.configuration.description ?? "", limit: 200))
        }
        for (source, leases) in orphans {
            table.add(VisibleText.line(source), "", String(leases.count), "gone", "")
        }
        for line in table.lines(within: Terminal.tableWidth) { Terminal.print(line) }
        for item in overview.items {
            guard
                let why = item.closed.map({ "closed, for a credential of it could not be ended: \($0)" })
                    ?? item.problem.map({ "unusable: \($0)" })
            else { continue }
            Terminal.print(prose: "\(item.configuration.name) is \(VisibleText.line(why))")
        }
        if !orphans.isEmpty {
            Terminal.print(
                prose:
                    "what is gone has no file that loads in \(VisibleText.line(home.sources)): what it has issued is "
                    + "ended when it is there again")
        }
    }
}
