import ArgumentParser
import Diagnostics
import Manifests
import Policy
import Runs
import StrictJSON

/// `agentbox intent`
struct IntentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intent",
        abstract: "Write, check, try and explain what a task may do.",
        subcommands: [New.self, Check.self, Test.self, Explain.self, Replay.self, Propose.self]
    )

    /// `agentbox intent new`
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new",
            abstract: "Write an intent to start from.",
            discussion: """
                EXAMPLE
                  agentbox intent new task.yaml
                """
        )

        @Argument(help: "The file to write; it must not exist.")
        var file: String

        func run() throws {
            try Scaffold.write(IntentTemplate.text(named: Scaffold.name(from: file)), to: file)
            Terminal.print("wrote \(file); next: agentbox intent check \(file)")
        }
    }

    /// `agentbox intent check`
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Check an intent against the tools that it names.",
            discussion: """
                Reports every error with file, line, column and key, and runs the rules' own tests. Exit status 1 if \
                there is any.

                EXAMPLE
                  agentbox intent check task.yaml
                """
        )

        @OptionGroup
        var task: TaskOptions

        @Flag(help: "One JSON object.")
        var json = false

        @Argument(help: "The intent manifest.")
        var intent: String

        func run() async throws {
            let check = try await IntentCheck.run(task.options(intent: intent, agent: .unconfined))
            if json {
                Terminal.print(json: check.json)
            } else if let problem = check.problem {
                Terminal.complain(problem)
            } else {
                Terminal.print("\(intent): valid")
                for line in check.notes { Terminal.print("  " + VisibleText.line(line)) }
            }
            if check.problem != nil { throw ExitCode(ExitStatus.checkFailed) }
        }
    }

    /// `agentbox intent explain`
    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain",
            abstract: "Say what would be decided about a call, and why: every rule.",
            discussion: """
                Nothing is executed and nothing is recorded. Exit status 126 if the call would be denied.

                EXAMPLES
                  agentbox intent explain task.yaml fs.read path=README.md
                  agentbox intent explain task.yaml fs.edit --arguments '{"path":"a.c","edits":[]}'
                """
        )

        @OptionGroup
        var task: TaskOptions

        @Flag(help: "One JSON object.")
        var json = false

        @Option(help: "The arguments as one JSON object.")
        var arguments: String?

        @Argument(help: "The intent manifest.")
        var intent: String

        @Argument(help: "The tool's name.")
        var tool: String

        @Argument(help: "Arguments as key=value.")
        var words: [String] = []

        func validate() throws {
            if arguments != nil && !words.isEmpty {
                throw ValidationError("give key=value arguments or --arguments, not both")
            }
        }

        func run() async throws {
            let explainer = try await IntentExplainer.open(task.options(intent: intent, agent: .unconfined))
            let object: JSON
            if let arguments {
                do {
                    object = try JSON(parsing: arguments)
                } catch {
                    throw CommandError("--arguments: \(error.message)", remedy: error.remedy)
                }
            } else {
                object = try ArgumentWords.object(from: words, schema: explainer.inputSchema(of: tool) ?? [:])
            }
            let decision = await explainer.explain(tool, object)
            if json {
                Terminal.print(json: decision.json())
            } else {
                for line in DecisionReport(decision).lines { Terminal.print(line) }
            }
            if decision.effect != .allow { throw ExitCode(ExitStatus.denied) }
        }
    }
}
