import ArgumentParser
import Diagnostics
import Ledger
import Runs
import Store
import StrictJSON

/// `agentbox audit anchor`
struct AuditAnchorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anchor",
        abstract: "Publish the newest checkpoint where the ledger's owner cannot take it back.",
        discussion: """
            Whoever holds the ledger's key can sign another history. Not where a checkpoint was published before: what \
            it covers cannot be changed without `agentbox audit verify --anchor` telling. A ledger that is shorter than \
            a checkpoint in a file which it was anchored in refuses to open.

            A git branch gets a commit with each checkpoint: push it, or have it fetched. A URL is http:// and takes PUT; \
            https:// is not in this build.

            EXAMPLES
              agentbox audit anchor --file /media/usb/ledger.checkpoint
              agentbox audit anchor --git /srv/witness --branch ledger-checkpoints
              agentbox audit anchor --url http://witness.internal/ledger
            """
    )

    @Option(help: "A file, on a medium or a mount that somebody else keeps.")
    var file: String?

    @Option(help: "A git repository on this host.")
    var git: String?

    @Option(help: "The branch, with --git.")
    var branch: String?

    @Option(help: "An http:// address that takes PUT and answers GET.")
    var url: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard [file, git, url].compactMap({ $0 }).count == 1 else {
            throw ValidationError("give one of --file, --git and --url")
        }
        if branch != nil, git == nil { throw ValidationError("--branch goes with --git") }
    }

    func run() async throws {
        let home = try Home.open()
        // Opening it would make a ledger, and publish that of nothing.
        try Home.requireRecord(home)
        guard try LedgerKeys.checkpoint(of: home.ledger).size > 0 else {
            throw CommandError("nothing to anchor yet: the ledger is empty", remedy: "`agentbox run` starts it")
        }
        let place =
            if let git {
                try AnchorPlace.named("git:\(git)#\(branch ?? AnchorPlace.usualBranch)")
            } else if let file {
                try AnchorPlace.named("file:\(file)")
            } else {
                try AnchorPlace.named(url ?? "")
            }
        let checkpoint = try await LedgerAnchor.publish(home.ledger, to: place)
        if json {
            Terminal.print(json: [
                "place": .string(place.description), "size": .integer(Int64(clamping: checkpoint.size)),
                "root": .string(checkpoint.root.base64), "checkpoint": .string(checkpoint.encoded),
            ])
        } else {
            Terminal.print("the checkpoint of \(checkpoint.size) entries is at \(place)")
        }
    }
}
