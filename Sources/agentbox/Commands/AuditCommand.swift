import ArgumentParser
import Diagnostics
import Glibc
import Ledger
import Runs
import Store
import StrictJSON

/// `agentbox audit`
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Read the record of decisions and outcomes, and prove that it is whole.",
        discussion: """
            EXAMPLE
              agentbox audit log                 what happened in the last run, call by call
              agentbox audit verify              that nothing was changed, removed or added
              agentbox audit prove 17            a file that proves entry 17 to somebody else
            """,
        subcommands: [
            Log.self, Show.self, AuditVerifyCommand.self, AuditProveCommand.self, AuditKeyCommand.self,
            AuditCheckpointCommand.self, AuditAnchorCommand.self, AuditEraseCommand.self, AuditExportCommand.self,
            AuditReportCommand.self,
        ]
    )

    /// `agentbox audit log`
    struct Log: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "log",
            abstract: "Show what happened, call by call.",
            discussion: """
                Of a damaged ledger what is sound before the damage is shown first; then the exit status is 125, as for \
                a run that there is not.

                EXAMPLES
                  agentbox audit log                 the last run
                  agentbox audit log --run 2026-11   every run whose name begins so
                  agentbox audit log --all --json    all of it, one run a line
                """
        )

        @Option(name: .customLong("run"), help: "The run, or the beginning of its name.")
        var name: String?

        @Flag(help: "Every run, not only the last.")
        var all = false

        @Flag(help: "One JSON object for each run, a line each.")
        var json = false

        func validate() throws {
            if all && name != nil { throw ValidationError("give --run or --all, not both") }
        }

        func run() throws {
            let home = try Home.open()
            let selection: RunHistory.Selection = all ? .all : name.map { .named($0) } ?? .last
            var count = 0
            // Nothing was ever recorded in this home: there is no ledger yet.
            guard access(home.ledger + "/log", F_OK) == 0 else {
                if let name { throw RunError.unknownRun(name, among: []) }
                if !json { Terminal.note("nothing is on record yet in `\(home.ledger)`") }
                return
            }
            do throws(LedgerError) {
                try RunHistory.forEach(selection, in: home.ledger) { history in
                    if json {
                        Terminal.print(json: history.json, pretty: false)
                    } else {
                        if count > 0 { Terminal.print("") }
                        for line in RunReport(history).lines { Terminal.print(line) }
                    }
                    count += 1
                }
            } catch {
                throw Terminal.distrust(error, "this log")
            }
            guard count == 0 else { return }
            if let name { throw RunError.unknownRun(name, among: try RunHistory.names(in: home.ledger)) }
            if !json { Terminal.note("no run is on record yet in `\(home.ledger)`") }
        }
    }

    /// `agentbox audit show`
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one entry in full.",
            discussion: """
                The number is the one that `audit log` shows before each call.

                EXAMPLE
                  agentbox audit show 17
                """
        )

        @Argument(help: "The entry's index.")
        var index: UInt64

        @Flag(help: "On one line, as it is recorded.")
        var json = false

        func run() throws {
            let home = try Home.open()
            try Home.requireRecord(home)
            var reader = try VerifiedReader(directory: home.ledger)
            while let record = try reader.next() {
                guard record.index == index else { continue }
                if json {
                    Terminal.print(json: try record.json(), pretty: false)
                } else {
                    // What an agent or a tool put into the entry may hold escape sequences.
                    let entry = try record.json()
                    Terminal.print(VisibleText.block(entry.pretty()))
                    if entry["kind"]?.stringValue == DecidedEntry.kind,
                        entry["effect"]?.stringValue == DecidedEntry.allowed
                    {
                        try Self.pointToEnd(of: index, &reader)
                    }
                }
                // Only the whole tells whether the entry is what was recorded.
                do throws(LedgerError) {
                    while try reader.next() != nil {}
                } catch {
                    throw Terminal.distrust(error, "this entry")
                }
                return
            }
            throw CommandError(
                "the ledger has no entry \(index)", remedy: "`agentbox audit log --all` shows those that it has")
        }

        /// What came of a decision is an entry of its own.
        private static func pointToEnd(of decision: UInt64, _ reader: inout VerifiedReader) throws {
            while let record = (try? reader.next()) ?? nil {
                let entry = try record.json()
                guard entry["kind"]?.stringValue == EndedEntry.kind,
                    entry["decided"]?.integerValue == Int64(exactly: decision)
                else { continue }
                return Terminal.note("what came of it: agentbox audit show \(record.index)")
            }
            Terminal.note("it has no end on record")
        }
    }
}
