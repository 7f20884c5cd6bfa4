import Testing

@testable import Policy

@Suite("Base64 is read strictly, with its padding or without")
struct CELBase64Tests {
    @Test(
        "Bytes are encoded and decoded",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("hello", "aGVsbG8="),
            ("Hello World!", "SGVsbG8gV29ybGQh"), ("\u{3FF}?\u{3BF}", "z78/zr8="),
        ])
    func known(text: String, encoded: String) throws {
        #expect(try CELBase64.encode(Array(text.utf8), maximumBytes: encoded.utf8.count) == encoded)
        #expect(try CELBase64.decode(encoded) == Array(text.utf8))
        #expect(try CELBase64.decode(String(encoded.prefix { $0 != "=" })) == Array(text.utf8))
    }

    @Test("Every byte survives at every place")
    func roundTrip() throws {
        for count in 0..<260 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ count) }
            #expect(try CELBase64.decode(CELBase64.encode(bytes, maximumBytes: 400)) == bytes)
        }
    }

    @Test(
        "What is not base64 is refused",
        arguments: [
            "=", "==", "====", "a", "aGVsbG8==", "aGVsbG8=\n", "aGVs\nbG8=", " aGVsbG8=", "aGVsbG9=", "aGVsbG9", "a===",
            "Zg=",
            "Zg==Zg==", "Z=g=", "_-__", "aGVsb\u{435}8=", "Zm9vYg\0=", "Zm9vZm9v=",
        ])
    func refused(text: String) {
        #expect(throws: CELFunctionError.self) { try CELBase64.decode(text) }
    }

    @Test("An encoding past its allowed size is an error")
    func size() {
        #expect(throws: CELFunctionError.self) { try CELBase64.encode([1, 2, 3, 4], maximumBytes: 7) }
        #expect(throws: CELFunctionError.self) { try CELBase64.encode([1], maximumBytes: 3) }
    }
}
