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
                as the workspace is now, and publishes nothing.

                EXAMPLES
                  agentbox sandbox explain 17
                  agentbox sandbox explain 17 --rerun
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

        @Flag(help: "One JSON object.")
        var json = false

        @Argument(help: "A call's number, or a refused system call.")
        var call: String

        func validate() throws {
            if profile != nil && rerun { throw ValidationError("--rerun is for a call of the ledger") }
            if profile == nil && UInt64(call) == nil {
                throw ValidationError(
                    "`\(call)` is no number of a call; name the profile of a system call with --profile")
            }
        }

        func run() async throws {
            if let profile { return try explainLine(under: profile) }
            let recorded = try RecordedCall(
                UInt64(call) ?? 0, in: try Home.open().ledger, tools: catalogue.tools, sandboxes: catalogue.sandboxes)
            guard recorded.decided.effect == "allow" else {
                throw CommandError(
                    "call \(call) was denied before anything was started: no sandbox refused it",
                    remedy: "`agentbox audit show \(call)` has the rules that led to it")
            }
            var explanations = try recorded.explanations()
            var end: String?
            if rerun {
                let (outcome, found) = try await recorded.rehearse()
                end = outcome.endWord
                explanations += found.filter { !explanations.contains($0) }
            }
            try print(explanations, of: recorded, end: end)
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

        private func print(_ explanations: [Explanation], of recorded: RecordedCall, end: String?) throws {
            let unheard = rerun ? [] : recorded.unreported
            if json {
                Terminal.print(
                    json: [
                        "call": .integer(Int64(recorded.index)), "tool": .string(recorded.decided.tool),
                        "profile": .string(recorded.profile.name.rawValue),
                        "profileChanged": .bool(recorded.isProfileChanged), "rerun": end.map(JSON.string) ?? .null,
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
