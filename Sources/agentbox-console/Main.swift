import ArgumentParser
import Console
import Diagnostics
import Glibc
import LinuxIO
import Runs
import Store
import StrictJSON

/// # agentbox-console
///
/// The program behind `agentbox console`, which starts it.
@main
struct ConsoleProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agentbox-console", abstract: "Serve the pages of `agentbox console`, which starts this program.")

    @Option(help: "The port on the loopback; 0 for one that is free.")
    var port = 0

    @Option(name: .customLong("tools"), help: "A folder of tools, beside the bundled ones; repeatable.")
    var tools: [String] = []

    @Option(name: .customLong("sandboxes"), help: "A folder of sandbox profiles, beside the bundled ones; repeatable.")
    var sandboxes: [String] = []

    @Flag(help: "Show the page in the desktop's browser.")
    var open = false

    @Flag(help: "One JSON object once it listens.")
    var json = false

    static func main() async {
        ProcessStart.openStandardDescriptors()
        ProcessStart.raiseDescriptorLimit()
        signal(SIGPIPE, SIG_IGN)
        // Reading from a terminal in the background is an error, not a stop.
        signal(SIGTTIN, SIG_IGN)
        do {
            var command = try parse()
            try await command.run()
        } catch let error as any Diagnostic {
            Output.complain(error.description)
            Glibc.exit(125)
        } catch {
            let status = exitCode(for: error)
            Output.complain(fullMessage(for: error))
            Glibc.exit(status.isSuccess ? 0 : 125)
        }
    }

    mutating func run() async throws {
        if RegistrySocket.fromEnvironment() != nil { throw ConsoleError.insideBox }
        let server = ConsoleServer(
            ConsoleServer.Options(port: port, tools: tools, sandboxes: sandboxes), home: try Home.open()
        ) { Output.complain($0) }
        let greeting = Greeting(server: server, json: json, opensBrowser: open)
        let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP])
        Task {
            guard await signals.next() != nil else { return }
            await server.finish()
            Glibc.exit(0)
        }
        do {
            try await server.run { port in await greeting.greet(port: port) }
        } catch {
            await server.finish()
            throw error
        }
    }
}
