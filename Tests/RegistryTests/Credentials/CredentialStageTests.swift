import Credentials
import Glibc
import LeaseTestSupport
import Ledger
import LinuxIO
import Registry
import Store
import StrictJSON
import TestSupport
import Testing

@Suite("A credential lives as long as its call, whatever its source does")
struct CredentialStageTests {
    private let folder: TemporaryFolder
    private let bank: Bank

    init() throws {
        folder = try TemporaryFolder()
        bank = Bank(try folder.folder("bank"))
    }

    private func scene(
        settling: Duration = .seconds(2), _ edit: (inout Bank) -> Void = { _ in }
    ) throws -> LeaseScene {
        var bank = bank
        edit(&bank)
        return try LeaseScene(home: try folder.folder("home", mode: 0o700), bank: bank, settling: settling)
    }

    private func wait(_ seconds: Double) async { await Reactor.shared.sleep(until: .now + .seconds(seconds)) }

    private func issue(_ scene: LeaseScene, _ more: String = "") async throws -> [CredentialStage.Issued] {
        try await scene.stage.issue(try scene.wanted(more), for: scene.binding)
    }

    /// Their one entry of that kind; nil if there is none.
    private func last(_ kind: String, _ scene: LeaseScene) throws -> JSON? {
        try LeaseCrashTests.entries(of: scene.home.ledger).last { $0["kind"]?.stringValue == kind }
    }

    @Test func `what was issued works, and is dead and found dead at the end`() async throws {
        let scene = try scene()
        let issued = try await issue(scene)
        let lease = try #require(bank.live.first)
        #expect(bank.live.count == 1)
        let secret = try #require(issued.first?.credential.fields["token"])
        #expect(secret.withBytes { $0.elementsEqual("secret-of-\(lease)".utf8) })
        let reports = await scene.stage.end(issued)
        #expect(bank.live.isEmpty)
        #expect(
            reports.map(\.json) == [
                [
                    "name": "account", "source": "bank", "lease": .string(lease), "revocability": "R2",
                    "outcome": "revoked", "probe": "refused", "detail": "no such account",
                ]
            ])
        #expect(try await scene.store.openLeases().isEmpty)
    }

    @Test func `no secret is in the store or in the ledger`() async throws {
        let scene = try scene()
        let issued = try await issue(scene)
        let lease = try #require(bank.live.first)
        // The control: the lease's name is there.
        func holds(_ text: String) -> Bool {
            Command.run(["/bin/grep", "-r", "-q", "-a", "-F", text, scene.home.path]).status == 0
        }
        #expect(holds(lease) && !holds("secret-of-"))
        _ = await scene.stage.end(issued)
        #expect(holds(lease) && !holds("secret-of-"))
    }

    @Test func `a source that refuses, or answers garbage, leaves nothing`() async throws {
        for fault in [Bank.Fault.refusesToMint, .mintsOtherFields, .mintsForLonger] {
            let scene = try scene()
            try bank.misbehave(fault)
            await #expect(throws: CredentialError.self, "\(fault)") { _ = try await issue(scene) }
            #expect(bank.live.isEmpty, "\(fault)")
            #expect(try await scene.store.openLeases().isEmpty, "\(fault)")
            #expect(try last("lease-ended", scene)?["outcome"] == "revoked", "\(fault)")
        }
    }

    @Test func `a source that hangs holds nobody up, and what it issues later is ended by the next that asks`()
        async throws
    {
        let scene = try scene()
        try bank.misbehave(.hangsAtMint)
        let start = ContinuousClock.now
        await #expect(throws: CredentialError(.unreachable, "")) { _ = try await issue(scene) }
        #expect(start.duration(to: .now) < .seconds(10))
        await wait(3)

        // It issues after it was given up, but before it was asked to revoke.
        try bank.misbehave(.mintsLate)
        await #expect(throws: CredentialError(.unreachable, "")) { _ = try await issue(scene) }
        #expect(bank.live.isEmpty)
        try bank.misbehave(.none)
        _ = await scene.stage.end(try await issue(scene))
        #expect(bank.live.isEmpty)
        #expect(try await scene.store.openLeases().isEmpty)
    }

    @Test func `what a source issues after it said that it did not answer is ended, and not called dead before`()
        async throws
    {
        let scene = try scene(settling: .seconds(4))
        let stage = scene.stage
        let wanted = try scene.wanted()
        try bank.misbehave(.failsAndMintsLater)
        await #expect(throws: CredentialError(.unreachable, "")) {
            _ = try await stage.issue(wanted, for: scene.binding)
        }
        let entry = try #require(try last("lease-ended", scene))
        #expect(entry["outcome"] == "failed" && entry["residual"]?["until"]?.stringValue != nil, "\(entry)")
        await wait(1.5)
        #expect(bank.live.count == 1, "the control: it was issued late")
        try bank.misbehave(.none)
        // Nothing more is issued until it is known; the refusal says until when.
        let closed = await #expect(throws: CredentialError.self) {
            _ = try await stage.issue(wanted, for: scene.binding)
        }
        #expect(closed?.reason == .sourceClosed && closed?.remedy?.hasPrefix("try again after 2") == true)
        #expect(bank.live.count == 1)
        // Nobody asks again, and it is ended all the same.
        for _ in 0..<50 where !bank.live.isEmpty { await wait(0.2) }
        #expect(bank.live.isEmpty)
        _ = await stage.end(try await stage.issue(wanted, for: scene.binding))
        #expect(try await scene.store.openLeases().isEmpty)
        #expect(try last("lease-ended", scene)?["outcome"] == "revoked")
        await stage.finish()
    }

    @Test func `a source that says no is open for the next`() async throws {
        for isBearer in [false, true] {
            let scene = try scene { $0.isBearer = isBearer }
            try bank.misbehave(.refusesToMint)
            await #expect(throws: CredentialError(.refused, "")) { _ = try await issue(scene) }
            let entry = try #require(try last("lease-ended", scene))
            // Where nobody could ask nothing is said to be revoked.
            #expect(entry["outcome"] == (isBearer ? "unissued" : "revoked"), "\(entry)")
            #expect(entry["residual"] == nil)
            try bank.misbehave(.none)
            _ = await scene.stage.end(try await issue(scene))
            #expect(bank.live.isEmpty)
        }
    }

    @Test func `one that only who has it can end is kept until it is ended`() async throws {
        let scene = try scene { $0.isBearer = true }
        let (stage, wanted) = (scene.stage, try scene.wanted())
        for isNext in [true, false] {
            let issued = try await stage.issue(wanted, for: scene.binding)
            try bank.misbehave(.refusesToRevoke)
            #expect(await stage.end(issued).first?.outcome == .failed)
            #expect(bank.live.count == 1)
            try bank.misbehave(.none)
            // By the next call, or by the end of the run.
            if isNext {
                _ = await stage.end(try await stage.issue(wanted, for: scene.binding))
            } else {
                await stage.finish()
            }
            #expect(bank.live.isEmpty)
            #expect(try last("lease-ended", scene)?["outcome"] == "revoked")
        }
        #expect(try await scene.store.openLeases().isEmpty)
    }

    @Test func `one that nobody can show any more keeps its source closed until it expires, and is not called revoked`()
        async throws
    {
        let scene = try scene { bank in
            bank.isBearer = true
            bank.seconds = 4
        }
        _ = try await issue(scene)
        let retirement = LeaseRetirement(sources: scene.sources, store: scene.store, ledger: scene.ledger)
        let notes = try await DeadLeases(store: scene.store, retirement: retirement, home: scene.home) { _ in false }
            .finish()
        #expect(notes.count == 1 && notes[0].contains("only who has it can end it"), "\(notes)")
        let entry = try #require(try last("lease-ended", scene))
        #expect(entry["outcome"] == "failed" && entry["residual"]?["until"]?.stringValue != nil, "\(entry)")
        let closed = await #expect(throws: CredentialError.self) { _ = try await issue(scene) }
        #expect(closed?.reason == .sourceClosed && closed?.remedy?.hasPrefix("try again after 2") == true)
        #expect(bank.live.count == 1)
        await wait(4)
        _ = await scene.stage.end(try await issue(scene))
        #expect(try await scene.store.openLeases().isEmpty)
        let ends = try LeaseCrashTests.entries(of: scene.home.ledger).filter { $0["kind"] == "lease-ended" }
        #expect(ends.map { $0["outcome"]?.stringValue } == ["failed", "failed", "expires", "revoked"], "\(ends)")
    }

    @Test(arguments: [Bank.Fault.refusesToRevoke, .hangsAtRevoke, .liesAtRevoke])
    func `a source whose revocation fails is closed until it works`(fault: Bank.Fault) async throws {
        let scene = try scene()
        let issued = try await issue(scene)
        try bank.misbehave(fault)
        let report = try #require(await scene.stage.end(issued).first)
        #expect(report.outcome == .failed && report.failure != nil)
        let entry = try #require(try last("lease-ended", scene))
        #expect(entry["outcome"] == "failed" && entry["residual"]?["until"]?.stringValue != nil, "\(entry)")
        #expect(bank.live.count == 1)
        // Also for another process.
        let other = try LeaseScene(home: scene.home.path, bank: bank)
        for asking in [scene, other] {
            await #expect(throws: CredentialError(.sourceClosed, "")) { _ = try await issue(asking) }
        }
        #expect(bank.live.count == 1, "nothing was issued meanwhile")
        try bank.misbehave(.none)
        let again = try await issue(other)
        #expect(bank.live.count == 1, "the old one is gone, the new one is there")
        _ = await other.stage.end(again)
        #expect(bank.live.isEmpty)
    }

    @Test func `one that cannot be probed is revoked, and what may be left of it is on record`() async throws {
        let scene = try scene()
        let issued = try await issue(scene)
        try bank.misbehave(.hangsAtProbe)
        let report = try #require(await scene.stage.end(issued).first)
        #expect(report.outcome == .revoked && report.probeWord == "unknown" && report.residual != nil)
        #expect(bank.live.isEmpty)
        #expect(try await scene.store.openLeases().isEmpty)
    }

    @Test func `of one that nothing ends the record says so`() async throws {
        let scene = try scene { bank in
            bank.revocability = .none
            bank.lifetime = nil
        }
        let report = try #require(await scene.stage.end(try await issue(scene)).first)
        #expect(report.outcome == .remains && report.residual == .unbounded && report.failure == nil)
        #expect(try last("lease-ended", scene)?["residual"] == ["until": .null])
    }

    @Test func `what the manifest requires holds before anything is issued`() async throws {
        let scene = try scene()
        #expect(throws: Refusal.self) { try scene.wanted(", revocability: R3") }
        #expect(throws: Refusal.self) { try scene.wanted(", lifetime: 10s") }
        #expect(try scene.wanted(", revocability: R2, lifetime: 60s").count == 1)
        let endless = try self.scene { $0.lifetime = nil }
        #expect(throws: Refusal.self) { try endless.wanted(", lifetime: 1h") }
        #expect(bank.live.isEmpty)
        #expect(try LeaseCrashTests.entries(of: scene.home.ledger).isEmpty)
    }

    @Test func `a call that is cancelled meanwhile gets nothing`() async throws {
        let scene = try scene()
        let wanted = try scene.wanted()
        try bank.misbehave(.mintsLate)
        let task = Task { try await scene.stage.issue(wanted, for: scene.binding) }
        task.cancel()
        await #expect(throws: CredentialError.self) { _ = try await task.value }
        #expect(bank.live.isEmpty)
        try bank.misbehave(.none)
        _ = await scene.stage.end(try await issue(scene))
        #expect(bank.live.isEmpty)
        #expect(try await scene.store.openLeases().isEmpty)
    }

    @Test func `one of another run that lives is left alone, and ended once that is dead`() async throws {
        let scene = try scene()
        let issued = try await issue(scene)
        let other = try LeaseScene(home: scene.home.path, bank: bank)
        #expect(try await other.finishDead().isEmpty)
        #expect(bank.live.count == 1)
        _ = await scene.stage.end(issued)
        #expect(bank.live.isEmpty)
    }

    @Test func `one whose source is configured no more stays on record as what it is`() async throws {
        let scene = try scene()
        _ = try await issue(scene)
        let bare = LeaseRetirement(sources: ConfiguredSources(), store: scene.store, ledger: scene.ledger)
        let notes = try await DeadLeases(store: scene.store, retirement: bare, home: scene.home) { _ in false }.finish()
        #expect(notes.count == 1 && notes[0].contains("no source `bank` is there any more"), "\(notes)")
        #expect(try await scene.store.openLeases().count == 1)
        // Configured again: it is ended.
        let again = LeaseRetirement(sources: scene.sources, store: scene.store, ledger: scene.ledger)
        #expect(
            try await DeadLeases(store: scene.store, retirement: again, home: scene.home) { _ in false }.finish()
                .isEmpty)
        #expect(bank.live.isEmpty)
    }
}
