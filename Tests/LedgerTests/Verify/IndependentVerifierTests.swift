import StrictJSON
import TestSupport
import Testing

@testable import Ledger

@Suite("A verifier that is not ours accepts what is exported, and nothing that was changed")
struct IndependentVerifierTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    private func key() throws -> String { try fixture.checkpoint().key.description }

    @Test("logs of these sizes, and proofs of entries of them", arguments: [1, 255, 256, 257, 1000])
    func sizes(count: Int) async throws {
        try await fixture.fillAtOnce(count)
        let output = fixture.folder("export")
        try TileWriter.write(ledger: fixture.path, to: output)
        let key = try key()
        #expect(try GoVerifier.run([key, "log", output]).hasPrefix("ok log \(count) "))
        #expect(try LogVerifier.verify(tiles: output, trusted: [VerifierKey(key)]).checkpoint.size == UInt64(count))
        // Every byte of a small log and its tiles; of a large one the ends of each file and bytes between.
        let step = count == 1 ? 1 : count <= 257 ? 29 : 997
        #expect(try GoVerifier.run([key, "flips", output, "\(step)"]).hasPrefix("ok flips "))

        let prover = try LogProver(ledger: fixture.path)
        for index in Set([0, count / 2, count - 1]) {
            let proof = try prover.inclusion(of: UInt64(index))
            let file = try fixture.folder.write("proof", proof.encoded)
            #expect(try GoVerifier.run([key, "proof", file]) == "ok entry \(index) of \(count)")
            #expect(try GoVerifier.run([key, "flips", file, "1"]).hasPrefix("ok flips "))
        }
        for first in Set([1, (count + 1) / 2, count]) {
            let proof = try prover.consistency(from: UInt64(first))
            let file = try fixture.folder.write("proof", proof.encoded)
            #expect(try GoVerifier.run([key, "proof", file]) == "ok tree \(count) continues \(first)")
            #expect(try GoVerifier.run([key, "flips", file, "1"]).hasPrefix("ok flips "))
        }
    }

    @Test("another log's key is not this one's, and an export that lacks a file is none")
    func refuses() async throws {
        try await fixture.fillAtOnce(300)
        let output = fixture.folder("export")
        try TileWriter.write(ledger: fixture.path, to: output)
        let other = try LedgerFixture()
        try await other.fill(1)
        #expect(try GoVerifier.run([other.checkpoint().key.description, "log", output]).hasPrefix("refused"))
        let key = try key()
        for name in ["tile/entries/001.p/44", "tile/0/000", "tile/1/000.p/1", "checkpoint"] {
            let content = try fixture.folder.read("export/" + name)
            _ = Command.run(["/bin/rm", output + "/" + name], in: "/")
            #expect(try GoVerifier.run([key, "log", output]).hasPrefix("refused"), "\(name)")
            #expect(throws: LedgerError.self) { try LogVerifier.verify(tiles: output, trusted: [VerifierKey(key)]) }
            try fixture.folder.write("export/" + name, content)
        }
        #expect(try GoVerifier.run([key, "log", output]).hasPrefix("ok"))
    }
}
