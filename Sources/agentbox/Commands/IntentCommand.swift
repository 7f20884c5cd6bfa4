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
        abstract: "Write, check, compare, try and explain what a task may do.",
        discussion: """
            EXAMPLE
              agentbox intent new task.yaml && agentbox intent check task.yaml
            """,
        subcommands: [New.self, Check.self, Test.self, Explain.self, Diff.self, Replay.self, Propose.self]
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
            let shown = VisibleText.line(file)
            Terminal.print("wrote \(shown); next: agentbox intent check \(shown)")
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

                Warns of what is probably not meant: rules that never match or have no effect beside others, rules \
                that are wider than they look, a task that never expires. With --strict a warning is an error.

                EXAMPLES
                  agentbox intent check task.yaml
                  agentbox intent check --strict --json task.yaml
                """
        )

        @OptionGroup
        var task: TaskOptions

        @Flag(help: "One JSON object.")
        var json = false

        @Flag(help: "Exit status 1 if there is a warning.")
        var strict = false

        @Argument(help: "The intent manifest.")
        var intent: String

        func run() async throws {
            let check = try await IntentCheck.run(task.options(intent: intent, agent: .unconfined))
            if json {
                Terminal.print(json: check.json)
            } else if let problem = check.problem {
                Terminal.complain(problem)
            } else {
                Terminal.print("\(VisibleText.line(intent)): valid")
                for line in check.notes { Terminal.print(prose: "  " + VisibleText.line(line)) }
                for lint in check.lints {
                    let file = VisibleText.line(intent)
                    let place = lint.line.map { "\(file):\($0)" } ?? file
                    let rule = lint.rule.map { " (\(VisibleText.line($0)))" } ?? ""
                    Terminal.print(prose: "\(place): warning: \(lint.message)\(rule) [\(lint.code.rawValue)]")
                    Terminal.print(prose: "  fix: \(lint.fix)")
                }
            }
            if check.problem != nil || (strict && !check.lints.isEmpty) { throw ExitCode(ExitStatus.checkFailed) }
        }
    }

    /// `agentbox intent explain`
    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain",
            abstract: "Say what would be decided about a call, and why: every rule.",
            discussion: """
                Nothing is executed and nothing is recorded. Exit status 126 if the call would be denied; then with \
                what would let exactly this call through, as a rule to add, and what else that would open.

                The call is taken as the first one of `agentbox run`. Where a run that begins as `untrusted` decides \
                otherwise (`mcp`, `call --intent`, `run --read` of the workspace), that is said too.

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
            for line in explainer.notes { Terminal.note(VisibleText.line(line)) }
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
            let answer = await explainer.explain(tool, object)
            let (decision, amendment) = (answer.decision, answer.amendment)
            if json {
                var members = decision.json().objectValue ?? JSONObject()
                members["amendment"] = amendment?.json()
                members["untrusted"] = answer.untrusted?.json()
                let credentials = answer.credentials.map(\.json) + answer.unavailable.map(\.json)
                if !credentials.isEmpty { members["credentials"] = .array(credentials) }
                if !answer.destinations.isEmpty {
                    members["destinations"] = .array(answer.destinations.map(JSON.string))
                }
                if !answer.ports.isEmpty { members["ports"] = .array(answer.ports.map(JSON.string)) }
                members["channel"] = explainer.channel.map(JSON.string)
                Terminal.print(json: .object(members))
            } else {
                for line in DecisionReport(decision).lines() { Terminal.print(line) }
                if let untrusted = answer.untrusted {
                    Terminal.print(
                        prose:
                            "under `mcp` and `call --intent`, and where `run` shows the agent the workspace, a run begins as "
                            + "`untrusted`; then:")
                    for line in DecisionReport(untrusted).lines(indent: 2) { Terminal.print(line) }
                }
                for credential in answer.credentials { Terminal.print(prose: "  " + credential.words) }
                for (index, credential) in answer.unavailable.enumerated() {
                    // Why the first one is missing is why the call is denied, and stands above.
                    let why = index == 0 ? "" : ": " + VisibleText.line(credential.problem)
                    Terminal.print(prose: "  " + credential.words + why)
                }
                for place in answer.destinations { Terminal.print(prose: "  connects to \(VisibleText.line(place))") }
                for port in answer.ports {
                    Terminal.print(prose: "  listens in its own network at \(VisibleText.line(port))")
                }
                if let channel = explainer.channel { Terminal.print(prose: "  " + VisibleText.line(channel)) }
                for line in amendment.map({ AmendmentReport($0).lines }) ?? [] { Terminal.print(line) }
            }
            if decision.effect != .allow { throw ExitCode(ExitStatus.denied) }
        }
    }

    /// `agentbox intent diff`
    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff",
            abstract: "Say what one intent lets through that another does not, tool by tool.",
            discussion: """
                Each tool is equal, narrower, wider, incomparable or unknown: of the calls that are allowed, and of those \
                that go ahead once a person approves; an approval in place of an allowance is narrower. A tool that is \
                wider comes with a call that shows it, decided under both intents. Unknown is what conditions in CEL, \
                regular expressions or too many rules leave open.

                Exit status 0 if nothing goes ahead that could not before (equal, narrower), else 1.

                EXAMPLES
                  agentbox intent diff task.yaml amended.yaml
                  agentbox intent diff --json task.yaml amended.yaml
                """
        )

        @OptionGroup
        var task: TaskOptions

        @Flag(help: "One JSON object.")
        var json = false

        @Argument(help: "The intent that there is.")
        var before: String

        @Argument(help: "The intent that is compared to it.")
        var after: String

        func run() throws {
            let comparison = try IntentDiff.run(
                task.options(intent: before, agent: .unconfined), task.options(intent: after, agent: .unconfined))
            if json {
                Terminal.print(json: comparison.json())
            } else {
                for line in ComparisonReport(comparison).lines { Terminal.print(line) }
            }
            if !comparison.relation.isSafe { throw ExitCode(ExitStatus.checkFailed) }
        }
    }
}
