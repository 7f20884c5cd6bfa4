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
            abstract: "Watch a command or a tool, and write the narrowest profile under which it runs.",
            discussion: """
                The command runs in a box: it sees system software and the workspace, writes to a copy that is thrown \
                away, and has no network. Every system call is recorded. Then the learned profile is tried: the command \
                must end alike under it and be refused no more than while it was watched, or the exit status is 1. It is run \
                some seven times, to find how much memory it needs.

                With --tool its calls are made one after the other; FILE has the arguments of one a line, as JSON, or is a \
                trace. They are granted what the tool's manifest says.

                What is shown is the difference to a profile that there is: + lines that it lacks, with what needed them \
                and what they open, - lines that nothing needed. With --output the whole profile is written.

                EXAMPLES
                  agentbox sandbox learn -- git status
                  agentbox sandbox learn --tool fs.search --calls calls.jsonl
                  agentbox sandbox learn --profile build --name make-test --output make-test.yaml -- make test
                """
        )

        @Option(help: "The profile to compare with; by default the tool's own, or `base`.")
        var profile: String?

        @Option(help: "The learned profile's name.")
        var name: String?

        @Option(help: "The folder that is seen as the workspace.")
        var workspace = "."

        @Option(help: "Watch calls of this tool.")
        var tool: String?

        @Option(help: "The calls, a line each.")
        var calls: String?

        @OptionGroup
        var catalogue: CatalogueOptions

        @Option(help: "Where to write the profile; it must not exist. `-` is standard output.")
        var output: String?

        @Flag(help: "One JSON object.")
        var json = false

        @Argument(parsing: .postTerminator, help: "The command.")
        var command: [String] = []

        func validate() throws {
            if tool != nil && !command.isEmpty { throw ValidationError("give a command or --tool, not both") }
            if (tool == nil) == command.isEmpty {
                throw ValidationError("name a command after `--`, or a tool with --tool")
            }
            if (tool == nil) != (calls == nil) { throw ValidationError("--tool and --calls go together") }
            if json && output == "-" { throw ValidationError("give --json or --output -, not both") }
        }

        private var subject: ProfileLearner.Subject {
            if let tool, let calls { return .tool(tool, calls: calls) }
            return .command(command)
        }

        private var subjectName: String { tool ?? command.joined(separator: " ") }

        /// Before anything is watched.
        private func requireNewOutput() throws {
            guard let output, output != "-" else { return }
            let folder = output.lastIndex(of: "/").map { String(output[...$0]) } ?? "."
            if access(output, F_OK) == 0 {
                throw CommandError(
                    "`\(output)` exists, and what exists is never replaced", remedy: "remove it, or name another file")
            }
            guard access(folder, W_OK) == 0 else {
                throw CommandError(
                    "cannot write to `\(folder)`: \(String(cString: strerror(errno)).lowercased())",
                    remedy: "name a file in a folder that is there and yours")
            }
        }

        func run() async throws {
            try requireNewOutput()
            let learner = try ProfileLearner(
                subject, named: name ?? "learned-" + Scaffold.name(from: tool ?? command.first ?? ""),
                current: profile, workspace: workspace, tools: catalogue.tools, sandboxes: catalogue.sandboxes)
            let result = try await learner.run { progress in
                switch progress {
                case .watching: Terminal.note("watching \(VisibleText.line(subjectName))")
                case .trying(let memory): Terminal.note("trying the learned profile with \(memory.text) of memory")
                }
            }
            if let output, output != "-" {
                try Scaffold.write(result.profile.yaml, to: output)
            }
            if output == "-" {
                Terminal.printOutput(result.profile.yaml)
            } else if json {
                Terminal.print(json: LearnReport(result, current: learner.currentName).json)
            } else {
                for line in LearnReport(result, current: learner.currentName).lines { Terminal.print(line) }
                if let output { Terminal.note("written to \(VisibleText.line(output))") }
            }
            if !result.holds { throw ExitCode(ExitStatus.checkFailed) }
        }
    }
}
