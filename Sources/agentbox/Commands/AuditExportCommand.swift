import ArgumentParser
import Ledger
import Runs
import Store

/// `agentbox audit export`
struct AuditExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the ledger in a format of others.",
        discussion: """
            tlog-tiles is the log as C2SP tlog-tiles has it: checkpoint, tiles and entries, in which commitments stand \
            for arguments and outputs. A folder that holds an earlier export of the same ledger is continued.

            EXAMPLES
              agentbox audit export --format tlog-tiles --output /srv/log     for verifiers of C2SP transparency logs
            """
    )

    @Option(help: "\(ExportFormat.list)")
    var format: ExportFormat

    @Option(help: "The file or, for tlog-tiles, the folder to write.")
    var output: String

    func run() throws {
        let home = try Home.open()
        switch format {
        case .tlogTiles: try Self.writeTiles(of: home, to: output)
        }
    }

    private static func writeTiles(of home: Home, to output: String) throws {
        let checkpoint = try TileWriter.write(ledger: home.ledger, to: output)
        Terminal.note("\(checkpoint.size) entries are in `\(output)`; `agentbox audit key` prints what verifies them")
    }
}

/// A format of `audit export`. A new one is a case here, and a case of the switch in `run`.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
    case tlogTiles = "tlog-tiles"

    static var list: String { "One of: " + allCases.map(\.rawValue).joined(separator: ", ") + "." }
}
