import StrictJSON
import Testing

@testable import Ledger

@Suite("A checkpoint is a signed note of C2SP, and is accepted only as its key signed it")
struct NoteTests {
    private static let key = SigningKey(
        generating: KeyName(host: "build-7", log: String(repeating: "0f", count: 16), epoch: 1))
    private static let checkpoint = Checkpoint(
        origin: key.verifier.name, size: 20_852_163, root: TreeHash(leaf: Array("root".utf8)))

    @Test("a key and a note that other implementations publish are read and verified, and written alike")
    func published() throws {
        let verifier = try VerifierKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
        let text =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
        let signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
        let written = "\(text)\n— PeterNeumann \(signature)\n"
        let note = try SignedNote(Array(written.utf8))
        #expect(note.text == text && note.encoded == written)
        #expect(try note.verified(by: [verifier]) == [verifier])
        let secret = try #require(
            SigningKey(stored: "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"))
        #expect(secret.verifier == verifier)
        #expect(try SignedNote(text, signedBy: secret).encoded == written)
    }

    @Test("what was signed is read back, and no bit of it can be another")
    func flips() throws {
        let signed = try SignedCheckpoint(Self.checkpoint, signedBy: Self.key)
        let bytes = Array(signed.encoded.utf8)
        #expect(try SignedCheckpoint(bytes, keys: [Self.key.verifier]).checkpoint == Self.checkpoint)
        for offset in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[offset] ^= 1 << UInt8(bit)
                #expect(throws: LedgerError.self, "byte \(offset), bit \(bit)") {
                    try SignedCheckpoint(flipped, keys: [Self.key.verifier])
                }
            }
        }
        for length in 0..<bytes.count {
            #expect(throws: LedgerError.self) { try SignedCheckpoint(bytes[..<length], keys: [Self.key.verifier]) }
        }
    }

    @Test("a checkpoint of another key of the same name, or signed by one that is not trusted, is refused")
    func otherKeys() throws {
        let name = try #require(Self.key.verifier.keyName)
        let other = SigningKey(generating: name)
        let signed = Array(try SignedCheckpoint(Self.checkpoint, signedBy: other).encoded.utf8)
        #expect(throws: LedgerError(.signatureMissing, "")) { try SignedCheckpoint(signed, keys: [Self.key.verifier]) }
        #expect(throws: LedgerError(.signatureMissing, "")) { try SignedCheckpoint(signed, keys: []) }
        // A trusted key that signs for a log of another name says nothing of that log.
        let strange = Checkpoint(origin: "example.com/other", size: 1, root: .ofEmptyTree)
        let note = Array(try SignedCheckpoint(strange, signedBy: Self.key).encoded.utf8)
        #expect(throws: LedgerError(.signatureMissing, "")) { try SignedCheckpoint(note, keys: [Self.key.verifier]) }
        #expect(try SignedCheckpoint(signed, keys: [Self.key.verifier, other.verifier]).key == other.verifier)
    }

    @Test(
        "what is no note is refused",
        arguments: [
            "", "\n", "a\n", "a\n\n", "\n— k AAAAAAA=\n", "a\n\n— k\n", "a\n\n— k  AAAAAAA=\n", "a\n\n- k AAAAAAA=\n",
            "a\n\n— k+ AAAAAAA=\n", "a\n\n— k AAAA\n", "a\n\n— k AAAAAAB=\n", "a\n\n— k AAAAAAA=",
            "a\n\n— k AAAAAAA=\n\n",
            "a\r\n\n— k AAAAAAA=\n", "a\u{1}\n\n— k AAAAAAA=\n", "a\n\n— k AAAAAAA= \n",
        ])
    func malformed(text: String) {
        #expect(throws: LedgerError(.noteMalformed, "")) { try SignedNote(Array(text.utf8)) }
    }

    @Test(
        "what is no checkpoint is refused",
        arguments: [
            "o\n1\n", "o\n01\n\(TreeHash.ofEmptyTree.base64)\n", "o\n-1\n\(TreeHash.ofEmptyTree.base64)\n",
            "o\n1\nAAAA\n", "\n1\n\(TreeHash.ofEmptyTree.base64)\n", "o\n+1\n\(TreeHash.ofEmptyTree.base64)\n",
            "o\n18446744073709551616\n\(TreeHash.ofEmptyTree.base64)\n", "o\n1\n\(TreeHash.ofEmptyTree.base64)\n\nx\n",
        ])
    func noCheckpoint(text: String) {
        #expect(throws: LedgerError(.noteMalformed, "")) { try Checkpoint(text: text) }
    }

    @Test("extensions of others are no obstacle")
    func extensions() throws {
        let text = "o\n7\n\(TreeHash.ofEmptyTree.base64)\nsomething else\n"
        #expect(try Checkpoint(text: text).size == 7)
    }

    @Test(
        "what is no verifier key is refused",
        arguments: [
            "", "a", "a+b", "a+00000000+AAAA", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ])
    func noKey(text: String) {
        #expect(throws: LedgerError(.keyMalformed, "")) { try VerifierKey(text) }
    }

    @Test("the secret does not print")
    func secret() {
        // `PRIVATE+KEY+NAME+ID+SEED`, and base64 has that character too.
        let seed = Self.key.stored.split(separator: "+", maxSplits: 4).last.map(String.init) ?? ""
        var dumped = ""
        dump(Self.key, to: &dumped)
        for text in ["\(Self.key)", String(reflecting: Self.key), dumped, "\([Self.key])"] {
            #expect(!text.contains(seed) && !text.contains("PRIVATE"))
        }
        #expect(seed.count > 40)
    }

    @Test("names of keys say host, log and epoch, whatever the host is called")
    func names() {
        let name = KeyName(
            host: KeyName.host(from: "a b+c/d\u{301}é"), log: String(repeating: "ab", count: 16), epoch: 3)
        #expect(name.host == "abcd")
        #expect(KeyName(name.description) == name)
        #expect(KeyName(host: KeyName.host(from: "…"), log: name.log, epoch: 1).host == "localhost")
        for text in [
            "agentbox.dev/ledger/h/ab/1", name.description + "0x", "agentbox.dev/ledger/h/\(name.log)/01", "x",
        ] {
            #expect(KeyName(text) == nil)
        }
    }

    @Test("base 64 has one form")
    func base64() {
        for count in 0..<40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 11) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.encode(Array("foobar".utf8)) == "Zm9vYmFy" && Base64.encode(Array("fo".utf8)) == "Zm8=")
        for text in ["Zm9=", "Zm8", "Zm8==", "Zg=", "Z===", "====", "Zm9v\n", "Zm-v", "Zh==", "Z=8="] {
            #expect(Base64.decode(text) == nil, "\(text)")
        }
    }
}
