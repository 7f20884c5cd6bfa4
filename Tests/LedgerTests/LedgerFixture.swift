import LinuxIO
import StrictJSON
import TestSupport

@testable import Ledger

/// A ledger in a folder that cleans itself.
struct LedgerFixture {
    let folder: TemporaryFolder
    var path: String { folder("ledger") }
    var log: String { "ledger/log" }

    init() throws {
        folder = try TemporaryFolder()
    }

    func open() throws -> (ledger: Ledger, recovery: Recovery) { try Ledger.open(path) }

    /// Appends entries one after another and closes.
    func fill(_ count: Int, from first: Int = 0) async throws {
        let (ledger, _) = try open()
        for number in first..<first + count { try await ledger.append(Self.entry(number)) }
        try await ledger.close()
    }

    static func entry(_ number: Int) -> JSON { ["kind": "test", "number": .integer(Int64(number))] }

    /// Everything in the log.
    func records() throws -> [LedgerRecord] {
        var reader = try LedgerReader(directory: path)
        var records: [LedgerRecord] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    /// The `number` members of the test entries.
    func numbers() throws -> [Int64] {
        try records().compactMap { try $0.json()["number"]?.integerValue }
    }

    static let context = RunContext(
        run: "2026-11-24-0000000001", task: "fix-issue-42", intentDigest: "sha256:00", principal: "alice@example.com",
        agent: .init(name: "claude-code", confinement: .confined))

    static func decided(_ call: String, effect: String = "allow") -> DecidedEntry {
        DecidedEntry(
            context: context, call: call, tool: "fs.read", effect: effect, decision: ["effect": .string(effect)],
            arguments: .inline(["path": "README.md"]))
    }

    static func ended(_ call: String, decided: LedgerIndex) -> EndedEntry {
        EndedEntry(context: context, call: call, tool: "fs.read", decided: decided, outcome: ["exit": 0])
    }
}
