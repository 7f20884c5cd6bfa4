import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("A ledger gets new keys, and whoever trusts an old one can follow")
struct KeyTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    @Test("the secret is for its owner alone, and one that others can read is not used")
    func secret() async throws {
        try await fixture.fill(1)
        let name = "keys/\(try LedgerReader(directory: fixture.path).origin)-1.key"
        var status = stat()
        #expect(stat(fixture.folder(name), &status) == 0 && status.st_mode & 0o7777 == 0o600)
        #expect(stat(fixture.folder("keys"), &status) == 0 && status.st_mode & 0o7777 == 0o700)
        chmod(fixture.folder(name), 0o640)
        let (ledger, _) = try fixture.open()
        await #expect(throws: LedgerError(.unsafeFile, "")) { try await ledger.append(LedgerFixture.entry(1)) }
        chmod(fixture.folder(name), 0o600)
        #expect(try await ledger.append(LedgerFixture.entry(1)) == 1)
    }

    @Test("without its key a ledger can be read and verified, and takes nothing")
    func missing() async throws {
        try await fixture.fill(2)
        let name = "keys/\(try LedgerReader(directory: fixture.path).origin)-1.key"
        unlink(fixture.folder(name))
        let (ledger, _) = try fixture.open()
        let error = await #expect(throws: LedgerError.self) { try await ledger.append(LedgerFixture.entry(2)) }
        #expect(error?.code == "key-missing" && error?.remedy != nil)
        #expect(try fixture.numbers() == [0, 1])
        #expect(try LogVerifier.verify(ledger: fixture.path).isWhole)
    }

    @Test("after two rotations the log verifies from any of its keys on")
    func rotation() async throws {
        try await fixture.fill(3)
        let first = try fixture.checkpoint()
        for number in 3..<5 {
            let key = try LedgerKeys.rotate(fixture.path, reason: "test")
            #expect(try fixture.checkpoint().key == key)
            try await fixture.fill(1, from: number)
        }
        #expect(try fixture.numbers() == [0, 1, 2, 3, 4])
        let keys = try LedgerKeys.verifiers(of: fixture.path)
        #expect(keys.count == 3 && keys[0] == first.key && keys.map { $0.keyName?.epoch } == [1, 2, 3])
        let kept = KeptCheckpoint(place: "kept", note: Array(first.encoded.utf8))
        let result = try LogVerifier.verify(ledger: fixture.path, trusted: [keys[0]], kept: [kept])
        #expect(result.checkpoint.key == keys[2] && result.epochs == 3 && result.continues.count == 1)
        for key in keys { #expect(try LogVerifier.verify(ledger: fixture.path, trusted: [key]).isWhole) }
        // The same of an export.
        let output = fixture.folder("export")
        try TileWriter.write(ledger: fixture.path, to: output)
        #expect(try LogVerifier.verify(tiles: output, trusted: [keys[0]]).checkpoint.key == keys[2])
        #expect(try GoVerifier.run([keys[2].description, "log", output]).hasPrefix("ok"))
        #expect(try GoVerifier.run([keys[0].description, "log", output]).hasPrefix("refused"))
    }

    @Test("a history that ends before the key was replaced, which its thief can sign, is not taken for the newest")
    func stolen() async throws {
        try await fixture.fill(3)
        let names = ["ledger/log", "ledger/log.checkpoint", "ledger/log.mark"]
        let before = try names.map { try fixture.folder.read($0) }
        let first = try fixture.checkpoint().key
        _ = try LedgerKeys.rotate(fixture.path, reason: "stolen")
        for (name, bytes) in zip(names, before) { try fixture.folder.write(name, bytes, mode: 0o600) }
        #expect(throws: LedgerError(.signatureWrong, "")) { try fixture.open() }
        #expect(throws: LedgerError(.signatureWrong, "")) { try LogVerifier.verify(ledger: fixture.path) }
        // Whoever knows the first key only cannot tell.
        #expect(try LogVerifier.verify(ledger: fixture.path, trusted: [first]).isWhole)
    }

    @Test("an opened ledger goes on with the key that another process gave it")
    func whileOpen() async throws {
        let (ledger, _) = try fixture.open()
        try await ledger.append(LedgerFixture.entry(0))
        let key = try LedgerKeys.rotate(fixture.path, reason: nil)
        #expect(try await ledger.append(LedgerFixture.entry(1)) == 3)
        #expect(try fixture.checkpoint().key == key)
        try await ledger.close()
        #expect(try LogVerifier.verify(ledger: fixture.path).isWhole)
    }

    @Test("a rotation that was cut off by a crash is finished with the next entry")
    func interrupted() async throws {
        try await fixture.fill(2)
        let opened = try OpenedLog(fixture.path, keys: fixture.folder("keys"), operations: .system)
        let first = try fixture.checkpoint().key
        let key = try opened.keys.makeKey(try #require(first.keyName?.next), of: opened.origin).verifier
        let (ledger, _) = try fixture.open()
        try await ledger.append(KeyRotatedEntry(epoch: 2, verifierKey: key.description))
        #expect(try fixture.checkpoint().key == first)
        try await ledger.close()
        let (again, _) = try fixture.open()
        #expect(try await again.append(LedgerFixture.entry(9)) == 4)
        #expect(try fixture.checkpoint().key == key)
        #expect(try LogVerifier.verify(ledger: fixture.path, trusted: [first]).checkpoint.key == key)
    }

    @Test("an announcement that no key of before signed leads nowhere")
    func forgedAnnouncement() async throws {
        try await fixture.fill(2)
        let first = try fixture.checkpoint()
        let mallory = SigningKey(generating: try #require(first.key.keyName?.next))
        // A log of another origin under the same name, which its forger can sign as a whole with a key of his own.
        var tree = CompactRange()
        var bytes = Array(try fixture.folder.read(fixture.log))
        for record in try fixture.records() { tree.append(TreeHash(leaf: record.payload)) }
        let announcement = KeyRotatedEntry(epoch: 2, verifierKey: mallory.verifier.description).json
        for json in [
            announcement,
            EpochStartedEntry(epoch: 2, verifierKey: mallory.verifier.description, checkpoint: first.encoded).json,
        ] {
            let payload = try json.canonical()
            tree.append(TreeHash(leaf: payload))
            bytes += Frame.encode(payload)
        }
        try fixture.folder.write(fixture.log, bytes, mode: 0o600)
        let opened = try OpenedLog(fixture.path, keys: fixture.folder("keys"), operations: .system)
        let forged = Checkpoint(origin: mallory.verifier.name, size: tree.size, root: tree.root)
        try opened.checkpoints.write(try SignedCheckpoint(forged, signedBy: mallory), .system)
        let error = #expect(throws: LedgerError.self) {
            try LogVerifier.verify(ledger: fixture.path, trusted: [first.key])
        }
        #expect(error?.code == "corrupt")
        #expect(throws: LedgerError.self) { try fixture.open() }
    }
}
