import ArgumentParser
import Diagnostics
import Manifests
import Runs
import Store
import StrictJSON

/// `agentbox tool check`
struct ToolCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a tool or a tool server: manifest, schemas, profile, executable, registration.",
        discussion: """
            Exit status 1 if anything is wrong, or if the tool is not what was registered.

            EXAMPLE
              agentbox tool check greet --tools .
            """
    )

    @OptionGroup
    var catalogue: CatalogueOptions

    @Flag(help: "One JSON object.")
    var json = false

    @Argument(help: "The tool's name.")
    var name: String

    func run() throws {
        do {
            let finder = try ToolFinder(tools: catalogue.tools, sandboxes: catalogue.sandboxes)
            for line in finder.notes(besides: name) { Terminal.note(VisibleText.line(line)) }
            let subject = try finder.subject(named: name)
            try finder.check(subject)
            let registrar = try ToolRegistrar(try Home.open(), finder.installation)
            let state = try registrar.check(try finder.source(of: subject))
            try report(state, subject, try finder.warnings(of: subject))
        } catch let problem as any Diagnostic {
            if json {
                let problems = (problem as? ManifestErrors)?.problems.map(\.json)
                Terminal.print(
                    json: [
                        "valid": false,
                        "problems": .array(
                            problems ?? [["code": .string(problem.code), "message": .string(problem.message)]]),
                    ])
            } else {
                Terminal.complain(problem)
            }
            throw ExitCode(ExitStatus.checkFailed)
        }
    }

    private func report(_ state: RegistrationState, _ subject: ToolSubject, _ warnings: [String]) throws {
        let (word, differences): (String, [String]) =
            switch state {
            case .unchanged: ("registered", [])
            case .unregistered: ("not registered", [])
            case .changed(_, let differences): ("changed since it was registered", differences)
            }
        if json {
            Terminal.print(
                json: [
                    "valid": true, "problems": [], "registration": .string(word),
                    "differences": .array(differences.map(JSON.string)),
                    "destinations": .array(subject.destinations.map(JSON.string)),
                    "ports": .array(subject.ports.map(JSON.string)),
                    "credentials": .array(subject.credentials.map(JSON.string)),
                    "warnings": .array(warnings.map(JSON.string)),
                ])
        } else {
            Terminal.print(prose: "\(VisibleText.line(subject.file)): valid, \(word)")
            for line in subject.destinations { Terminal.print(prose: "    connects to " + VisibleText.line(line)) }
            for line in subject.ports {
                Terminal.print(prose: "    listens in its own network at " + VisibleText.line(line))
            }
            for line in subject.credentials { Terminal.print(prose: "    is issued " + VisibleText.line(line)) }
            for line in warnings { Terminal.note(VisibleText.line(line)) }
            for line in differences { Terminal.print(prose: "    " + VisibleText.line(line)) }
        }
        if !differences.isEmpty { throw ExitCode(ExitStatus.checkFailed) }
    }
}
