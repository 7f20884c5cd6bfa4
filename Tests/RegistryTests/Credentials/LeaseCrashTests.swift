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
    /// The source had perhaps been asked, and what it said is not on record.
    private static let isUnknownThen: Set<LeaseStep> = [.stored, .recorded, .minted]
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

        if Self.isUnknownThen.contains(step) { try await settle(home, bank) }
        let next = try HelperProcess("LeaseTestHelper", [home, bank.folder, "recover"])
        #expect(try next.lines() == ["done"])
        #expect(next.wait() == 0)
        #expect(bank.live.isEmpty)
        let store = try SQLiteStateStore(try Home(home))
        #expect(try await store.openLeases().isEmpty)
        let leases = try await store.records(StateQuery(.lease)).compactMap { LeaseRecord($0) }
        #expect(leases.count == 1 && leases.allSatisfy { $0.state == .dead && $0.failure == nil })
        try checkRecord(of: home, isRecorded: step != .stored, isUnknown: Self.isUnknownThen.contains(step))
    }

    @Test("of several that start at once one ends what was left, and the others wait for it")
    func together() async throws {
        let folder = try TemporaryFolder()
        let bank = Bank(try folder.folder("bank"))
        let home = try folder.folder("home", mode: 0o700)
        let dying = try HelperProcess("LeaseTestHelper", [home, bank.folder, LeaseStep.delivered.rawValue])
        _ = try dying.lines()
        #expect(dying.wait() & 0x7F == SIGKILL)
        let lease = try #require(bank.live.first)
        try bank.misbehave(.slowAtRevoke)
        let starts = try (0..<4).map { _ in try HelperProcess("LeaseTestHelper", [home, bank.folder, "recover"]) }
        for start in starts {
            // Whoever says that it is done has seen it ended.
            #expect(try start.lines() == ["done"])
            #expect(start.wait() == 0)
        }
        #expect(bank.live.isEmpty)
        #expect(bank.revocations(of: lease) == 1)
        #expect(try Self.entries(of: home + "/ledger").count { $0["kind"] == "lease-ended" } == 1)
        #expect(try await SQLiteStateStore(try Home(home)).openLeases().isEmpty)
    }

    @Test(
        "if the one that ends it is killed at that, another one does",
        arguments: [LeaseStep.revoked, .probed, .reported])
    func killedAtRecovery(step: LeaseStep) async throws {
        let folder = try TemporaryFolder()
        let bank = Bank(try folder.folder("bank"))
        let home = try folder.folder("home", mode: 0o700)
        let dying = try HelperProcess("LeaseTestHelper", [home, bank.folder, LeaseStep.delivered.rawValue])
        _ = try dying.lines()
        #expect(dying.wait() & 0x7F == SIGKILL)
        try bank.misbehave(.slowAtRevoke)
        let first = try HelperProcess("LeaseTestHelper", [home, bank.folder, step.rawValue])
        let others = try (0..<2).map { _ in try HelperProcess("LeaseTestHelper", [home, bank.folder, "recover"]) }
        _ = try first.lines()
        _ = first.wait()
        for other in others {
            #expect(try other.lines() == ["done"])
            #expect(other.wait() == 0)
        }
        let last = try HelperProcess("LeaseTestHelper", [home, bank.folder, "recover"])
        #expect(try last.lines() == ["done"])
        #expect(bank.live.isEmpty)
        #expect(try await SQLiteStateStore(try Home(home)).openLeases().isEmpty)
    }

    /// Attack: the source does what it was asked only after the next start has looked for it.
    private func settle(_ home: String, _ bank: Bank) async throws {
        let early = try HelperProcess("LeaseTestHelper", [home, bank.folder, "recover"])
        let said = try early.lines()
        #expect(early.wait() == 0)
        #expect(said.count == 2 && said[0].contains("the source may do so yet"), "\(said)")
        #expect(bank.live.isEmpty)
        let lease = try #require(try await SQLiteStateStore(try Home(home)).openLeases().first)
        close(open(bank.folder + "/live-\(lease.id)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
        let settled = lease.begun.millisecondsSince1970 + 8_500
        await Reactor.shared.sleep(
            until: .now + .milliseconds(max(0, settled - Timestamp.now().millisecondsSince1970)))
        #expect(bank.live == [lease.id])
    }

    /// Whoever reads the ledger knows that it was begun, and that it is dead.
    private func checkRecord(of home: String, isRecorded: Bool, isUnknown: Bool) throws {
        let entries = try Self.entries(of: home + "/ledger")
        let begun = entries.filter { $0["kind"] == "lease-begun" }
        let ended = entries.filter { $0["kind"] == "lease-ended" }
        #expect(begun.count == (isRecorded ? 1 : 0))
        #expect(ended.count > (isUnknown ? 1 : 0), "nothing says what became of it")
        if isUnknown {
            let first = try #require(ended.first)
            #expect(first["outcome"] == "failed" && first["residual"]?["until"]?.stringValue != nil, "\(first)")
        }
        for entry in ended.dropFirst(isUnknown ? 1 : 0) {
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
