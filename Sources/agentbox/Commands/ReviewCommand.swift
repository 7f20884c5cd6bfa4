import ArgumentParser
import Runs
import Store
import StrictJSON

/// `agentbox review`
struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Show what was granted and never used, and propose what would have been enough.",
        discussion: """
            Reads the whole ledger and compares the last version of each task's intent with what its runs did: rules that \
            never matched, places, hosts and values that were never used, budgets far larger than anything used, \
            approvals that were always given, break-glass uses, and reviews that are due. The narrower manifest is shown \
            as a difference; every part of it was checked to let nothing new through and to allow every call on record \
            that is allowed now. Nothing is changed: apply the difference with `patch`, or write it with --output.

            A manifest whose `reviewBy` has passed allows nothing without an approval. Review it, then write a later date \
            into it: the new version is on record with the next run.

            With --check the exit status is 1 if a person has to act now: a `reviewBy` has passed, or an approval was \
            given by break-glass in the time that is looked at. It is 1 as well if the ledger is damaged.

            EXAMPLES
              agentbox review                             every task on record
              agentbox review task.yaml --since 30d       one manifest, from the runs of this version
              agentbox review fix-issue-42 --output narrower.yaml
              agentbox review --check --json              for a job that reminds people
            """
    )

    @Argument(help: "Manifests, or names of tasks on record. Every task if none is given.")
    var intents: [String] = []

    @Option(help: "Entries from then on: \(MomentWord.forms).")
    var since: String?

    @Option(
        name: .customLong("tools"), help: "A folder of tools beside the bundled and registered ones; repeatable.")
    var tools: [String] = []

    @Option(help: "Write the proposed manifest of the one task to this file, which must not be there.")
    var output: String?

    @Flag(help: "End with status 1 if something is due.")
    var check = false

    @Flag(help: "One JSON object.")
    var json = false

    func run() throws {
        let home = try Home.open()
        let review = try LedgerReview(
            home,
            LedgerReview.Options(intents: intents, since: try MomentWord.parse(since, "--since"), tools: tools))
        if json {
            Terminal.print(json: ReviewReport(review).json)
        } else {
            for line in ReviewReport(review).lines { Terminal.print(line) }
        }
        if let output { try write(review, to: output) }
        if let damage = review.damage {
            throw Terminal.distrust(damage, "the review")
        }
        if check && review.isDue { throw ExitCode(ExitStatus.checkFailed) }
    }

    private func write(_ review: LedgerReview, to path: String) throws {
        guard review.tasks.count == 1, let task = review.tasks.first else {
            throw CommandError("--output takes the proposal of one task", remedy: "name the task, or its manifest")
        }
        guard let proposal = task.proposal else {
            return Terminal.note("nothing narrower is proposed, so `\(path)` is not written")
        }
        try Scaffold.write(proposal, to: path)
        Terminal.note("wrote `\(path)`")
    }
}
