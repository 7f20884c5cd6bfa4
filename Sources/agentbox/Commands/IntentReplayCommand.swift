import ArgumentParser
import Diagnostics
import LinuxIO
import Manifests
import Policy
import Registry
import Replay
import Runs
import StrictJSON

extension ReplaySession.Answer: ExpressibleByArgument {}

extension IntentCommand {
    /// `agentbox intent replay`
    struct Replay: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replay",
            abstract: "Decide calls that were recorded, of whatever agent, and execute nothing.",
            discussion: """
                A line of the calls is {"tool": …, "args": {…}, "result": …, "labels": […], "expect": "allow"}; all but \
                `tool` can be left out. What goes ahead counts for those after it: its budgets, the values and the \
                labels of its result. `"labels": []` says that a result can be trusted; without `labels` it is as the \
                tool was registered, else untrusted. `"at"` (RFC 3339) moves the clock. Paths are resolved by their \
                text: there is no workspace.

                Tools are our manifests, or what an MCP server's `tools/list` returned. Exit status 1 if a decision \
                differs from its `expect`.

                EXAMPLES
                  agentbox intent replay task.yaml --tools tools.json --calls trace.jsonl
                  agentbox intent replay task.yaml --tools Tools --calls - --json --assume approve
                """
        )

        @Option(
            name: .customLong("tools"), help: "A file or folder of tools; repeatable. The bundled ones if not given.")
        var tools: [String] = []

        @Option(help: "The recorded calls as JSON Lines; `-` is standard input.")
        var calls: String

        @Option(help: "What a person says where an approval is needed: deny or approve.")
        var assume = ReplaySession.Answer.deny

        @Flag(help: "One JSON object a call, and nothing else, on standard output.")
        var json = false

        @Argument(help: "The intent manifest.")
        var intent: String

        func run() throws {
            let replay = try IntentReplay.open(intent: intent, tools: tools, calls: calls, assume: assume, amends: json)
            var output = LineOutput()
            let summary: ReplaySummary
            do {
                summary = try replay.run { replayed in
                    output.print(json ? replayed.json.encodedString() : ReplayReport.line(replayed))
                }
            } catch {
                output.flush()
                throw error
            }
            output.flush()
            for name in replay.unnameable.prefix(10) {
                Terminal.note("no rule can name the tool \(VisibleText.quoted(name)): calls of it are denied")
            }
            for line in ReplayReport.lines(summary) {
                if json { Terminal.printError(line) } else { Terminal.print(line) }
            }
            if summary.different > 0 { throw ExitCode(ExitStatus.checkFailed) }
        }
    }
}
