import ArgumentParser
import Diagnostics
import Exports
import Ledger
import Runs
import Store

/// `agentbox audit export`
struct AuditExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the ledger in a format of others.",
        discussion: """
            jsonl       every entry as it is recorded, with its index; a line each
            ocsf        events of OCSF 1.6.0, class API Activity (6003), for a SIEM; a line each
            otlp-json   traces of OpenTelemetry as its file exporter writes them: a run is a trace, a call a span
            csv         a table of the entries (RFC 4180), safe to open in a spreadsheet
            tlog-tiles  the log as C2SP tlog-tiles has it: checkpoint, tiles and entries, in which commitments stand for \
            arguments and outputs. A folder that holds an earlier export of the same ledger is continued.

            A file appears under its name when it is whole, for you alone. Arguments and outputs are not exported: \
            entries hold commitments to them. What a call could touch stands in ocsf and csv until it is erased. Of a damaged ledger what is sound before the damage is exported; then the \
            damage is named and the exit status is 1, as for a ledger that does not verify. An export is a copy and \
            proves nothing: see `agentbox audit prove`.

            EXAMPLES
              agentbox audit export --format csv --output entries.csv
              agentbox audit export --format ocsf --since 24h --output - | my-siem-shipper
              agentbox audit export --format otlp-json --run 2026-11-24 --output traces.jsonl
              agentbox audit export --format tlog-tiles --output /srv/log     for verifiers of C2SP transparency logs
            """
    )

    @Option(help: "\(ExportFormat.list)")
    var format: ExportFormat

    @Option(help: "The file to write, `-` for standard output; for tlog-tiles the folder.")
    var output: String

    @Option(help: "Entries from then on: \(MomentWord.forms).")
    var since: String?

    @Option(help: "Entries before then, in the same words.")
    var until: String?

    @Option(name: .customLong("run"), help: "Entries of the runs whose names begin so.")
    var runName: String?

    func validate() throws {
        if format == .tlogTiles, since != nil || until != nil || runName != nil {
            throw ValidationError("tlog-tiles are of the whole log: give no --since, --until or --run")
        }
        if format == .tlogTiles, output == "-" {
            throw ValidationError("tlog-tiles are a folder, which standard output cannot hold: --output FOLDER")
        }
    }

    func run() throws {
        let home = try Home.open()
        try Home.requireRecord(home)
        guard let entryFormat = format.entryFormat else { return try Self.writeTiles(of: home, to: output) }
        let selection = ExportSelection(
            since: try MomentWord.parse(since, "--since"), until: try MomentWord.parse(until, "--until"), run: runName)
        try write(LedgerExport(entryFormat, selection), of: home)
    }

    private static func writeTiles(of home: Home, to output: String) throws {
        let checkpoint = try TileWriter.write(ledger: home.ledger, to: output)
        Terminal.note("\(checkpoint.size) entries are in `\(output)`; `agentbox audit key` prints what verifies them")
    }

    // MARK: Entries

    private func write(_ export: LedgerExport, of home: Home) throws {
        var reader = try LedgerReader(directory: home.ledger)
        let report: LedgerExport.Report
        if output == "-" {
            report = try export.run(&reader) { bytes in Terminal.printRaw(String(decoding: bytes, as: UTF8.self)) }
        } else {
            let file = try OutputFile(output)
            report = try export.run(&reader) { bytes in try file.write(bytes) }
            try file.commit()
        }
        let range = report.first.flatMap { first in report.last.map { first == $0 ? "\(first)" : "\(first) to \($0)" } }
        let what =
            "\(report.exported) of the \(report.read) entries that could be read" + (range.map { ": \($0)" } ?? "")
        // Standard output is the export's alone.
        if let damage = report.damage {
            Terminal.complain(damage)
            Terminal.note("exported \(what); nothing after the damage is in the export")
            throw ExitCode(ExitStatus.checkFailed)
        }
        do {
            // Whole frames can hold what nobody recorded: only the tree tells.
            _ = try LogVerifier.verify(ledger: home.ledger, withData: false)
        } catch {
            Terminal.complain(error)
            Terminal.note("exported \(what); but the ledger does not verify: do not rely on the export")
            throw ExitCode(ExitStatus.checkFailed)
        }
        Terminal.note("exported \(what); the ledger verifies")
    }
}

/// A format of `audit export`. A new one is a case here, and a case of the switch in `run`.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
    case jsonl, ocsf
    case otlpJSON = "otlp-json"
    case csv
    case tlogTiles = "tlog-tiles"

    static var list: String { "One of: " + allCases.map(\.rawValue).joined(separator: ", ") + "." }

    /// Nil for one that is not of entries.
    var entryFormat: EntryFormat? {
        switch self {
        case .jsonl: .jsonLines
        case .ocsf: .ocsf
        case .otlpJSON: .otlpJSON
        case .csv: .csv
        case .tlogTiles: nil
        }
    }
}
