import Testing

@testable import Console

@Suite("No name leads out of the console")
struct AddressTests {
    @Test(
        "a name in an address is one segment of it",
        arguments: [
            "../../etc/passwd", "..", ".", "//evil.example", "javascript:alert(1)", "a?b=c", "a#b", "a b", "\u{202E}",
            "\0", "é",
        ])
    func segments(_ name: String) {
        let path = PagePath("tools", name).text
        #expect(path.hasPrefix("/tools/") && path.split(separator: "/").count == 2)
        let known = path.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "%") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".")
                || byte == UInt8(ascii: "-")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "z")).contains(byte)
        }
        #expect(known, "\(path)")
    }

    @Test("what an address says is read back", arguments: ["a/b", "../x", "<b>", "a+b", "a b", "é", "%41", "a&b=c"])
    func roundTrip(_ name: String) throws {
        let target = try #require(RequestTarget(PagePath("tools", name, query: [("find", name)]).text))
        #expect(target.segments == ["tools", name])
        #expect(target.query["find"] == name)
    }

    @Test(
        "what is not well formed is refused",
        arguments: [
            "", "x", "//x", "http://localhost/", "/../x", "/a/../b", "/a/./b", "/a//b", "/%2e%2e/x", "/%2E%2E",
            "/a%00b",
            "/%zz", "/a%", "/x\\y", "/x#y", "/?a=%zz", "/?a=1&a=2", "/%ff",
        ])
    func refused(_ text: String) { #expect(RequestTarget(text) == nil) }

    @Test("what is well formed is not", arguments: ["/", "/runs", "/runs/a.b/calls/c1", "/?x=1&y=2", "/a%20b"])
    func control(_ text: String) { #expect(RequestTarget(text) != nil) }
}
