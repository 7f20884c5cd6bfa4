import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Store

@Suite("The state's file is refused where it cannot be trusted")
struct SQLiteStateTests {
    private func file(_ fixture: StateFixture) -> String { fixture.home.path + "/state/state.sqlite" }

    private func sqlite(_ fixture: StateFixture, _ statement: String) {
        let result = Command.run(["/usr/bin/sqlite3", file(fixture), statement])
        #expect(result.status == 0, "\(result)")
    }

    @Test("it is its owner's alone, in a mode that survives a loss of power")
    func mode() async throws {
        let fixture = try StateFixture()
        _ = try await fixture.store.create(StateFixture.record("a"))
        for name in ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm", "changed"] {
            var status = stat()
            #expect(stat(fixture.home.path + "/state/" + name, &status) == 0, "\(name)")
            #expect(status.st_mode & 0o777 == 0o600, "\(name)")
        }
        let pragmas = try await SQLiteStateStore(fixture.home).pragmas()
        #expect(pragmas == ["wal", "2"])
    }

    /// What is done to the file, and what comes of it; nil is the control.
    static let damages: [(String, @Sendable (String) -> Void, StoreError?)] = [
        ("nothing", { _ in }, nil),
        ("others may read it", { chmod($0, 0o644) }, StoreError(.stateUnsafe, "")),
        (
            "a later agentbox wrote it",
            { file in
                _ = Command.run(
                    ["/usr/bin/sqlite3", file, "INSERT INTO grdb_migrations VALUES ('2')"])
            }, StoreError(.stateNewer, "")
        ),
        (
            "it is another program's",
            { file in _ = Command.run(["/usr/bin/sqlite3", file, "PRAGMA application_id = 7"]) },
            StoreError(.stateDamaged, "")
        ),
        (
            "its beginning is gone",
            { file in _ = Command.run(["/bin/sh", "-c", "head -c 4096 /dev/urandom | dd of='\(file)' conv=notrunc"]) },
            StoreError(.stateDamaged, "")
        ),
        (
            "it is a text",
            { file in _ = Command.run(["/bin/sh", "-c", "echo hello, this is no database > '\(file)'"]) },
            StoreError(.stateDamaged, "")
        ),
    ]

    @Test("what is not whole, not ours or too new is refused, with what to do", arguments: damages.indices)
    func damaged(index: Int) async throws {
        let (what, damage, expected) = Self.damages[index]
        let fixture: StateFixture
        do {
            fixture = try StateFixture()
            _ = try await fixture.store.create(StateFixture.record("a"))
        }
        sqlite(fixture, "PRAGMA wal_checkpoint(TRUNCATE)")
        damage(file(fixture))
        // Of a process of its own: SQLite remembers what it has read.
        let helper = try HelperProcess("StoreTestHelper", ["state-check", fixture.home.path])
        let answer = try helper.lines().joined(separator: "\n")
        if let expected {
            #expect(answer.hasPrefix(expected.code), "\(what): \(answer)")
            #expect(answer.contains("fix:"), "\(what): no remedy: \(answer)")
        } else {
            #expect(answer == "a", "\(what): \(answer)")
        }
    }

    @Test("a record that is damaged is an error, not an absent one")
    func damagedRecord() async throws {
        let fixture = try StateFixture()
        _ = try await fixture.store.create(StateFixture.record("a"))
        _ = try await fixture.store.create(StateFixture.record("b"))
        sqlite(fixture, "UPDATE records SET body = '{' WHERE key = 'a'")
        await #expect(throws: StoreError(.stateDamaged, "")) { _ = try await fixture.store.record(.approval, "a") }
        await #expect(throws: StoreError(.stateDamaged, "")) {
            _ = try await fixture.store.records(StateQuery(.approval))
        }
        #expect(try await fixture.store.record(.approval, "b") != nil)
    }

    @Test("many processes that make the same state at once all get it")
    func madeAtOnce() throws {
        let folder = try TemporaryFolder()
        _ = try Home(folder("home"))
        let processes = try (0..<8).map { _ in
            try HelperProcess("StoreTestHelper", ["state-revoke", folder("home"), "1"])
        }
        let epochs = try processes.flatMap { try $0.lines() }
        #expect(Set(epochs).count == 8, "\(epochs)")
    }
}
