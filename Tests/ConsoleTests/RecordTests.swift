import Ledger
import LinuxIO
import Store
import StrictJSON
import TestSupport
import Testing

@testable import Console

@Suite("The record is followed as it grows")
struct RecordTests {
    private let context = RunContext(
        run: "2026-11-24-000000000000", task: "t", intentDigest: "sha256:0", principal: "p",
        agent: .init(name: "a", confinement: .confined))

    private func decided(_ call: String, _ effect: String) -> DecidedEntry {
        DecidedEntry(
            context: context, call: call, tool: "fs.read", effect: effect, decision: ["code": "x", "reason": "y"],
            arguments: .inline(["path": "a"]))
    }

    @Test("runs, calls and what became of them are counted")
    func counts() async throws {
        let folder = try TemporaryFolder()
        let home = try Home(folder("home"))
        let index = RecordIndex(directory: home.ledger)
        #expect(await index.refresh().entries == 0)
        let (ledger, _) = try Ledger.open(home.ledger)
        try await ledger.append(RunStartedEntry(context: context, workspace: nil, command: [], version: "1"))
        let first = try await ledger.append(decided("c1", "allow"))
        try await ledger.append(decided("c2", "deny"))
        try await ledger.append(decided("c3", "allow"))
        var run = try #require(await index.refresh().run(context.run))
        #expect(run.calls.map(\.state) == [.running, .denied, .running])
        try await ledger.append(
            EndedEntry(
                context: context, call: "c1", tool: "fs.read", decided: first,
                outcome: ["status": "succeeded", "changes": [["path": "b", "entry": "file"]]]))
        // It ran on a copy before anybody was asked.
        try await ledger.append(decided("c4", "approve"))
        try await ledger.append([
            "kind": "approval-asked", "run": .string(context.run), "call": "c4", "tool": "fs.write", "request": "q",
        ])
        try await ledger.append([
            "kind": "approval-answered", "run": .string(context.run), "call": "c4", "verdict": "refused",
        ])
        run = try #require(await index.refresh().run(context.run))
        #expect(run.calls.map(\.state) == [.done, .denied, .running, .waiting])
        #expect(run.knownFiles == ["b"])
        try await ledger.append([
            "kind": "approval-answered", "run": .string(context.run), "call": "c4", "verdict": "deny",
        ])
        run = try #require(await index.refresh().run(context.run))
        #expect(run.calls.last?.state == .denied)
        try await ledger.close()
        let entries = try await index.entries(at: run.calls.flatMap(\.positions))
        #expect(entries.count == 8)
        #expect(entries[first]?["call"]?.stringValue == "c1")
    }

    @Test("each entry is found again by its number")
    func entries() async throws {
        let folder = try TemporaryFolder()
        let home = try Home(folder("home"))
        let (ledger, _) = try Ledger.open(home.ledger)
        for number in 0..<600 {
            try await ledger.append(["kind": "x", "number": .integer(Int64(number))])
        }
        try await ledger.close()
        let index = RecordIndex(directory: home.ledger)
        #expect(await index.refresh().entries == 600)
        for number in [0, 1, 255, 256, 257, 599] {
            #expect(try await index.entry(LedgerIndex(number))?.json["number"]?.integerValue == Int64(number))
        }
        #expect(try await index.entry(600) == nil)
    }

    @Test("a ledger that was begun anew is another")
    func anew() async throws {
        let folder = try TemporaryFolder()
        let home = try Home(folder("home"))
        let index = RecordIndex(directory: home.ledger)
        let (old, _) = try Ledger.open(home.ledger)
        try await old.append(["kind": "x"])
        try await old.append(["kind": "x"])
        try await old.close()
        let before = await index.refresh()
        #expect(before.entries == 2)
        _ = Command.run(["/bin/mv", home.ledger, folder("moved")])
        let (new, _) = try Ledger.open(home.ledger)
        try await new.append(["kind": "y"])
        try await new.close()
        let after = await index.refresh()
        #expect(after.entries == 1 && after.version > before.version)
    }

    @Test("damage is told, and what is sound before it shown")
    func damaged() async throws {
        let folder = try TemporaryFolder()
        let home = try Home(folder("home"))
        let (ledger, _) = try Ledger.open(home.ledger)
        try await ledger.append(RunStartedEntry(context: context, workspace: nil, command: [], version: "1"))
        for _ in 0..<3 {
            try await ledger.append(["kind": "x", "text": "some text that is long enough to be hit"])
        }
        try await ledger.close()
        let log = try folder.read("home/ledger/log")
        let mark = Array("some text".utf8)
        let place = try #require(log.indices.last { log[$0...].starts(with: mark) })
        let file = home.ledger + "/log"
        _ = Command.run([
            "/bin/sh", "-c", "printf X | dd of='\(file)' bs=1 seek=\(place) conv=notrunc status=none",
        ])
        let state = await RecordIndex(directory: home.ledger).refresh()
        #expect(state.problem != nil)
        #expect(state.runCount == 1)
    }

    @Test("numbers and times are words")
    func words() {
        #expect(
            Numbers.grouped(1_234_567) == "1,234,567" && Numbers.grouped(12) == "12"
                && Numbers.grouped(-1000) == "-1,000")
        #expect(
            Numbers.duration(microseconds: 12_640) == "12.6 ms"
                && Numbers.duration(microseconds: 61_000_000) == "1 min 1 s")
        #expect(Numbers.bytes(4300) == "4.1 KiB" && Numbers.bytes(-1) == "0 bytes")
        #expect(Numbers.hundredths(2.605) == "2.61" || Numbers.hundredths(2.605) == "2.60")
    }
}
