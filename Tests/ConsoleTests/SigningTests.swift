import TestSupport
import Testing

@testable import Console

@Suite("What a person is told to sign is what is signed")
struct SigningTests {
    @Test(
        "a shell writes exactly the statement",
        arguments: ["{\"a\":\"b\"}", "it's", "'; rm -rf x; '", "$(id) `id` \\ % \n", "é\u{202E}"])
    func commands(_ statement: String) throws {
        let folder = try TemporaryFolder()
        let first = String(Signing.commands(statement).dropLast("\n".count).split(separator: "> approval.json")[0])
        let result = Command.run(["/bin/sh", "-c", first + " > approval.json"], in: folder.path)
        #expect(result.status == 0)
        #expect(String(decoding: try folder.read("approval.json"), as: UTF8.self) == statement)
    }

    @Test(
        "base64 for addresses is read back", arguments: [[], [0], [255, 254], [1, 2, 3], Array(0...255)] as [[UInt8]])
    func base64(_ bytes: [UInt8]) { #expect(Base64URL.bytes(Base64URL.text(bytes)) == bytes) }

    @Test("what is not base64 for addresses is refused", arguments: ["=", "a", "a=", "ab+", "ab/", "AB", "é"])
    func malformed(_ text: String) { #expect(Base64URL.bytes(text) == nil) }
}
