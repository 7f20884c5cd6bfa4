import ArgumentParser
import Diagnostics
import Glibc
import Runs
import Sandbox
import StrictJSON

extension SandboxCommand {
    /// `agentbox sandbox learn`
    struct Learn: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "learn",
            abstract: "Watch a command, and write the narrowest profile under which it runs.",
            discussion: """
                The command runs in a box: it sees system software and the workspace, writes to a copy that is thrown \
                away, and has no network. Every system call is recorded. Then the learned profile is tried: the command \
                must end alike under it and be refused nothing, or the exit status is 1.

                What is shown is the difference to a profile that there is: + lines that it lacks, with what needed them \
                and what they open, - lines that nothing needed. With --output the whole profile is written.

                EXAMPLES
                  agentbox sandbox learn -- git status
                  agentbox sandbox learn --profile build --name make-test --output make-test.yaml -- make test
                """
        )

        @Option(help: "The profile to compare with.")
        var profile = "base"

        @Option(help: "The learned profile's name.")
        var name: String?

        @Option(help: "The folder that the command sees as its workspace.")
        var workspace = "."

        @Option(
            name: .customLong("sandboxes"), help: "A folder of sandbox profiles, beside the bundled ones; repeatable.")
        var sandboxes: [String] = []

        @Option(help: "Where to write the profile; it must not exist. `-` is standard output.")
        var output: String?

        @Flag(help: "One JSON object.")
        var json = false

        @Argument(parsing: .postTerminator, help: "The command.")
        var command: [String]

        func validate() throws {
            if command.isEmpty { throw ValidationError("name the command after `--`") }
            if json && output == "-" { throw ValidationError("give --json or --output -, not both") }
        }

        func run() async throws {
            let learner = try ProfileLearner(
                command, named: name ?? Self.name(of: command), current: profile, workspace: workspace,
                sandboxes: sandboxes)
            let result = try await learner.run { progress in
                switch progress {
                case .watching: Terminal.note("watching \(VisibleText.line(command.joined(separator: " ")))")
                case .trying(let memory): Terminal.note("trying the learned profile with \(memory.text) of memory")
                }
            }
            if let output, output != "-" {
                try Scaffold.write(result.profile.yaml, to: output)
            }
            if output == "-" {
                Terminal.printOutput(result.profile.yaml)
            } else if json {
                Terminal.print(json: LearnReport(result, current: profile).json)
            } else {
                for line in LearnReport(result, current: profile).lines { Terminal.print(line) }
                if let output { Terminal.note("written to \(VisibleText.line(output))") }
            }
            if !result.holds { throw ExitCode(ExitStatus.checkFailed) }
        }

        /// `learned-git` of `/usr/bin/git`.
        private static func name(of command: [String]) -> String {
            "learned-" + Scaffold.name(from: command.first ?? "")
        }
    }
}
