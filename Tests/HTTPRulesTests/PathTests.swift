import HTTPRules
import Testing

@Suite("A path is held against patterns in one form, or refused")
struct PathTests {
    @Test(
        "equal paths have one form",
        arguments: [
            ("/a/b", "/a/b"), ("/", "/"), ("/a/", "/a/"), ("/%61/%7Eb?x=%2F..", "/a/~b"), ("/a%2ab", "/a%2Ab"),
            ("/a*b", "/a%2Ab"), ("/%e4%bd%a0", "/%E4%BD%A0"), ("/a%3ab", "/a%3Ab"), ("/a:b", "/a:b"),
            ("/a|b", "/a%7Cb"), ("/...", "/..."), ("/.git", "/.git"), ("/a%20b", "/a%20b"), ("/a%2541", "/a%2541"),
        ])
    func canonical(target: String, form: String) throws {
        #expect(try CanonicalPath(target: target.utf8).description == form)
    }

    @Test(
        "a path that two servers may read in two ways is refused",
        arguments: [
            "", "a", "*", "http://good.example/a", "good.example:443", "//a", "/a//b", "/a/../b", "/a/./b", "/..", "/.",
            "/a/..", "/%2e%2e/b", "/%2E./b", "/a/.%2e", "/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b", "/a%00b", "/a%0d%0ab",
            "/a%7fb", "/a%252fb", "/a%252e%252e/b", "/a%25%32%66b", "/a%", "/a%2", "/a%zz", "/a b", "/a#b", "/a\u{e9}b",
            "/a/..;x/b", "/a/.;/b", "/a/..%3bx/b", "/%c0%ae%c0%ae/b", "/%ff", "/a?b c", "/a?b#c", "/a?b\u{e9}",
            "/a\tb", "/a\nb", "/" + String(repeating: "a", count: 9000),
        ])
    func refused(target: String) {
        #expect(throws: PathRefusal.self) { try CanonicalPath(target: target.utf8) }
    }

    @Test(
        "patterns",
        arguments: [
            ("/a", "/a", true), ("/a", "/a/", false), ("/a", "/A", false), ("/a/*", "/a/b", true),
            ("/a/*", "/a/", false), ("/a/*", "/a/b/c", false), ("/a/b*", "/a/b", true), ("/a/b*d", "/a/bcd", true),
            ("/a/b*d", "/a/bd", true), ("/a/b*d", "/a/b/d", false), ("/*x*y*/z", "/axbyc/z", true),
            ("/*x*y*/z", "/aybxc/z", false), ("/a/**", "/a", true), ("/a/**", "/a/b/c", true), ("/a/**", "/ab", false),
            ("/**", "/", true), ("/**", "/a/b", true), ("/**/c", "/a/b/c", true), ("/**/c", "/c", true),
            ("/**/c", "/c/d", false), ("/a/**/c/*", "/a/c/c/d", true), ("/a/**/c/*", "/a/c", false),
            ("/a%2A", "/a*", true), ("/a%2A", "/ab", false), ("/%61", "/a", true), ("/ab*b", "/ab", false),
        ])
    func matching(pattern: String, path: String, isCovered: Bool) throws {
        let pattern = try PathPattern(pattern)
        #expect(pattern.covers(try CanonicalPath(target: path.utf8)) == isCovered)
        #expect(try PathPattern(pattern.description) == pattern)
    }

    @Test(
        "what is no pattern",
        arguments: ["", "a", "/a**", "/***", "/a/**b", "/a//b", "/a/../b", "/a?b", "/%2f", "/a b"])
    func noPattern(text: String) { #expect(throws: PathRefusal.self) { try PathPattern(text) } }

    @Test(
        "an argument in a pattern is text",
        arguments: ["*", "**", "a?b", "a#b", "%41", "a b", "é", "a;b", "octo/hello"])
    func escaped(argument: String) throws {
        let pattern = try PathPattern("/repos/" + PathPattern.escaped(argument) + "/issues")
        #expect(!pattern.covers(try CanonicalPath(target: "/repos/x/issues".utf8)))
        let own = "/repos/" + PathPattern.escaped(argument) + "/issues"
        #expect(pattern.covers(try CanonicalPath(target: own.utf8)))
    }

    @Test(
        "an argument leads out of no pattern",
        arguments: ["..", "a/../b", ".", "", "a//b", "a/", "a\\b", "a\0b", "%2e", "%2f"])
    func leading(argument: String) {
        #expect(throws: PathRefusal.self) { try PathPattern("/repos/" + PathPattern.escaped(argument) + "/x") }
    }

    @Test("a pattern of many stars takes no longer for it")
    func hostile() throws {
        let pattern = try PathPattern("/" + Array(repeating: "**/a", count: 200).joined(separator: "/") + "/b")
        let path = try CanonicalPath(target: ("/" + Array(repeating: "a", count: 3000).joined(separator: "/")).utf8)
        let start = ContinuousClock.now
        #expect(!pattern.covers(path))
        #expect(start.duration(to: .now) < .seconds(2))
    }
}
