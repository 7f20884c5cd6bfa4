import ArgumentParser
import Diagnostics
import Runs
import Store
import StrictJSON

/// `agentbox tool list`
struct ToolListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tools: bundled, found in further folders, and registered.",
        discussion: """
            EXAMPLE
              agentbox tool list --tools ./tools
            """
    )

    @OptionGroup
    var catalogue: CatalogueOptions

    @Flag(help: "One JSON object for each tool, a line each.")
    var json = false

    func run() throws {
        let finder = try ToolFinder(tools: catalogue.tools, sandboxes: catalogue.sandboxes)
        let stored = try finder.storedEntries()
        for problem in stored.problems { Terminal.complain(problem) }
        for line in finder.notes() { Terminal.note(VisibleText.line(line)) }
        let files = Set(stored.entries.map(\.file))
        var table = Table()
        let entries = finder.catalogue.entries.values + stored.entries
        for entry in entries.sorted(by: { $0.tool.name < $1.tool.name }) {
            let tool = entry.tool
            if json {
                Terminal.print(
                    json: [
                        "name": .string(tool.name.rawValue), "version": .string(tool.version),
                        "description": .string(tool.description), "sandbox": .string(tool.sandbox.rawValue),
                        "file": .string(entry.file), "stored": .bool(files.contains(entry.file)),
                        "server": entry.server.map { .string($0.server.name.rawValue) } ?? .null,
                    ], pretty: false)
            } else {
                table.add(
                    tool.name.rawValue, tool.version, tool.sandbox.rawValue,
                    VisibleText.line(tool.title ?? tool.description, limit: 120)
                        + (entry.server.map { " (of the server \($0.server.name))" } ?? "")
                        + (files.contains(entry.file) ? " (registered, from the store)" : ""))
            }
        }
        if !json { for line in table.lines(within: Terminal.tableWidth) { Terminal.print(line) } }
    }
}
