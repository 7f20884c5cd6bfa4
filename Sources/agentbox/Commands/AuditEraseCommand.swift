import ArgumentParser
import Ledger
import LinuxIO
import Runs
import Store
import StrictJSON

/// `agentbox audit erase`
struct AuditEraseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase the arguments and outputs of calls; the record still verifies.",
        discussion: """
            Entries hold salted commitments to arguments, grants, amendments and outputs. This erases the values and \
            their salts, from the disk too, and records that it was done. What stays: that the call was made, when, for \
            whom, by which tool and rule, the reason in words, how it ended, and the names of files that it changed. \
            What a run's own folder keeps to undo its changes is not touched.

            EXAMPLES
              agentbox audit erase --call 17 --reason "a customer asked for it"
              agentbox audit erase --run 2026-11-30-0d1f3a4b5c6d
              agentbox audit erase --older-than 90d
            """
    )

    @Option(help: "The call whose decision or end is this entry.")
    var call: UInt64?

    @Option(name: .customLong("run"), help: "All of a run, by its whole name.")
    var name: String?

    @Option(help: "All that is older: 90d, 12h.")
    var olderThan: String?

    @Option(help: "All that was recorded before a time: 2026-06-01T00:00:00.000Z, or a day.")
    var before: String?

    @Option(help: "Why, for the record.")
    var reason: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard [call.map(String.init), name, olderThan, before].compactMap({ $0 }).count == 1 else {
            throw ValidationError("give one of --call, --run, --older-than and --before")
        }
    }

    func run() throws {
        let home = try Home.open()
        let selection = try selection(home)
        let result = try Erasure.erase(selection, in: home.ledger, reason: reason)
        if json {
            Terminal.print(json: [
                "selection": .string(selection.description), "entries": .integer(Int64(result.entries)),
                "bytes": .integer(result.bytes),
                "ledgerIndex": result.index.map { .integer(Int64(clamping: $0)) } ?? .null,
            ])
        } else if let index = result.index {
            Terminal.print(
                "erased the data of \(result.entries) entries, \(result.bytes) bytes; entry \(index) says so")
        } else {
            Terminal.print("there is nothing to erase")
        }
    }

    private func selection(_ home: Home) throws -> Erasure.Selection {
        if let call { return .call(call) }
        if let name {
            let names = try RunHistory.names(in: home.ledger)
            guard names.contains(name) else { throw RunError.unknownRun(name, among: names) }
            return .run(name)
        }
        if let before {
            guard let time = Timestamp(before) ?? Timestamp(before + "T00:00:00.000Z") else {
                throw CommandError("`\(before)` is no time", remedy: "write 2026-06-01, or 2026-06-01T00:00:00.000Z")
            }
            return .before(time)
        }
        let text = olderThan ?? ""
        let units: [Character: Int64] = ["d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), count >= 0,
            count <= 1_000_000
        else { throw CommandError("`\(text)` is no age", remedy: "write 90d, 12h or 30m") }
        return .before(Timestamp(millisecondsSince1970: Timestamp.now().millisecondsSince1970 - count * unit))
    }
}
