import ArgumentParser
import Diagnostics
import Manifests
import Runs
import Store
import StrictJSON

/// `agentbox tool show`
struct ToolShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a tool's manifest and what is registered under its name.",
        discussion: """
            EXAMPLE
              agentbox tool show fs.read
            """
    )

    @OptionGroup
    var catalogue: CatalogueOptions

    @Flag(help: "One JSON object on one line.")
    var json = false

    @Argument(help: "The tool's name.")
    var name: String

    func run() throws {
        let finder = try ToolFinder(tools: catalogue.tools, sandboxes: catalogue.sandboxes)
        for line in finder.notes(besides: name) { Terminal.note(VisibleText.line(line)) }
        let subject = try finder.found(named: name)
        let registration = try ToolRegistrar(try Home.open(), finder.installation).registration(of: subject.name)
        var object = JSONObject()
        object["file"] = .string(subject.file)
        object["manifest"] = subject.manifest
        object["registered"] =
            registration.map { registration in
                [
                    "digest": .string(registration.toolDigest.description),
                    "at": .string(registration.registeredAt.description), "contents": registration.contents,
                ]
            } ?? .null
        if json {
            Terminal.print(json: .object(object), pretty: false)
        } else {
            Terminal.print(VisibleText.block(JSON.object(object).pretty()))
        }
    }
}
