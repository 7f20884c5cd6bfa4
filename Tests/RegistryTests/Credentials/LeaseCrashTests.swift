import Glibc
import LeaseTestSupport
import Ledger
import LinuxIO
import Registry
import Store
import StrictJSON
import TestSupport
import Testing

@Suite("A host that is killed at any step of a credential's life leaves none alive once the next one has started")
struct LeaseCrashTests {
    private static let isAliveThen: Set<LeaseStep> = [.minted, .live, .delivered, .ended]

    @Test("kill -9 between every two steps", arguments: LeaseStep.allCases)
    func killed(step: LeaseStep) async throws {
        let folder = try TemporaryFolder()
        let bank = Bank(try folder.folder("bank"))
        let home = try folder.folder("home", mode: 0o700)
        let dying = try HelperProcess("LeaseTestHelper", [home, bank.folder, step.rawValue])
        let said = try dying.lines()
        #expect(dying.wait() & 0x7F == SIGKILL, "it was not killed at \(step): \(said)")
        // The control: there was something to end.
        #expect(bank.live.isEmpty != Self.isAliveThen.contains(step), "\(bank.live)")

        let next = try HelperProcess("LeaseTestHelper", [home, bank.folder, "recover"])
        #expect(try next.lines() == ["done"])
        #expect(next.wait() == 0)
        #expect(bank.live.isEmpty)
        let store = try SQLiteStateStore(try Home(home))
        #expect(try await store.openLeases().isEmpty)
        let leases = try await store.records(StateQuery(.lease)).compactMap { LeaseRecord($0) }
        #expect(leases.count == 1 && leases.allSatisfy { $0.state == .dead && $0.failure == nil })
        try checkRecord(of: home, isRecorded: step != .stored)
    }

    /// Whoever reads the ledger knows that it was begun, and that it is dead.
    private func checkRecord(of home: String, isRecorded: Bool) throws {
        let entries = try Self.entries(of: home + "/ledger")
        let begun = entries.filter { $0["kind"] == "lease-begun" }
        let ended = entries.filter { $0["kind"] == "lease-ended" }
        #expect(begun.count == (isRecorded ? 1 : 0))
        #expect(!ended.isEmpty, "nothing says what became of it")
        for entry in ended {
            #expect(
                entry["outcome"] == "revoked" && entry["probe"] == "refused" && entry["residual"] == nil, "\(entry)")
            #expect(entry["revocability"] == "R2")
        }
    }

    /// With what lies beside the log.
    static func entries(of ledger: String) throws -> [JSON] {
        var entries: [JSON] = []
        var reader = try LedgerReader(directory: ledger)
        while let record = try reader.next() { entries.append(try record.json()) }
        return entries
    }
}
