import ArgumentParser
import Diagnostics
import Replay
import Runs

extension IntentCommand {
    /// `agentbox intent propose`
    struct Propose: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "propose",
            abstract: "Propose an intent from what was done: the last run, or a trace.",
            discussion: """
                Prints the tightest readable intent that allows the calls that were allowed. Values are generalised only \
                where several calls show it: three files of a folder make the folder, several numbers their range. A \
                comment on each rule says what it was seen from. What was denied, and calls of a trace that it expects to \
                be denied, are left out.

                EXAMPLES
                  agentbox intent propose > task.yaml
                  agentbox intent propose --run 5f3a
                  agentbox intent propose --calls trace.jsonl --tools tools.json
                """
        )

        @Option(name: .customLong("run"), help: "A run's name, or its beginning. The last run if not given.")
        var runName: String?

        @Option(help: "Recorded calls as JSON Lines, in place of a run; `-` is standard input.")
        var calls: String?

        @Option(
            name: .customLong("tools"),
            help: "A file or folder of tools; repeatable. For a run beside the bundled ones.")
        var tools: [String] = []

        @Option(help: "The person accountable for the task.")
        var principal: String?

        func validate() throws {
            if runName != nil && calls != nil { throw ValidationError("give --run or --calls, not both") }
        }

        func run() throws {
            let proposal: IntentProposal
            if let calls {
                proposal = try IntentProposer.propose(calls: calls, tools: tools, principal: principal)
            } else {
                proposal = try IntentProposer.propose(
                    runName.map { .named($0) } ?? .last, tools: tools, principal: principal)
            }
            Terminal.printRaw(proposal.text)
            let which = proposal.calls == 1 ? "which" : "each of which"
            Terminal.note(
                "\(Counted.text(proposal.rules, "rule")) from \(Counted.text(proposal.calls, "call")), \(which) "
                    + (proposal.rules == 1 ? "it allows" : "they allow"))
        }
    }
}
