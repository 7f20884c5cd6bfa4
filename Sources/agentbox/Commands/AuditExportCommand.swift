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
        throw CommandError("tlog-tiles are not written yet")
    }
}

/// A format of `audit export`. A new one is a case here, and a case of the switch in `run`.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
    case tlogTiles = "tlog-tiles"

    static var list: String { "One of: " + allCases.map(\.rawValue).joined(separator: ", ") + "." }
}
