import ArgumentParser
import Diagnostics
import Glibc
import LinuxIO
import Runs
import Store

/// `agentbox console`
struct ConsoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Show runs, approvals, tools, profiles and the ledger in a browser, on the loopback.",
        discussion: """
            Prints a link that opens once, within two minutes, in a browser of the same user; Enter prints another. The \
            pages come from the loopback and load nothing from elsewhere: there is no way to serve them to other machines. \
            From one of those, forward the same port: ssh -L 8321:localhost:8321 HOST.

            EXAMPLES
              agentbox console
              agentbox console --port 8321 --tools ./tools
            """
    )

    @OptionGroup
    var catalogue: CatalogueOptions

    @Option(help: "The port on the loopback, in place of one that is free.")
    var port: UInt16?

    @Flag(help: "Show the page in the desktop's browser, by xdg-open.")
    var open = false

    @Flag(help: "One JSON object once it listens, and one for each further link.")
    var json = false

    /// A web server is a large program; the command line is a small one.
    func run() throws {
        if RegistrySocket.fromEnvironment() != nil {
            throw CommandError(
                "there is no console inside of a run", remedy: "start `agentbox console` outside of the box")
        }
        // A problem of the home is told before the program is loaded.
        _ = try Home.open()
        let program = try Installation.find().programs + "/agentbox-console"
        var words = [program]
        if let port { words += ["--port", "\(port)"] }
        for folder in catalogue.tools { words += ["--tools", folder] }
        for folder in catalogue.sandboxes { words += ["--sandboxes", folder] }
        if open { words.append("--open") }
        if json { words.append("--json") }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        execv(program, &arguments)
        let problem = SystemError.last("execv", program)
        throw CommandError(
            "the console cannot be started: \(problem.message)",
            remedy: "install agentbox whole: `make install`; in a checkout, `swift build`")
    }
}
