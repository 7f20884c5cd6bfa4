import StrictJSON
import Testing

@testable import Registry

@Suite("What an approver is shown of an argument is what it is")
struct ApprovalTextTests {
    private func lines(_ text: String, limit: Int = 8 << 10) -> [String] {
        ApprovalText.lines(of: .string(text), named: "content", limit: limit)
    }

    @Test("lines are shown as lines, also those that end with CR LF")
    func ends() {
        #expect(lines("a\r\nb\r\n") == ["  content:", #"  | a\u{D}"#, #"  | b\u{D}"#, "  | "])
        #expect(lines("a\nb") == ["  content:", "  | a", "  | b"])
        #expect(lines("a\rb") == [#"  content: "a\rb""#])
        #expect(lines(#"a\u{D}\u{A}b"#) == [#"  content: "a\\u{D}\\u{A}b""#])
        #expect(lines("x\n" + #"a\u{D}"#) == ["  content:", "  | x", #"  | a\u{5C}u{D}"#])
    }

    @Test("of a long one its beginning and its end, and what says so is behind no mark")
    func long() {
        let lines = lines("first\n" + String(repeating: "middle\n", count: 4000) + "last", limit: 8 << 10)
        #expect(lines[1] == "  | first" && lines.last == "  | last")
        #expect(lines.count(where: { $0.hasPrefix("  … cut: 28010 bytes in all, sha256:") }) == 1)
        #expect(lines.reduce(0) { $0 + $1.utf8.count } < 20 << 10)
    }
}
