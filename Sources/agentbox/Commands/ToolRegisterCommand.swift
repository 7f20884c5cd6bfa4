import ArgumentParser
import Diagnostics
import Ledger
import Runs
import Store
import StrictJSON

/// `agentbox tool register`
struct ToolRegisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Copy a tool into the store and pin it by digest: from now on this is what its name means.",
        discussion: """
            A tool server is registered with all its tools. Shows what changed since it was registered before. The registration goes into the ledger.

            EXAMPLE
              agentbox tool register greet --tools .
            """
    )

    @OptionGroup
    var catalogue: CatalogueOptions

    @Flag(help: "One JSON object.")
    var json = false

    @Argument(help: "The tool's name.")
    var name: String

    func run() async throws {
        let finder = try ToolFinder(tools: catalogue.tools, sandboxes: catalogue.sandboxes)
        for line in finder.notes(besides: name) { Terminal.note(VisibleText.line(line)) }
        let subject = try finder.subject(named: name)
        try finder.check(subject)
        let home = try Home.open()
        let (ledger, _) = try Ledger.open(home.ledger)
        let change = try ToolRegistrar(home, finder.installation).register(try finder.source(of: subject))
        if !change.isUnchanged { try await ledger.append(change.entry(by: "person")) }
        try await ledger.close()
        if json {
            Terminal.print(
                json: [
                    "tool": .string(subject.name.rawValue),
                    "digest": .string(change.registration.toolDigest.description),
                    "previous": change.previous.map { .string($0.toolDigest.description) } ?? .null,
                    "differences": .array(change.differences.map(JSON.string)),
                ])
            return
        }
        for line in change.differences { Terminal.print(prose: "  " + VisibleText.line(line)) }
        Terminal.print(
            prose: "\(subject.name): "
                + (change.isUnchanged ? "was registered as it is" : "registered as \(change.registration.toolDigest)"))
    }
}
