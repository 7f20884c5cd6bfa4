import ArgumentParser
import Diagnostics
import Glibc
import LinuxIO
import Runs

/// # agentbox
///
/// The command line: parse, call one library function, print.
@main
struct Agentbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agentbox",
        abstract: "Run AI agents so that every action is checked, confined and recorded.",
        discussion: """
            An agent runs in a box whose only exit is a registry of tools. Every call is checked against the task's \
            intent, confined to a sandbox cut to that one call, and recorded before it happens.

            EXAMPLES
              agentbox doctor                            what this host can enforce
              agentbox run task.yaml -- my-agent         run an agent in its box
              agentbox call --intent task.yaml fs.read path=README.md
              agentbox approve watch                     what waits for your approval
              agentbox audit log                         what happened

            EXIT STATUS
              the agent's or the tool's own, or
              1      a check or a test that failed
              124    timeout
              125    an error of agentbox itself
              126    a denied call
              127    a command that was not found
              128+n  ended by signal n
            """,
        version: Version.text,
        subcommands: [
            RunCommand.self, MCPCommand.self, ConnectCommand.self, CallCommand.self, ToolCommand.self,
            IntentCommand.self, ApproveCommand.self, SandboxCommand.self, ChangesCommand.self, AuditCommand.self,
            ReviewCommand.self, CredentialCommand.self, ConsoleCommand.self, RevokeCommand.self, PsCommand.self,
            SchemaCommand.self,
            DoctorCommand.self,
        ]
    )

    /// ArgumentParser's own `main` ends with status 64 or 1 on errors; ours are the documented ones.
    static func main() async {
        ProcessStart.openStandardDescriptors()
        ProcessStart.raiseDescriptorLimit()
        // A reader that went away is an error of a write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        do {
            try ArgumentEncoding.check()
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let status as ExitCode {
            end(status.rawValue)
        } catch let error as any Diagnostic {
            Terminal.complain(error)
            switch error.code {
            case AgentBoxError.programNotFound: Glibc.exit(ExitStatus.notFound)
            case ApprovalError.requestOver: Glibc.exit(ExitStatus.checkFailed)
            default: Glibc.exit(ExitStatus.agentboxError)
            }
        } catch {
            // Help and version come as errors too.
            let status = exitCode(for: error)
            let text = fullMessage(for: error)
            if status.isSuccess {
                Terminal.print(text)
                end(0)
            }
            // It repeats words of the command line.
            Terminal.printError(VisibleText.block(text))
            Glibc.exit(ExitStatus.agentboxError)
        }
        end(0)
    }

    /// Ends the process. What should have been printed and was not is an error, even if all else went well.
    private static func end(_ status: Int32) -> Never {
        Terminal.flush()
        guard let problem = Terminal.outputProblem else { Glibc.exit(status) }
        Terminal.complain(
            CommandError(
                "standard output cannot be written: \(SystemError.text(of: problem.errno))", remedy: problem.remedy))
        Glibc.exit(status == 0 ? ExitStatus.agentboxError : status)
    }
}

/// What `--version` prints.
enum Version {
    static let text = "0.1.0"
}

/// The documented exit statuses beside the agent's and the tool's own.
enum ExitStatus {
    static let checkFailed: Int32 = 1
    static let timeout: Int32 = 124
    static let agentboxError: Int32 = 125
    static let denied: Int32 = 126
    static let notFound: Int32 = 127
}
