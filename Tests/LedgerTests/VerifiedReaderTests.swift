import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("What a person is shown was signed by the ledger's key, or is said not to be")
struct VerifiedReaderTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    /// The numbers that are shown, and what is said at the end.
    private func shown() throws -> (numbers: [Int64], problem: LedgerError?) {
        var reader = try VerifiedReader(directory: fixture.path)
        var numbers: [Int64] = []
        do throws(LedgerError) {
            while let record = try reader.next() { numbers.append(try record.json()["number"]?.integerValue ?? -1) }
        } catch {
            return (numbers, error)
        }
        return (numbers, nil)
    }

    @Test("it follows a log that grows, and reads as far as the newest checkpoint")
    func follows() async throws {
        let (ledger, _) = try fixture.open()
        var reader = try VerifiedReader(directory: fixture.path)
        for number in 0..<10 {
            #expect(try reader.next() == nil)
            try await ledger.append(LedgerFixture.entry(number))
            #expect(try reader.next()?.json()["number"]?.integerValue == Int64(number))
        }
        try await ledger.close()
        let end = try shown()
        #expect(end.numbers == Array(0..<10) && end.problem == nil)
    }

    @Test("an entry that was rewritten, with the right checksum")
    func rewritten() async throws {
        try await fixture.fill(4)
        let whole = try fixture.folder.read(fixture.log)
        let bounds = try fixture.records().map { Int($0.position.offset) }
        let forged = Frame.encode(Array(#"{"kind":"test","number":7}"#.utf8))
        #expect(forged.count == bounds[2] - bounds[1])
        try fixture.folder.write(fixture.log, whole[..<bounds[1]] + forged + whole[bounds[2]...], mode: 0o600)
        let result = try shown()
        #expect(result.numbers == [0, 7, 2, 3] && result.problem?.code == "corrupt")
    }

    @Test("entries that were appended, with a larger checkpoint in the second block that has an old signature")
    func appended() async throws {
        try await fixture.fill(3)
        let whole = try fixture.folder.read(fixture.log)
        let checkpoint = try fixture.checkpoint()
        let note = checkpoint.encoded
        let forgedNote = note.replacing(
            "\n\(checkpoint.size)\n", with: "\n\(checkpoint.size + 1)\n", maxReplacements: 1)
        #expect(note != forgedNote)
        let forged = Frame.encode(Array(#"{"kind":"test","number":7}"#.utf8))
        try fixture.folder.write(fixture.log, whole + forged, mode: 0o600)
        var copies = try fixture.folder.read(fixture.checkpointFile)
        let block = Frame.encode(Array(forgedNote.utf8))
        copies = Array(copies.prefix(4096)) + block
        try fixture.folder.write(fixture.checkpointFile, copies, mode: 0o600)
        let result = try shown()
        #expect(result.numbers == [0, 1, 2] && result.problem?.code == "signature-wrong", "\(result)")
        // Both copies: what is there is shown, and then said to be what nobody signed.
        let both = block + [UInt8](repeating: 0, count: 4096 - block.count) + block
        try fixture.folder.write(fixture.checkpointFile, both, mode: 0o600)
        #expect(try shown().problem?.code == "signature-wrong")
    }

    @Test("a log without a checkpoint, and one that was put in the place of a signed one")
    func unsigned() async throws {
        try await fixture.fill(3)
        let copies = try fixture.folder.read(fixture.checkpointFile)
        unlink(fixture.folder(fixture.checkpointFile))
        #expect(try shown().problem != nil)
        try fixture.folder.write(fixture.checkpointFile, copies, mode: 0o600)
        #expect(try shown().problem == nil)
        // A whole ledger of somebody else's making, in the same place.
        let other = try LedgerFixture()
        try await other.fill(2)
        for name in [fixture.log, fixture.checkpointFile] {
            try fixture.folder.write(name, try other.folder.read(name), mode: 0o600)
        }
        unlink(fixture.folder("ledger/log.mark"))
        #expect(try shown().problem != nil)
    }

    @Test("entries and their checkpoint that were taken back to an older state")
    func shortened() async throws {
        try await fixture.fill(3)
        let mark = try fixture.folder.read("ledger/log.mark")
        try fixture.forgetCheckpoints(after: 1)
        try fixture.folder.write("ledger/log.mark", mark, mode: 0o600)
        #expect(try shown().problem?.code == "shrunk")
    }
}
