import Glibc
import LinuxIO
import StrictJSON
import TestSupport
import Testing

@testable import Store

@Suite("A state store is one that several processes can agree in")
struct StateStoreConformanceTests {
    @Test("what was written is what everybody reads", arguments: StateBackend.allCases)
    func readsBack(backend: StateBackend) async throws {
        let fixture = try StateFixture(backend)
        let made = try await fixture.store.create(StateFixture.record("a"))
        #expect(made.version == 1)
        let other = try backend.open(fixture.home)
        let found = try #require(try await other.record(.approval, "a"))
        #expect(found.body == ["name": "a"] && found.state == "pending" && found.run == "r1" && found.version == 1)
        #expect(try await other.record(.approval, "b") == nil)
        #expect(try await other.record(.lease, "a") == nil)
        await #expect(throws: StoreError(.stateConflict, "")) {
            _ = try await other.create(StateFixture.record("a"))
        }
    }

    @Test("records are found by kind, run and state", arguments: StateBackend.allCases)
    func queries(backend: StateBackend) async throws {
        let store = try StateFixture(backend).store
        for (key, run, state) in [("a", "r1", "pending"), ("b", "r1", "denied"), ("c", "r2", "pending")] {
            _ = try await store.create(StateFixture.record(key, run: run, state: state))
        }
        _ = try await store.create(StateFixture.record("d", .lease, run: "r1"))
        func keys(_ query: StateQuery) async throws -> [String] { try await store.records(query).map(\.key) }
        #expect(try await keys(StateQuery(.approval)) == ["a", "b", "c"])
        #expect(try await keys(StateQuery(.approval, run: "r1")) == ["a", "b"])
        #expect(try await keys(StateQuery(.approval, state: "pending")) == ["a", "c"])
        #expect(try await keys(StateQuery(.approval, run: "r1", state: "pending")) == ["a"])
        #expect(try await keys(StateQuery(.approval, limit: 2)) == ["a", "b"])
    }

    @Test("a record is replaced only by who has read its last version", arguments: StateBackend.allCases)
    func compareAndSwap(backend: StateBackend) async throws {
        let store = try StateFixture(backend).store
        var mine = try await store.create(StateFixture.record("a"))
        var theirs = mine
        mine.state = "consumed"
        #expect(try await store.replace(mine))
        theirs.state = "denied"
        #expect(try await !store.replace(theirs))
        let found = try #require(try await store.record(.approval, "a"))
        #expect(found.state == "consumed" && found.version == 2)
        #expect(try await !store.replace(StateFixture.record("never made")))
    }

    @Test("of many processes exactly one uses a record up", arguments: StateBackend.allCases)
    func singleUse(backend: StateBackend) async throws {
        let fixture = try StateFixture(backend)
        let count = 40
        for number in 0..<count { _ = try await fixture.store.create(StateFixture.record("k\(number)")) }
        let processes = try (0..<6).map { _ in
            try LineProcess(try HelperProcess.built("StoreTestHelper"), ["state-take", fixture.home.path, "\(count)"])
        }
        for process in processes { #expect(try process.line() == "ready") }
        for process in processes { try process.say("go") }
        var taken: [String] = []
        for process in processes { while let line = try process.line() { taken.append(line) } }
        #expect(taken.count == count, "\(taken.sorted())")
        #expect(Set(taken).count == count)
    }

    @Test("no more records than the limit are made, however many try", arguments: StateBackend.allCases)
    func limit(backend: StateBackend) async throws {
        let store = try StateFixture(backend).store
        let made = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask {
                    (try? await store.create(StateFixture.record("a\(number)"), fence: nil, limit: 5)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 5)
        await #expect(throws: StoreError(.stateFull, "")) {
            _ = try await store.create(StateFixture.record("b"), fence: nil, limit: 5)
        }
        // The control: another run has a limit of its own.
        _ = try await store.create(StateFixture.record("b", run: "r2"), fence: nil, limit: 5)
    }

    @Test("who was fenced off writes no more", arguments: StateBackend.allCases)
    func fences(backend: StateBackend) async throws {
        let fixture = try StateFixture(backend)
        let store = fixture.store
        let first = try await store.begin(StateFixture.record("r1", .run, state: "live"), fencing: "run:r1")
        var record = try await store.create(StateFixture.record("a"), fence: first)
        record.state = "denied"
        #expect(try await store.replace(record, fence: first))
        let second = try await backend.open(fixture.home).takeFence("run:r1")
        #expect(second.number > first.number)
        record = try #require(try await store.record(.approval, "a"))
        record.state = "consumed"
        await #expect(throws: StoreError(.stateFenced, "")) { _ = try await store.replace(record, fence: first) }
        await #expect(throws: StoreError(.stateFenced, "")) {
            _ = try await store.create(StateFixture.record("b"), fence: first)
        }
        #expect(try await store.record(.approval, "a")?.state == "denied")
        // The controls: the new owner writes, and so does the owner of something else.
        #expect(try await store.replace(record, fence: second))
        let other = try await store.takeFence("run:r2")
        _ = try await store.create(StateFixture.record("b"), fence: other)
    }

    @Test("epochs of revocations grow, whoever revokes", arguments: StateBackend.allCases)
    func epochs(backend: StateBackend) async throws {
        let fixture = try StateFixture(backend)
        #expect(try await fixture.store.revocationEpoch() == 0)
        let processes = try (0..<4).map { _ in
            try LineProcess(try HelperProcess.built("StoreTestHelper"), ["state-revoke", fixture.home.path, "20"])
        }
        var epochs: [Int64] = []
        for process in processes {
            var last: Int64 = 0
            while let epoch = try process.line().flatMap({ Int64($0) }) {
                #expect(epoch > last)
                last = epoch
                epochs.append(epoch)
            }
        }
        #expect(epochs.sorted() == (1...80).map { Int64($0) })
        #expect(try await fixture.store.revocationEpoch() == 80)
        #expect(try await fixture.store.revocations(after: 78).map(\.epoch) == [79, 80])
    }

    @Test("a revocation says what it takes back", arguments: StateBackend.allCases)
    func revocations(backend: StateBackend) async throws {
        let store = try StateFixture(backend).store
        let scopes: [RevocationScope] = [.run("r1"), .tool("git.push"), .principal("alice@example.com"), .all]
        for scope in scopes { _ = try await store.revoke(scope, by: "bob", reason: "lost laptop") }
        let found = try await store.revocations(after: 0)
        #expect(found.map(\.scope) == scopes)
        #expect(found.allSatisfy { $0.by == "bob" && $0.reason == "lost laptop" })
        func covered(_ scope: RevocationScope) -> Bool {
            scope.covers(run: "r1", tool: "git.push", principal: "alice@example.com")
        }
        #expect(scopes.allSatisfy(covered))
        #expect(![.run("r2"), .tool("fs.read"), .principal("bob@example.com")].contains(where: covered))
        // A server's name covers the tools that it offers.
        #expect(RevocationScope.tool("git").covers(run: "r1", tool: "git.push", server: "git", principal: "x"))
        #expect(!RevocationScope.tool("git").covers(run: "r1", tool: "git.push", principal: "x"))
    }

    @Test("nothing is replaced on an epoch that is over", arguments: StateBackend.allCases)
    func epochGuard(backend: StateBackend) async throws {
        let store = try StateFixture(backend).store
        var record = try await store.create(StateFixture.record("a"))
        record.state = "consumed"
        _ = try await store.revoke(.all, by: "bob", reason: nil)
        #expect(try await !store.replace(record, fence: nil, epoch: 0))
        #expect(try await store.replace(record, fence: nil, epoch: 1))
    }

    @Test("another process's write is seen at once", arguments: StateBackend.allCases)
    func watch(backend: StateBackend) async throws {
        let fixture = try StateFixture(backend)
        let writer = try LineProcess(try HelperProcess.built("StoreTestHelper"), ["state-write", fixture.home.path])
        #expect(try writer.line() == "ready")
        var changes = try fixture.store.changes().makeAsyncIterator()
        // At once the first time.
        #expect(await changes.next() != nil)
        var delays: [Duration] = []
        for number in 0..<9 {
            try writer.say("w\(number)")
            var seen = false
            while !seen {
                _ = await changes.next()
                seen = try await fixture.store.record(.lease, "w\(number)") != nil
            }
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            let written = try #require(try writer.line().flatMap { Int($0) })
            delays.append(.nanoseconds(now.tv_sec * 1_000_000_000 + now.tv_nsec - written))
        }
        #expect(delays.sorted()[4] < .milliseconds(100), "\(delays)")
    }

    @Test("a watch ends with its task", arguments: StateBackend.allCases)
    func watchEnds(backend: StateBackend) async throws {
        let changes = try StateFixture(backend).store.changes()
        let watching = Task { for await _ in changes {} }
        watching.cancel()
        await watching.value
    }

    @Test("what a killed process was told is written is there", arguments: StateBackend.allCases)
    func killed(backend: StateBackend) async throws {
        let fixture = try StateFixture(backend)
        var told: [String] = []
        for round in 0..<5 {
            let writer = try HelperProcess("StoreTestHelper", ["state-add", fixture.home.path, "p\(round)-"])
            for _ in 0..<(5 + round * 7) { told.append(try #require(try writer.line())) }
            writer.kill()
            told += try writer.lines()
        }
        let store = try backend.open(fixture.home)
        let found = Set(try await store.records(StateQuery(.lease)).map(\.key))
        #expect(Set(told).subtracting(found).isEmpty)
    }

    @Test("old records of one state are removed, and no others", arguments: StateBackend.allCases)
    func removal(backend: StateBackend) async throws {
        let store = try StateFixture(backend).store
        for (key, state) in [("a", "denied"), ("b", "pending")] {
            _ = try await store.create(StateFixture.record(key, state: state))
        }
        let now = Timestamp.now().millisecondsSince1970
        try await store.removeRecords(.approval, in: "denied", before: now - 60_000)
        #expect(try await store.records(StateQuery(.approval)).count == 2)
        try await store.removeRecords(.approval, in: "denied", before: now + 60_000)
        #expect(try await store.records(StateQuery(.approval)).map(\.key) == ["b"])
    }

    @Test("leases and runs come back as they were", arguments: StateBackend.allCases)
    func typedRecords(backend: StateBackend) async throws {
        let store = try StateFixture(backend).store
        let lease = LeaseRecord(
            id: "l1", run: "r1", call: "c1", source: "vault", revocability: .revokeWithSessions, expires: .now())
        _ = try await store.create(lease.record)
        var found = try #require(try await store.record(.lease, "l1").flatMap { LeaseRecord($0) })
        #expect(found.source == "vault" && found.state == .minting && found.revocability == .revokeWithSessions)
        #expect(found.expires == lease.expires && found.call == "c1" && found.run == "r1")
        found.state = .live
        #expect(try await store.replace(found.record))
        let run = RunRecord(
            run: "r1", task: "t", intentDigest: "sha256:0", principal: "alice", agent: "claude",
            confinement: "confined", workspace: "/w", host: 7, started: .now())
        _ = try await store.create(run.record)
        #expect(try await store.update(run: "r1") { $0.isPaused = true })
        let runs = try await store.runs(.live)
        #expect(runs.count == 1 && runs[0].isPaused && runs[0].agent == "claude" && runs[0].host == 7)
        #expect(try await store.runs(.ended).isEmpty)
        #expect(try await !store.update(run: "r2") { $0.isPaused = true })
    }
}
