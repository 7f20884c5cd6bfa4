import ArgumentParser
import Diagnostics
import Manifests
import Runs
import Sandbox
import Store
import StrictJSON

extension SandboxCommand {
    /// `agentbox sandbox explain`
    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain",
            abstract: "Say which line of which profile refused something, and what allowing it would open.",
            discussion: """
                CALL is a number that `audit log` shows, or with --profile a refused system call as strace writes it, or \
                its name.

                What Landlock refuses nobody hears of. --rerun makes the call again with everything that it does watched, \
                as the workspace is now: what it writes is thrown away, it reaches no destination, and it is issued no \
                credential. The tool is the one whose source is here (--tools), else the registered one. With --rerun \
                CALL can be a tool's name, for a call that was never made.

                EXAMPLES
                  agentbox sandbox explain 17
                  agentbox sandbox explain 17 --rerun
                  agentbox sandbox explain 17 --rerun --arguments '{"path":"docs/a.md"}'
                  agentbox sandbox explain --rerun fs.read path=README.md
                  agentbox sandbox explain --profile pure 'openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = -1 EACCES'
                  agentbox sandbox explain --profile pure mount
                """
        )

        @OptionGroup
        var catalogue: CatalogueOptions

        @Option(help: "Explain a system call under this profile.")
        var profile: String?

        @Flag(help: "Make the call again and watch it.")
        var rerun = false

        @Option(help: "With --rerun: the arguments as one JSON object, in place of the recorded ones.")
        var arguments: String?

        @Option(help: "With --rerun and a tool's name: the folder that is seen as the workspace.")
        var workspace: String?

        @Flag(help: "One JSON object.")
        var json = false

        @Argument(help: "A call's number, a refused system call, or with --rerun a tool's name.")
        var call: String

        @Argument(help: "With --rerun: arguments as key=value.")
        var words: [String] = []

        func validate() throws {
            if profile != nil && rerun { throw ValidationError("--rerun is for a call of the ledger, or of a tool") }
            if profile == nil && UInt64(call) == nil && !rerun {
                throw ValidationError(
                    "`\(call)` is no number of a call; name the profile of a system call with --profile, or make a call "
                        + "of a tool with --rerun")
            }
            if !rerun && (arguments != nil || !words.isEmpty) {
                throw ValidationError("arguments are for a call that is made again: add --rerun")
            }
            if arguments != nil && !words.isEmpty {
                throw ValidationError("give key=value arguments or --arguments, not both")
            }
            if workspace != nil && (!rerun || UInt64(call) != nil) {
                throw ValidationError("--workspace is for a tool's name with --rerun: a recorded call has its own")
            }
        }

        func run() async throws {
            if let profile { return try explainLine(under: profile) }
            guard UInt64(call) != nil else { return try await rehearse() }
            let recorded = try RecordedCall(
                UInt64(call) ?? 0, in: try Home.open().ledger, tools: catalogue.tools, sandboxes: catalogue.sandboxes)
            guard recorded.decided.effect == "allow" else {
                throw CommandError(
                    "call \(call) was denied before anything was started: no sandbox refused it",
                    remedy: "`agentbox audit show \(call)` has the rules that led to it")
            }
            var explanations = try recorded.explanations()
            var again: CallRerun.Result?
            if rerun {
                let result = try await recorded.rerun(try given(recorded.inputSchema))
                explanations += result.explanations.filter { !explanations.contains($0) }
                again = result
            }
            try print(explanations, of: recorded, again)
        }

        /// The arguments that stand on the command line; nil if there are none.
        private func given(_ schema: @autoclosure () throws -> JSON) throws -> JSON? {
            if let arguments {
                do {
                    return try JSON(parsing: arguments)
                } catch {
                    throw CommandError("--arguments: \(error.message)", remedy: error.remedy)
                }
            }
            guard !words.isEmpty else { return nil }
            return try ArgumentWords.object(from: words, schema: schema())
        }

        /// A call of a tool that was never made.
        private func rehearse() async throws {
            let again = try CallRerun(
                call, workspace: workspace ?? ".", tools: catalogue.tools, sandboxes: catalogue.sandboxes)
            let result = try await again.run(try given(again.inputSchema) ?? [:])
            if json {
                Terminal.print(
                    json: [
                        "tool": .string(call), "profile": .string(again.profile.name.rawValue),
                        "rerun": .string(result.outcome.endWord), "withheld": .array(result.withheld.map(JSON.string)),
                        "explanations": .array(result.explanations.map(\.json)),
                    ])
                return
            }
            Terminal.print(
                Terminal.styled(VisibleText.line(call), .bold)
                    + " under profile `\(again.profile.name)`, made to look: \(result.outcome.endWord)")
            Self.note(result)
            for line in result.explanations.flatMap(Self.lines) { Terminal.print(line) }
            if result.explanations.isEmpty { Terminal.print("  nothing was refused") }
        }

        private static func note(_ again: CallRerun.Result) {
            Terminal.note("what it wrote was thrown away")
            guard !again.withheld.isEmpty else { return }
            Terminal.note(
                "it was made without \(again.withheld.map { VisibleText.line($0) }.joined(separator: ", ")): what it does with them is "
                    + "not known")
        }

        private func explainLine(under name: String) throws {
            let profiles = try ProfileCatalog.load(catalogue)
            guard let profileName = ProfileName(name) else {
                throw CommandError("`\(name)` is not a profile's name", remedy: "see `agentbox sandbox list`")
            }
            let explanations = try Explainer(profiles.resolve(profileName)).explain(RefusedLine(call).notice)
            if json {
                Terminal.print(json: ["explanations": .array(explanations.map(\.json))])
            } else if explanations.isEmpty {
                Terminal.print("profile `\(name)` allows it: what refused it is no line of the profile")
            } else {
                for line in explanations.flatMap(Self.lines) { Terminal.print(line) }
            }
        }

        private func print(
            _ explanations: [Explanation], of recorded: RecordedCall, _ again: CallRerun.Result?
        ) throws {
            let end = again?.outcome.endWord
            let unheard = rerun ? [] : recorded.unreported
            if json {
                Terminal.print(
                    json: [
                        "call": .integer(Int64(recorded.index)), "tool": .string(recorded.decided.tool),
                        "profile": .string(recorded.profile.name.rawValue),
                        "profileChanged": .bool(recorded.isProfileChanged), "rerun": end.map(JSON.string) ?? .null,
                        "withheld": .array((again?.withheld ?? []).map(JSON.string)),
                        "explanations": .array(explanations.map(\.json)),
                        "unreported": .array(unheard.map(JSON.string)),
                    ])
                return
            }
            let tool = VisibleText.line(recorded.decided.tool)
            Terminal.print(
                Terminal.styled("call \(recorded.index)", .bold)
                    + ": \(tool) under profile `\(recorded.profile.name)`" + (end.map { ", made again: \($0)" } ?? ""))
            if recorded.isProfileChanged {
                Terminal.note("the profile was changed since: this is what the one of today says")
            }
            if let again { Self.note(again) }
            for line in explanations.flatMap(Self.lines) { Terminal.print(line) }
            if explanations.isEmpty { Terminal.print("  nothing that was refused is known") }
            if !unheard.isEmpty {
                let layers = unheard.joined(separator: " and ")
                Terminal.note(
                    recorded.isOfServer
                        ? "what \(layers) refused the server, which serves many calls, nobody heard"
                        : "what \(layers) refused, nobody heard: --rerun finds it")
            }
        }

        private static func lines(_ explanation: Explanation) -> [String] {
            var lines = ["  " + Terminal.styled(VisibleText.line(explanation.what), .bold)]
            let parts = [
                ("refused by", explanation.reason), ("allow it by", explanation.remedy),
                ("that opens", explanation.opens),
            ]
            for (title, text) in parts where !text.isEmpty {
                let wrapped = TextWrap.lines(VisibleText.line(text), within: Terminal.width - 19)
                for (index, line) in wrapped.enumerated() {
                    let head =
                        index == 0
                        ? title + String(repeating: " ", count: 13 - title.count) : String(repeating: " ", count: 13)
                    lines.append("      " + Terminal.styled(head, .dim) + line)
                }
            }
            return lines
        }
    }
}
