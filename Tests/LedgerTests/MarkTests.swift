import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("A long log opens from its mark")
struct MarkTests {
    let fixture: LedgerFixture
    let mark = "ledger/log.mark"

    init() throws { fixture = try LedgerFixture() }

    /// A log of 301 entries with an open call and a mark.
    private func prepare() async throws {
        let (ledger, _) = try fixture.open()
        try await ledger.append(LedgerFixture.decided("early"))
        let filler = JSON.string(String(repeating: "x", count: 1000))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in Int64(0)..<300 {
                group.addTask {
                    try await ledger.append(["kind": "test", "number": .integer(number), "filler": filler])
                }
            }
            try await group.waitForAll()
        }
        try await ledger.close()
    }

    @Test("index, entries and open calls are what a full reading finds")
    func opens() async throws {
        try await prepare()
        #expect(!(try fixture.folder.read(mark)).isEmpty)
        let (ledger, recovery) = try fixture.open()
        #expect(recovery.unfinished.map(\.call) == ["early"])
        #expect(try await ledger.append(LedgerFixture.ended("early", decided: 0)) == 301)
        try await ledger.close()
        #expect(try fixture.open().recovery.unfinished.isEmpty)
    }

    @Test("entries before it are not read again at opening; the reader finds their damage")
    func damageBefore() async throws {
        try await prepare()
        var bytes = try fixture.folder.read(fixture.log)
        let victim = Int(try fixture.records()[100].position.offset)
        bytes[victim + 10] ^= 1
        try fixture.folder.write(fixture.log, bytes, mode: 0o600)
        #expect(try fixture.open().recovery.truncatedBytes == 0)
        #expect(throws: LedgerError(.corrupt, "")) { try fixture.records() }
    }

    @Test(
        "a mark that is damaged, empty, or of another log is as none", arguments: ["flip", "empty", "other", "short"])
    func ignored(what: String) async throws {
        try await prepare()
        var bytes = try fixture.folder.read(mark)
        switch what {
        case "flip": bytes[bytes.count / 2] ^= 1
        case "empty": bytes = []
        case "short": bytes.removeLast()
        default:
            let other = try LedgerFixture()
            try await other.fill(400)
            bytes = try other.folder.read(mark)
        }
        try fixture.folder.write(mark, bytes, mode: 0o600)
        let (ledger, recovery) = try fixture.open()
        #expect(recovery.unfinished.map(\.call) == ["early"])
        #expect(try await ledger.append(LedgerFixture.entry(0)) == 301)
    }

    @Test("a mark beyond the end of a log that was cut refuses to open, like the checkpoint")
    func beyondTheEnd() async throws {
        try await prepare()
        let bytes = try fixture.folder.read(fixture.log)
        let cut = Int(try fixture.records()[50].position.offset)
        try fixture.folder.write(fixture.log, bytes[..<cut], mode: 0o600)
        #expect(throws: LedgerError(.shrunk, "")) { try fixture.open() }
    }

    @Test("an older checkpoint in the place of the newest one refuses to open, though the log is whole")
    func olderCheckpoint() async throws {
        try await fixture.fill(10)
        let older = try fixture.folder.read("ledger/log.checkpoint")
        try await fixture.fill(300)
        let newest = try fixture.folder.read("ledger/log.checkpoint")
        try fixture.folder.write("ledger/log.checkpoint", older, mode: 0o600)
        #expect(throws: LedgerError(.shrunk, "")) { try fixture.open() }
        try fixture.folder.write("ledger/log.checkpoint", newest, mode: 0o600)
        #expect(try fixture.open().recovery.truncatedBytes == 0)
    }

    @Test("a mark that lies about the tree costs time and nothing else")
    func lyingMark() async throws {
        try await prepare()
        let value = try JSON(parsing: Array(try fixture.folder.read(mark)[Frame.headerSize...]))
        var object = try #require(value.objectValue)
        var hashes = try #require(object["tree"]?.arrayValue)
        hashes[0] = .string(TreeHash(leaf: [1]).base64)
        object["tree"] = .array(hashes)
        try fixture.folder.write(mark, Frame.encode(try JSON.object(object).canonical()), mode: 0o600)
        let (ledger, recovery) = try fixture.open()
        #expect(recovery.unfinished.map(\.call) == ["early"])
        #expect(try await ledger.append(LedgerFixture.entry(0)) == 301)
    }
}
