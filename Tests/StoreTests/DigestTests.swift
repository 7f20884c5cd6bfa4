import StrictJSON
import Testing

@testable import Store

@Suite("Digests are SHA-256, and read back what they write")
struct DigestTests {
    @Test(
        "agrees with the vectors of FIPS 180-2",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func vectors(text: String, hex: String) {
        let digest = Digest.of(Array(text.utf8))
        #expect(digest.hex == hex)
        #expect(Digest(digest.description) == digest)
        #expect(Digest(hex: hex) == digest)
    }

    @Test(
        "refuses every other text",
        arguments: ["", "sha256:", "sha256:zz", "SHA256:" + String(repeating: "a", count: 64)])
    func refuses(text: String) {
        #expect(Digest(text) == nil)
        #expect(Digest("sha256:" + String(repeating: "A", count: 64)) == nil)
        #expect(Digest("sha256:" + String(repeating: "a", count: 63)) == nil)
    }

    @Test("a canonical digest does not depend on the order of members")
    func canonical() throws {
        #expect(
            try CanonicalDigest.of(["a": 1, "b": [true, nil]]) == CanonicalDigest.of(["b": [true, nil], "a": 1.0]))
        #expect(try CanonicalDigest.of(["a": 1]) != CanonicalDigest.of(["a": 2]))
    }
}
