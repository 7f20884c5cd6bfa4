import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("Readers need no lock and follow a growing log")
struct LedgerReaderTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    @Test("a reader goes on where it stopped")
    func follows() async throws {
        let (ledger, _) = try fixture.open()
        var reader = try LedgerReader(directory: fixture.path)
        for number in 0..<10 {
            #expect(try reader.next() == nil)
            try await ledger.append(LedgerFixture.entry(number))
            #expect(try reader.next()?.json()["number"]?.integerValue == Int64(number))
        }
    }

    @Test("a reader starts at a position it was given")
    func position() async throws {
        try await fixture.fill(10)
        let seventh = try fixture.records()[7].position
        var reader = try LedgerReader(directory: fixture.path, from: seventh)
        let record = try #require(try reader.next())
        #expect(record.index == 7)
        #expect(try record.json()["number"]?.integerValue == 7)
    }

    @Test("an entry is there when a checkpoint covers it, and not before")
    func halfWritten() async throws {
        try await fixture.fill(2)
        let whole = try fixture.folder.read(fixture.log)
        let newest = try fixture.folder.read(fixture.checkpointFile)
        let last = Int(try fixture.records()[1].position.offset)
        try fixture.forgetCheckpoints(after: 1)
        try fixture.folder.write(fixture.log, whole[..<last], mode: 0o600)
        var reader = try LedgerReader(directory: fixture.path)
        #expect(try reader.next()?.index == 0)
        for length in last...whole.count {
            try fixture.folder.write(fixture.log, whole[..<length], mode: 0o600)
            #expect(try reader.next() == nil)
        }
        try fixture.folder.write(fixture.checkpointFile, newest, mode: 0o600)
        #expect(try reader.next()?.index == 1)
        #expect(try reader.next() == nil)
    }

    @Test("entries of every size cross the borders of its buffer")
    func pieces() async throws {
        let (ledger, _) = try fixture.open()
        for size in [0, 1, 100, 4000, 30_000, 65_000, 65_500, 3] {
            try await ledger.append(["filler": .string(String(repeating: "x", count: size))])
        }
        try await ledger.close()
        let log = try OpenedLog(fixture.path, keys: fixture.folder("keys"), operations: .system)
        for pieceSize in [8, 9, 100, 65_535, 1 << 20] {
            var scanner = LogScanner(log.file, from: .start, pieceSize: pieceSize)
            var sizes: [Int] = []
            while case .entry(let count) = try scanner.next({ $1.count }) { sizes.append(count - 13) }
            #expect(sizes == [0, 1, 100, 4000, 30_000, 65_000, 65_500, 3])
        }
    }

    @Test("a reader beside processes that append and die never sees damage")
    func besideWriters() throws {
        try fixture.folder.folder("ledger", mode: 0o700)
        let steady = try HelperProcess("LedgerTestHelper", ["append", fixture.path, "4", "300"])
        _ = try steady.line()
        var reader = try LedgerReader(directory: fixture.path)
        var seen = 0
        for _ in 0..<5 {
            let victim = try HelperProcess("LedgerTestHelper", ["append", fixture.path, "4", "100000"])
            _ = try victim.line()
            while try reader.next() != nil { seen += 1 }
            victim.kill()
        }
        _ = try steady.lines()
        while try reader.next() != nil { seen += 1 }
        #expect(seen == (try fixture.records().count))
        #expect(seen >= 1200)
    }

    @Test("no ledger, no reader", arguments: ["missing", "empty"])
    func missing(what: String) throws {
        if what == "empty" { try fixture.folder.write(fixture.log, "", mode: 0o600) }
        #expect(throws: LedgerError.self) { try LedgerReader(directory: fixture.path) }
    }
}
