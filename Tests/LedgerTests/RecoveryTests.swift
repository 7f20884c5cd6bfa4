import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("Calls that were allowed and have no end are reported")
struct RecoveryTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    @Test("allowed calls without an end are unfinished; denied, waiting and ended ones are not")
    func unfinished() async throws {
        let (ledger, _) = try fixture.open()
        let first = try await ledger.append(LedgerFixture.decided("1"))
        try await ledger.append(LedgerFixture.decided("2", effect: "deny"))
        let third = try await ledger.append(LedgerFixture.decided("3"))
        try await ledger.append(LedgerFixture.decided("4", effect: "approve"))
        try await ledger.append(LedgerFixture.decided("5"))
        try await ledger.append(LedgerFixture.ended("1", decided: first))
        let (_, recovery) = try fixture.open()
        #expect(recovery.unfinished.map(\.call) == ["3", "5"])
        #expect(recovery.unfinished.first?.index == third)
        #expect(try recovery.unfinished.first?.decision().tool == "fs.read")
        #expect(recovery.unfinished.first?.run == LedgerFixture.context.run)
    }

    @Test("of two processes that end the same call, one does")
    func endedOnce() async throws {
        let (dead, _) = try fixture.open()
        let index = try await dead.append(LedgerFixture.decided("1"))
        let (one, recovery) = try fixture.open()
        let (two, _) = try fixture.open()
        let end = EndedEntry.unknown(try #require(try recovery.unfinished.first?.decision()), index: index)
        async let first = one.appendIfUnfinished(end)
        async let second = two.appendIfUnfinished(end)
        let indices = try await [first, second]
        #expect(indices.compactMap { $0 } == [1])
        #expect(try fixture.records().count == 2)
        #expect(try fixture.records()[1].json()["outcome"]?["end"] == "unknown")
        #expect(try fixture.open().recovery.unfinished.isEmpty)
    }

    @Test("within one batch too, the second end of a call is left out")
    func endedOnceInABatch() async throws {
        let (ledger, _) = try fixture.open()
        let index = try await ledger.append(LedgerFixture.decided("1"))
        let written = try await withThrowingTaskGroup(of: LedgerIndex?.self) { group in
            for _ in 0..<20 {
                group.addTask { try await ledger.appendIfUnfinished(LedgerFixture.ended("1", decided: index)) }
            }
            return try await group.reduce(into: [LedgerIndex]()) { if let index = $1 { $0.append(index) } }
        }
        #expect(written == [1])
    }

    @Test("an agent's arguments cannot pass for an entry's own members")
    func forgedMembers() async throws {
        let (ledger, _) = try fixture.open()
        var entry = LedgerFixture.decided("1")
        entry.arguments = .inline([
            "kind": "ended", "call": "1", "x": "\",\"kind\":\"ended\"", "y": [["kind": "ended"]],
        ])
        try await ledger.append(entry)
        #expect(try fixture.open().recovery.unfinished.map(\.call) == ["1"])
    }

    @Test("names that need escapes in JSON are matched all the same", arguments: ["a\"b", "a\\", "é\u{1}", ""])
    func escapes(call: String) async throws {
        let (ledger, _) = try fixture.open()
        let index = try await ledger.append(LedgerFixture.decided(call))
        #expect(try fixture.open().recovery.unfinished.map(\.call) == [call])
        try await ledger.append(LedgerFixture.ended(call, decided: index))
        #expect(try fixture.open().recovery.unfinished.isEmpty)
    }

    @Test("what an agent or an author sends in excess is cut, so that the entry fits")
    func excess() async throws {
        let (ledger, _) = try fixture.open()
        let monstrous = "a" + String(repeating: "\u{301}", count: 100_000)
        try await ledger.append(
            DecidedEntry(
                context: LedgerFixture.context, call: "1", tool: monstrous, effect: "deny", decision: [:],
                arguments: .inline([:])))
        let lines = (0..<100).map { "\($0): " + String(repeating: "\u{1}", count: 1000) }
        let entry = RegisteredEntry(
            tool: "fs.read", toolDigest: "sha256:ab", previousDigest: nil, by: "person", differences: lines)
        #expect(entry.differences.last == "… and \(100 - entry.differences.count + 1) more")
        try await ledger.append(entry)
        #expect(try fixture.records().count == 2)
    }

    @Test("every kind of entry reads back as it was written")
    func roundTrips() throws {
        func same<Entry: LedgerEntry>(_ entry: Entry) throws {
            let payload = try entry.json.canonical()
            #expect(try Entry(JSON(parsing: payload)) == entry)
        }
        let context = LedgerFixture.context
        var decided = LedgerFixture.decided("1")
        try same(decided)
        decided.arguments = .digest("sha256:ab", bytes: 70_000)
        decided.toolDigest = "sha256:cd"
        decided.grants = [["read": "README.md"]]
        try same(decided)
        try same(LedgerFixture.ended("1", decided: 7))
        try same(RunStartedEntry(context: context, workspace: "/w", command: ["claude"], version: "0.1.0"))
        try same(RunStartedEntry(context: context, workspace: nil, command: [], version: "0.1.0"))
        try same(RunEndedEntry(context: context, outcome: ["exit": 0]))
        try same(
            RegisteredEntry(
                tool: "fs.read", toolDigest: "sha256:ab", previousDigest: nil, by: "person", differences: ["a → b"]))
        try same(RecoveredEntry(truncatedBytes: 3))
        #expect(throws: LedgerError(.entryMalformed, "")) { try EndedEntry(decided.json) }
    }
}
