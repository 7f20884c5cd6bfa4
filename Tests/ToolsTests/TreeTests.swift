import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("fs.list and fs.search go through any tree")
struct TreeTests {
    private let list = BundledTool("fs-list")
    private let search = BundledTool("fs-search")
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func paths(_ result: JSON) -> [String] {
        (result["entries"] ?? result["matches"])?.arrayValue?.compactMap { $0["path"]?.stringValue } ?? []
    }

    private func makeHostileTree() throws {
        try folder.write("b/x.txt", "needle in b\n")
        try folder.write("a.txt", "no\nNEEDLE here\nlast needle")
        try folder.write("new\nline.txt", "needle\n")
        try folder.write("binary", [0x00] + Array("needle".utf8))
        try folder.write(".git/config", "needle\n")
        #expect(symlink("..", folder("b/up")) == 0)
        #expect(symlink("loop", folder("loop")) == 0)
        #expect(mkfifo(folder("fifo"), 0o644) == 0)
        let invalid: [CChar] = Array(folder.path.utf8CString.dropLast()) + [47, -1, -2, 0]
        let descriptor = open(invalid, O_WRONLY | O_CREAT, 0o644)
        #expect(descriptor >= 0 && write(descriptor, "needle\n", 7) == 7)
        close(descriptor)
        var deep = "deep"
        for level in 0..<100 { deep += "/\(level)" }
        try folder.write(deep + "/bottom.txt", "needle\n")
    }

    @Test("names come in the order of their bytes, folders before what is in them, links and FIFOs as what they are")
    func listing() throws {
        try makeHostileTree()
        let shallow = try list.succeed([:], in: folder)
        #expect(
            paths(shallow) == ["a.txt", "b", "binary", "deep", "fifo", "loop", "new\nline.txt", "\u{FFFD}\u{FFFD}"])
        let kinds = shallow["entries"]?.arrayValue?.compactMap { $0["kind"]?.stringValue }
        #expect(kinds == ["file", "folder", "file", "folder", "other", "link", "file", "file"])
        #expect(shallow["entries"]?[7]?["unnameable"] == true)
        let two = try list.succeed(["path": "/workspace/", "depth": 2], in: folder)
        #expect(paths(two).prefix(4) == ["a.txt", "b", "b/up", "b/x.txt"])
        #expect(paths(try list.succeed(["path": "b/."], in: folder)) == ["b/up", "b/x.txt"])
        #expect(paths(try list.succeed(["repository": true], in: folder)).first == ".git")
        #expect(paths(try list.succeed(["depth": 64, "path": "deep"], in: folder)).count == 64)
    }

    @Test("a list that is cut says so")
    func listLimit() throws {
        for number in 0..<20 { try folder.write("f\(number)", "") }
        #expect(try list.succeed(["limit": 20], in: folder)["complete"] == true)
        let cut = try list.succeed(["limit": 19], in: folder)
        #expect(cut["complete"] == false)
        #expect(paths(cut).count == 19)
    }

    @Test("a search passes over binary files, .git and links, and finds the rest in order")
    func searching() throws {
        try makeHostileTree()
        let result = try search.succeed(["pattern": "needle"], in: folder)
        #expect(paths(result) == ["a.txt", "b/x.txt", "new\nline.txt"])
        #expect(result["matches"]?[0]?["line"] == 3)
        #expect(result["binaryOrLargeFiles"] == 1)
        #expect(result["complete"] == true)
        let all = try search.succeed(["pattern": "needle", "ignoreCase": true, "path": "."], in: folder)
        #expect(all["matches"]?.arrayValue?.count == 4)
    }

    @Test(
        "patterns",
        arguments: [
            (["pattern": "a.c"], ["a.c"]), (["pattern": "a.c", "regex": true], ["a.c", "abc", "xabcx"]),
            (["pattern": "^a.c$", "regex": true], ["a.c", "abc"]), (["pattern": "\\d+", "regex": true], ["n42"]),
            (["pattern": "^[\\d\\w]+$", "regex": true], ["abc", "xabcx", "n42", "ABC", "é日é"]),
            (["pattern": "abc", "ignoreCase": true], ["abc", "xabcx", "ABC"]), (["pattern": "(["], ["(["]),
            (["pattern": "([", "ignoreCase": true], ["(["]), (["pattern": "\\bABC\\b", "regex": true], ["ABC"]),
            (["pattern": "[]x]", "regex": true], ["xabcx"]), (["pattern": "nothing"], []),
            (["pattern": "^.日[éü]$", "regex": true], ["é日é"]), (["pattern": "É日É", "ignoreCase": true], ["é日é"]),
            (["pattern": "(a|b)*c{3,}$|\\.\\S$", "regex": true], ["a.c"]),
        ] as [(JSON, [String])])
    func patterns(arguments: JSON, expected: [String]) throws {
        try folder.write("t", "a.c\nabc\r\nxabcx\nn42\n([\nABC\né日é\n")
        let matches = try search.succeed(arguments, in: folder)["matches"]?.arrayValue
        #expect(matches?.compactMap { $0["text"]?.stringValue } == expected)
    }

    @Test(
        "a pattern that means nothing is refused",
        arguments: ["(", "a{2,1}", "(a)\\1", "[a", "[\\q]", "", "a\nb", "a\0"])
    func badPatterns(pattern: String) throws {
        _ = search.fail(["pattern": .string(pattern), "regex": true], in: folder)
    }

    @Test(
        "globs",
        arguments: [
            ("*.c", ["x.c", "s/t/y.c", "s/z.c"]), ("s/*.c", ["s/z.c"]), ("s/**/*.c", ["s/t/y.c", "s/z.c"]),
            ("**", ["x.c", "s/t/y.c", "s/z.c"]),
            ("?.c", ["x.c", "s/t/y.c", "s/z.c"]), ("s/**", ["s/t/y.c", "s/z.c"]), ("*", ["x.c", "s/t/y.c", "s/z.c"]),
            ("/x.c", []),
            ("**/**/**/**/*a*a*a*a*a*a*a*a*a*a*b", []),
        ])
    func globs(glob: String, expected: [String]) throws {
        for name in ["x.c", "s/t/y.c", "s/z.c"] { try folder.write(name, "m\n") }
        let result = try search.succeed(["pattern": "m", "glob": .string(glob)], in: folder)
        #expect(Set(paths(result)) == Set(expected))
    }

    @Test("context, long lines and the limit of results")
    func limits() throws {
        try folder.write("a", "1\n2\nhit\n4\n5\n")
        let result = try search.succeed(["pattern": "hit", "context": 3], in: folder)
        #expect(result["matches"]?[0]?["before"] == ["1", "2"])
        #expect(result["matches"]?[0]?["after"] == ["4", "5"])
        try folder.write("b", String(repeating: "hit", count: 10_000) + "\n" + String(repeating: "hit\n", count: 50))
        let cut = try search.succeed(["pattern": "hit", "maxResults": 10], in: folder)
        #expect(cut["complete"] == false)
        #expect(cut["matches"]?.arrayValue?.count == 10)
        #expect(cut["matches"]?[1]?["text"]?.stringValue?.utf8.count ?? .max < 600)
    }

    @Test("what is no folder cannot be listed or searched")
    func notFolders() throws {
        try folder.write("a", "")
        #expect(list.fail(["path": "a"], in: folder).contains("not a folder"))
        #expect(search.fail(["path": "no", "pattern": "x"], in: folder).contains("does not exist"))
        #expect(mkfifo(folder("fifo"), 0o644) == 0)
        #expect(list.fail(["path": "fifo"], in: folder).contains("not a folder"))
    }
}
