import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("Verifying finds what was done to a log")
struct VerificationTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    private func kept(_ name: String = "kept") throws -> KeptCheckpoint {
        KeptCheckpoint(place: name, note: Array(try fixture.checkpoint().encoded.utf8))
    }

    @Test("a whole log verifies, and continues the checkpoints that were kept of it")
    func whole() async throws {
        try await fixture.fill(5)
        let early = try kept("early")
        try await fixture.fill(20, from: 5)
        let result = try LogVerifier.verify(ledger: fixture.path, kept: [early, try kept("late")])
        #expect(result.isWhole && result.checkpoint.size == 25)
        #expect(result.continues.map(\.size) == [5, 25])
    }

    @Test("any byte of any entry, flipped, is found")
    func flipped() async throws {
        try await fixture.fill(12)
        let whole = try fixture.folder.read(fixture.log)
        for offset in stride(from: LogHeader.size, to: whole.count, by: 5) {
            var bytes = whole
            bytes[offset] ^= 0x20
            try fixture.folder.write(fixture.log, bytes, mode: 0o600)
            let error = #expect(throws: LedgerError.self) { try LogVerifier.verify(ledger: fixture.path) }
            #expect(error?.isRefusal == true)
        }
        try fixture.folder.write(fixture.log, whole, mode: 0o600)
        #expect(try LogVerifier.verify(ledger: fixture.path).isWhole)
    }

    @Test("a log that was written anew with its own key is whole, and does not continue what was kept")
    func forged() async throws {
        try await fixture.fill(8)
        let before = try kept()
        // Whoever holds the key can do this: another history, signed.
        let opened = try OpenedLog(fixture.path, keys: fixture.folder("keys"), operations: .system)
        let key = try opened.keys.signingKey(of: opened.origin, epoch: 1)
        var tree = CompactRange()
        var bytes = Array(try fixture.folder.read(fixture.log).prefix(LogHeader.size))
        for number in 0..<9 {
            let payload = try LedgerFixture.entry(number == 3 ? 33 : number).canonical()
            tree.append(TreeHash(leaf: payload))
            bytes += Frame.encode(payload)
        }
        try fixture.folder.write(fixture.log, bytes, mode: 0o600)
        unlink(fixture.folder("ledger/log.mark"))
        let forged = Checkpoint(origin: key.verifier.name, size: 9, root: tree.root)
        try opened.checkpoints.write(try SignedCheckpoint(forged, signedBy: key), .system)
        #expect(try LogVerifier.verify(ledger: fixture.path).isWhole)
        #expect(throws: LedgerError(.diverged, "")) { try LogVerifier.verify(ledger: fixture.path, kept: [before]) }
    }

    @Test("a checkpoint from the future, of another log, or that was changed, is not continued")
    func strange() async throws {
        try await fixture.fill(3)
        let checkpoint = try fixture.checkpoint()
        let opened = try OpenedLog(fixture.path, keys: fixture.folder("keys"), operations: .system)
        let key = try opened.keys.signingKey(of: opened.origin, epoch: 1)
        let future = Checkpoint(origin: key.verifier.name, size: 4, root: checkpoint.root)
        let note = try SignedCheckpoint(future, signedBy: key).encoded
        #expect(throws: LedgerError(.shrunk, "")) {
            try LogVerifier.verify(ledger: fixture.path, kept: [.init(place: "future", note: Array(note.utf8))])
        }
        let other = try LedgerFixture()
        try await other.fill(2)
        let strange = Array(try other.checkpoint().encoded.utf8)
        #expect(throws: LedgerError(.signatureWrong, "")) {
            try LogVerifier.verify(ledger: fixture.path, kept: [.init(place: "other", note: strange)])
        }
        #expect(throws: LedgerError(.noteMalformed, "")) {
            try LogVerifier.verify(ledger: fixture.path, kept: [.init(place: "x", note: Array("x".utf8))])
        }
    }

    @Test("a log of somebody else verifies with its key alone, and with no other")
    func foreign() async throws {
        try await fixture.fill(3)
        let key = try fixture.checkpoint().key
        _ = Command.run(["/bin/mv", fixture.folder("keys"), fixture.folder("elsewhere")], in: "/")
        #expect(try LogVerifier.verify(ledger: fixture.path, trusted: [key], withData: false).checkpoint.size == 3)
        let other = SigningKey(generating: try #require(key.keyName)).verifier
        #expect(throws: LedgerError(.signatureMissing, "")) {
            try LogVerifier.verify(ledger: fixture.path, trusted: [other], withData: false)
        }
    }

    @Test("no bit of a proof can be another, and a proof proves what it says")
    func proofs() async throws {
        try await fixture.fill(11)
        let key = try fixture.checkpoint().key
        let older = try fixture.checkpoint()
        try await fixture.fill(6, from: 11)
        let prover = try LogProver(ledger: fixture.path)
        let inclusion = try prover.inclusion(of: 4)
        #expect(inclusion.entry == (try fixture.records()[4].payload))
        let consistency = try prover.consistency(from: 11)
        #expect(try ConsistencyProof(Array(consistency.encoded.utf8)).verify(trusted: [key], older: older).size == 17)
        for text in [inclusion.encoded, consistency.encoded] {
            let bytes = Array(text.utf8)
            func verify(_ bytes: [UInt8]) throws {
                if text.hasPrefix("c2sp") {
                    _ = try InclusionProof(bytes).verify(trusted: [key])
                } else {
                    _ = try ConsistencyProof(bytes).verify(trusted: [key])
                }
            }
            try verify(bytes)
            for offset in bytes.indices {
                var flipped = bytes
                flipped[offset] ^= 1 << UInt8(offset % 8)
                #expect(throws: LedgerError.self, "byte \(offset)") { try verify(flipped) }
            }
        }
        #expect(throws: LedgerError(.proofWrong, "")) { try prover.inclusion(of: 17) }
        #expect(throws: LedgerError(.proofWrong, "")) { try prover.consistency(from: 0) }
        #expect(throws: LedgerError(.proofWrong, "")) { try prover.consistency(from: 5, to: 18) }
        let middle = try prover.consistency(from: 5, to: 11)
        #expect(try middle.verify(trusted: [key]).root == older.root)
        #expect(throws: LedgerError(.proofWrong, "")) { try middle.verify(trusted: [key], older: older) }
    }
}
