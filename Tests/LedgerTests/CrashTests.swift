import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("A crash loses no acknowledged entry")
struct CrashTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    /// `AGENTBOX_CRASH_ROUNDS=500` for all that the goal asks for: about five minutes without optimisation.
    private static let rounds = getenv("AGENTBOX_CRASH_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 60

    @Test(
        "killed at any moment while 64 producers append: every acknowledged entry is there, once, and all of it verifies"
    )
    func killed() throws {
        var generator = SystemRandomNumberGenerator()
        var acknowledgements = 0
        for first in stride(from: 0, to: Self.rounds, by: 10) {
            let fixture = try LedgerFixture()
            var acknowledged: [LedgerIndex: String] = [:]
            var kept: [KeptCheckpoint] = []
            for round in first..<min(first + 10, Self.rounds) {
                let helper = try HelperProcess("LedgerTestHelper", ["append", fixture.path, "64", "100000"])
                // The kill comes after so many acknowledgements, at whatever the writer is doing then.
                for _ in 0..<Int.random(in: 1...300, using: &generator) {
                    guard let line = try helper.line() else { break }
                    note(line, in: &acknowledged)
                }
                helper.kill()
                for line in try helper.lines() { note(line, in: &acknowledged) }
                let result = try LogVerifier.verify(ledger: fixture.path, kept: kept)
                #expect(result.isWhole && result.checkpoint.size > (acknowledged.keys.max() ?? 0))
                kept.append(KeptCheckpoint(place: "\(round)", note: Array(result.checkpoint.encoded.utf8)))
            }
            let records = try fixture.records()
            for (index, entry) in acknowledged {
                let json = try records[Int(index)].json()
                #expect("\(json["producer"]?.integerValue ?? -1) \(json["number"]?.integerValue ?? -1)" == entry)
            }
            acknowledgements += acknowledged.count
            let output = fixture.folder("export")
            let checkpoint = try TileWriter.write(ledger: fixture.path, to: output)
            let answer = try GoVerifier.run([checkpoint.key.description, "log", output])
            #expect(answer == "ok log \(checkpoint.size) \(checkpoint.root.base64)")
        }
        #expect(acknowledgements > Self.rounds)
    }

    @Test("three processes append at once and one is killed: the others lose nothing and see its entries")
    func severalProcesses() throws {
        var acknowledged: [LedgerIndex: String] = [:]
        let steady = try (0..<2).map { _ in
            try HelperProcess("LedgerTestHelper", ["append", fixture.path, "4", "150"])
        }
        for _ in 0..<5 {
            let victim = try HelperProcess("LedgerTestHelper", ["append", fixture.path, "4", "100000"])
            for _ in 0..<30 { if let line = try victim.line() { note(line, in: &acknowledged) } }
            victim.kill()
            for line in try victim.lines() { note(line, in: &acknowledged) }
        }
        for helper in steady {
            for line in try helper.lines() { note(line, in: &acknowledged) }
            #expect(helper.wait() == 0)
        }
        let records = try fixture.records()
        #expect(acknowledged.count >= 1200)
        for (index, entry) in acknowledged {
            let json = try records[Int(index)].json()
            #expect("\(json["producer"]?.integerValue ?? -1) \(json["number"]?.integerValue ?? -1)" == entry)
        }
    }

    /// No index is acknowledged twice.
    private func note(_ line: String, in acknowledged: inout [LedgerIndex: String]) {
        let words = line.split(separator: " ")
        guard words.count == 4, words[0] == "ack", let index = LedgerIndex(words[3]) else {
            Issue.record("unexpected line `\(line)`")
            return
        }
        #expect(acknowledged.updateValue("\(words[1]) \(words[2])", forKey: index) == nil)
    }

    @Test("what no checkpoint covers is cut off, whole entries too, wherever the write was cut short")
    func everyTornLength() async throws {
        try await fixture.fill(3)
        let whole = try fixture.folder.read(fixture.log)
        let second = try fixture.records()[1].position.offset
        try fixture.forgetCheckpoints(after: 1)
        let checkpoint = try fixture.folder.read(fixture.checkpointFile)
        for length in Int(second)...whole.count {
            try fixture.folder.write(fixture.log, whole[..<length], mode: 0o600)
            try fixture.folder.write(fixture.checkpointFile, checkpoint, mode: 0o600)
            unlink(fixture.folder("ledger/log.mark"))
            #expect(try fixture.numbers() == [0])
            let (ledger, recovery) = try fixture.open()
            #expect(recovery.truncatedBytes == length - Int(second))
            try await ledger.append(LedgerFixture.entry(9))
            try await ledger.close()
            #expect(try fixture.numbers() == [0, 9])
        }
    }

    @Test("cut off at every byte of what a checkpoint covers, the log refuses to open, and nothing changes")
    func everyCoveredLength() async throws {
        try await fixture.fill(3)
        let whole = try fixture.folder.read(fixture.log)
        for withMark in [true, false] {
            if !withMark { unlink(fixture.folder("ledger/log.mark")) }
            for length in 0..<whole.count {
                try fixture.folder.write(fixture.log, whole[..<length], mode: 0o600)
                let error = #expect(throws: LedgerError.self) { try fixture.open() }
                #expect(error?.code == "shrunk" && error?.remedy != nil, "\(length): \(String(describing: error))")
                #expect(try fixture.folder.read(fixture.log).count == length)
            }
            try fixture.folder.write(fixture.log, whole, mode: 0o600)
            #expect(try fixture.open().recovery.truncatedBytes == 0)
        }
    }

    @Test("a torn end whose bytes never reached the disk is cut off", arguments: [0, 1, 7, 200])
    func zeroedTail(zeros: Int) async throws {
        try await fixture.fill(2)
        let whole = try fixture.folder.read(fixture.log)
        let torn = whole + Frame.encode(Array("{}".utf8)).dropLast(3) + [UInt8](repeating: 0, count: zeros)
        try fixture.folder.write(fixture.log, torn, mode: 0o600)
        let (ledger, recovery) = try fixture.open()
        #expect(recovery.truncatedBytes == torn.count - whole.count)
        try await ledger.append(LedgerFixture.entry(2))
        #expect(try fixture.numbers() == [0, 1, 2])
        #expect(try fixture.records()[2].json()["truncatedBytes"]?.integerValue == Int64(torn.count - whole.count))
    }

    @Test("a tail that another process left torn is cut off before the next entry of a running ledger")
    func tornByAnother() async throws {
        let (ledger, _) = try fixture.open()
        try await ledger.append(LedgerFixture.entry(0))
        let whole = try fixture.folder.read(fixture.log)
        try fixture.folder.write(fixture.log, whole + [40, 0, 0, 0, 1, 2, 3, 4, 123], mode: 0o600)
        try await ledger.append(LedgerFixture.entry(1))
        #expect(try fixture.numbers() == [0, 1])
        #expect(try fixture.records().map { try $0.json()["kind"]?.stringValue } == ["test", "recovered", "test"])
    }

    @Test("a header that was being written is written anew", arguments: [0, 1, 8, 31])
    func tornHeader(length: Int) async throws {
        try await fixture.fill(0)
        let header = try fixture.folder.read(fixture.log)
        try fixture.folder.write(fixture.log, header[..<length], mode: 0o600)
        try await fixture.fill(2)
        #expect(try fixture.numbers() == [0, 1])
    }
}
