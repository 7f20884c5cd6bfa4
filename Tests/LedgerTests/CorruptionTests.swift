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

    @Test("damage in what another process appended stops a running ledger's appends")
    func damagedUnderWay() async throws {
        let (ledger, _) = try fixture.open()
        try await ledger.append(LedgerFixture.entry(0))
        let before = try fixture.folder.read(fixture.log)
        try await fixture.fill(1, from: 1)
        var bytes = try fixture.folder.read(fixture.log)
        bytes[before.count + 12] ^= 1
        try fixture.folder.write(fixture.log, bytes, mode: 0o600)
        for _ in 0..<2 {
            await #expect(throws: LedgerError(.corrupt, "")) { try await ledger.append(LedgerFixture.entry(2)) }
        }
        #expect(try fixture.folder.read(fixture.log) == bytes)
    }

    @Test(
        "an entry that is replaced by another whole one, or swapped with its neighbour, is not what the checkpoint signs"
    )
    func replaced() async throws {
        try await fixture.fill(4)
        let whole = try fixture.folder.read(fixture.log)
        let records = try fixture.records()
        let bounds = records.map { Int($0.position.offset) } + [whole.count]
        let frames = (0..<4).map { Array(whole[bounds[$0]..<bounds[$0 + 1]]) }
        let head = Array(whole[..<bounds[0]])
        let forged = Frame.encode(Array(#"{"kind":"test","number":7}"#.utf8))
        for order in [
            [frames[0], forged, frames[2], frames[3]], [frames[1], frames[0], frames[2], frames[3]],
            [frames[0], frames[2], frames[3], forged], [frames[0], frames[0], frames[2], frames[3]],
        ] {
            unlink(fixture.folder("ledger/log.mark"))
            try fixture.folder.write(fixture.log, head + order.flatMap { $0 }, mode: 0o600)
            let error = #expect(throws: LedgerError.self) { try fixture.open() }
            #expect(error?.code == "corrupt" && error?.remedy != nil)
        }
        // Positive control.
        try fixture.folder.write(fixture.log, whole, mode: 0o600)
        #expect(try fixture.open().recovery.truncatedBytes == 0)
    }

    @Test("no single byte of the checkpoint's file can be flipped with any effect: the other copy is there")
    func flippedCheckpoint() async throws {
        try await fixture.fill(3)
        let whole = try fixture.folder.read(fixture.log)
        let checkpoints = try fixture.folder.read(fixture.checkpointFile)
        for offset in stride(from: 0, to: checkpoints.count, by: 3) {
            var bytes = checkpoints
            bytes[offset] ^= 0x04
            try fixture.folder.write(fixture.checkpointFile, bytes, mode: 0o600)
            #expect(try fixture.open().recovery.truncatedBytes == 0)
            #expect(try fixture.folder.read(fixture.log) == whole)
        }
        // Both copies flipped: refused.
        var bytes = checkpoints
        bytes[50] ^= 1
        bytes[4096 + 50] ^= 1
        try fixture.folder.write(fixture.checkpointFile, bytes, mode: 0o600)
        let error = #expect(throws: LedgerError.self) { try fixture.open() }
        #expect(error?.code == "corrupt" && error?.remedy != nil)
    }

    @Test("a checkpoint that somebody else signed, or of another log, or that is gone, refuses to open")
    func forgedCheckpoint() async throws {
        try await fixture.fill(3)
        let checkpoint = try fixture.checkpoint()
        let opened = try OpenedLog(fixture.path, keys: fixture.folder("keys"), operations: .system)
        let name = try #require(checkpoint.key.keyName)
        let mallory = SigningKey(generating: name)
        try opened.checkpoints.write(try SignedCheckpoint(checkpoint.checkpoint, signedBy: mallory), .system)
        #expect(throws: LedgerError(.signatureMissing, "")) { try fixture.open() }

        let other = try LedgerFixture()
        try await other.fill(3)
        try fixture.folder.write(fixture.checkpointFile, try other.folder.read(other.checkpointFile), mode: 0o600)
        #expect(throws: LedgerError(.signatureMissing, "")) { try fixture.open() }

        unlink(fixture.folder(fixture.checkpointFile))
        #expect(throws: LedgerError(.corrupt, "")) { try fixture.open() }
    }

    @Test(
        "a log that was removed or emptied, while its checkpoint is there, is not a new one", arguments: [true, false])
    func removed(isGone: Bool) async throws {
        try await fixture.fill(3)
        if isGone {
            unlink(fixture.folder(fixture.log))
        } else {
            try fixture.folder.write(fixture.log, "", mode: 0o600)
        }
        #expect(throws: LedgerError(.shrunk, "")) { try fixture.open() }
    }

    @Test("entries that somebody without the key puts after the last checkpoint are not signed with the next ones")
    func laundered() async throws {
        try await fixture.fill(2)
        let whole = try fixture.folder.read(fixture.log)
        let forged = Frame.encode(Array(#"{"kind":"test","number":7}"#.utf8))
        try fixture.folder.write(fixture.log, whole + forged, mode: 0o600)
        #expect(try fixture.numbers() == [0, 1])
        try await fixture.fill(1, from: 2)
        #expect(try fixture.numbers() == [0, 1, 2])
        #expect(try fixture.records()[2].json()["truncatedBytes"]?.integerValue == Int64(forged.count))
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
