import Glibc
import LinuxIO
import StrictJSON
import TestSupport
import Testing

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

    /// The file with the newest checkpoint.
    var checkpointFile: String { "ledger/log.checkpoint" }

    /// Puts the log back to its first `count` entries as far as checkpoints go, as if the process had died before it
    /// signed the others.
    func forgetCheckpoints(after count: Int) throws {
        let opened = try OpenedLog(path, keys: folder("keys"), operations: .system)
        let key = try opened.keys.signingKey(of: opened.origin, epoch: 1)
        var tree = CompactRange()
        for record in try records().prefix(count) { tree.append(TreeHash(leaf: record.payload)) }
        let checkpoint = Checkpoint(origin: key.verifier.name, size: tree.size, root: tree.root)
        try opened.checkpoints.write(try SignedCheckpoint(checkpoint, signedBy: key), .system)
        unlink(folder("ledger/log.mark"))
    }

    static func entry(_ number: Int) -> JSON { ["kind": "test", "number": .integer(Int64(number))] }

    /// Appends entries that share batches, and closes.
    func fillAtOnce(_ count: Int, from first: Int = 0) async throws {
        let (ledger, _) = try open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in first..<first + count {
                group.addTask { try await ledger.append(Self.entry(number)) }
            }
            try await group.waitForAll()
        }
        try await ledger.close()
    }

    /// The newest checkpoint, verified.
    func checkpoint() throws -> SignedCheckpoint {
        let opened = try OpenedLog(path, keys: folder("keys"), operations: .system)
        let found = try #require(try opened.checkpoints.read())
        return try SignedCheckpoint(found.note, keys: try opened.keys.verifierKeys(of: opened.origin))
    }

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
