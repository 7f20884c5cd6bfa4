import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("Damage refuses to open, and says where")
struct CorruptionTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    @Test("any byte of an entry that others follow, flipped, is damage with offset and remedy")
    func flipped() async throws {
        try await fixture.fill(4)
        let whole = try fixture.folder.read(fixture.log)
        let records = try fixture.records()
        let damaged = records[1].position.offset..<records[2].position.offset
        for offset in damaged {
            var bytes = whole
            bytes[Int(offset)] ^= 0x10
            try fixture.folder.write(fixture.log, bytes, mode: 0o600)
            let error = #expect(throws: LedgerError.self) { try fixture.open() }
            #expect(error?.code == "corrupt")
            #expect(error?.message.contains("entry 1 ") == true)
            #expect(error?.message.contains("at byte \(damaged.lowerBound)") == true)
            #expect(error?.remedy != nil)
            #expect(try fixture.folder.read(fixture.log) == bytes)
        }
        try fixture.folder.write(fixture.log, whole, mode: 0o600)
        #expect(try fixture.open().recovery.truncatedBytes == 0)
    }

    @Test("an entry that is cut out or doubled is found by the reader's indices, one that is cut short as damage")
    func cutOut() async throws {
        try await fixture.fill(4)
        let whole = try fixture.folder.read(fixture.log)
        let second = Int(try fixture.records()[1].position.offset)
        try fixture.folder.write(fixture.log, whole[..<(second + 3)] + whole[(second + 6)...], mode: 0o600)
        #expect(throws: LedgerError(.corrupt, "")) { try fixture.open() }
        #expect(throws: LedgerError(.corrupt, "")) { try fixture.records() }
    }

    @Test("more rubbish at the end than one write can leave is damage")
    func longTail() async throws {
        try await fixture.fill(1)
        let whole = try fixture.folder.read(fixture.log)
        let rubbish = [UInt8](repeating: 0, count: TornTail.limit + 1)
        try fixture.folder.write(fixture.log, whole + rubbish, mode: 0o600)
        #expect(throws: LedgerError(.corrupt, "")) { try fixture.open() }
        try fixture.folder.write(fixture.log, whole + rubbish.dropLast(), mode: 0o600)
        #expect(try fixture.open().recovery.truncatedBytes == TornTail.limit)
    }

    @Test("damage that another process sees in a running ledger's log stops its appends")
    func damagedUnderWay() async throws {
        let (ledger, _) = try fixture.open()
        try await ledger.append(LedgerFixture.entry(0))
        let whole = try fixture.folder.read(fixture.log)
        let good = Frame.encode(Array("{}".utf8))
        var bad = good
        bad[5] ^= 1
        try fixture.folder.write(fixture.log, whole + bad + good, mode: 0o600)
        for _ in 0..<2 {
            await #expect(throws: LedgerError(.corrupt, "")) { try await ledger.append(LedgerFixture.entry(1)) }
        }
    }

    @Test(
        "what is not a ledger is left alone",
        arguments: [
            ("hello", "not-a-ledger"), (String(repeating: "x", count: 400), "not-a-ledger"),
            ("agbxlog\n" + String(repeating: "\u{2}", count: 40), "version"),
            ("agbxlog\n\u{1}\0\0\0" + String(repeating: "\u{2}", count: 40), "corrupt"),
        ])
    func notALedger(content: String, code: String) throws {
        try fixture.folder.folder("ledger", mode: 0o700)
        try fixture.folder.write(fixture.log, content, mode: 0o600)
        let error = #expect(throws: LedgerError.self) { try fixture.open() }
        #expect(error?.code == code)
        #expect(try fixture.folder.read(fixture.log) == Array(content.utf8))
    }

    @Test("whatever is done to the bytes, the log opens with entries from its beginning, or refuses as it was")
    func randomDamage() async throws {
        try await fixture.fill(12)
        let whole = try fixture.folder.read(fixture.log)
        let originals = try fixture.records().map(\.payload)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let range = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[range] = .random(in: 0...255, using: &generator)
                case 1: bytes.removeLast(bytes.count - range)
                case 2: bytes.insert(contentsOf: bytes[range...].prefix(40), at: range)
                default: bytes.removeSubrange(range..<min(range + 30, bytes.count))
                }
                if bytes.isEmpty { bytes = [0] }
            }
            try fixture.folder.write(fixture.log, bytes, mode: 0o600)
            do {
                try await fixture.open().ledger.close()
                let left = try fixture.records().map(\.payload)
                #expect(left == Array(originals.prefix(left.count)) || bytes.starts(with: whole))
            } catch {
                #expect(error is LedgerError)
                #expect(try fixture.folder.read(fixture.log) == bytes)
            }
        }
    }

    @Test("a log or a folder that others can write, or a log that is a link, is refused")
    func unsafe() async throws {
        try await fixture.fill(1)
        let log = fixture.folder(fixture.log)
        for (path, mode) in [(log, mode_t(0o620)), (log, 0o602), (fixture.path, 0o770), (fixture.path, 0o707)] {
            var status = stat()
            stat(path, &status)
            chmod(path, mode)
            #expect(throws: LedgerError(.unsafeFile, "")) { try fixture.open() }
            chmod(path, status.st_mode & 0o7777)
        }
        #expect(try fixture.open().recovery.truncatedBytes == 0)
        rename(log, fixture.folder("elsewhere"))
        symlink(fixture.folder("elsewhere"), log)
        #expect(throws: LedgerError(.openFailed, "")) { try fixture.open() }
        #expect(throws: LedgerError(.openFailed, "")) { try LedgerReader(directory: fixture.path) }
    }
}
