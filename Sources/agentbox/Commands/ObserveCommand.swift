import ArgumentParser
import Diagnostics
import Glibc
import LinuxIO
import Observe
import Store
import StrictJSON

/// `agentbox observe`
struct ObserveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "observe",
        abstract: "Watch a workflow as it runs today: which static credentials it reads, and where it connects then.",
        discussion: """
            The command runs as it would without agentbox: your files, your network, your secrets. Its files, sockets and \
            connections are heard of; no secret is kept or printed. At the end it says which credentials the programs had \
            (variables, files, agent sockets, words of command lines), where they connected after that, and how long \
            each lives as far as that can be read. With --write, the manifests that would take their place.

            Without the right to do otherwise (CAP_SYS_ADMIN) nothing in it can gain rights: sudo fails. Exit status: the \
            command's own.

            EXAMPLES
              agentbox observe -- git push
              agentbox observe --write observed -- ./release.sh
              agentbox observe --json -- gh pr list > report.json
            """
    )

    @Option(help: "A folder to make, for the tool, intent and source manifests that would replace it.")
    var write: String?

    @Flag(help: "One JSON object on standard output; what the command writes there goes to standard error.")
    var json = false

    @Argument(parsing: .postTerminator, help: "The command.")
    var command: [String] = []

    func validate() throws {
        if command.isEmpty { throw ValidationError("name a command after `--`") }
    }

    func run() throws {
        // Before anything is run.
        if let write { try Scaffold.makeFolder(write) }
        let helper = try Installation.find().programs + "/agentbox-observe"
        let observation = try ObservedCommand(command, helper: helper, sparesOutput: json).run()
        let replacement = Replacement(observation, principal: Self.principal)
        if let write { try self.write(replacement, to: write) }
        if json {
            Terminal.print(json: observation.json)
        } else {
            for line in ObservationReport(observation).lines { Terminal.printError(line) }
        }
        if let write { Terminal.note("wrote \(VisibleText.line(write)): look at each file, it is a start to narrow") }
        if observation.exitStatus != 0 { throw ExitCode(observation.exitStatus) }
    }

    private func write(_ replacement: Replacement, to folder: String) throws {
        var made: Set<String> = []
        for file in replacement.files {
            let parts = file.path.split(separator: "/").dropLast()
            for depth in parts.indices {
                let inner = folder + "/" + parts[...depth].joined(separator: "/")
                if made.insert(inner).inserted { try Scaffold.makeFolder(inner) }
            }
            try Scaffold.write(file.text, to: folder + "/" + file.path)
        }
    }

    private static var principal: String {
        let name = getpwuid(getuid())?.pointee.pw_name.map { String(cString: $0) } ?? "you"
        return "\(name)@example.com"
    }
}
