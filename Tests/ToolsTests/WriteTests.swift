import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("fs.write and fs.edit change one file, or nothing")
struct WriteTests {
    private let write = BundledTool("fs-write")
    private let edit = BundledTool("fs-edit")
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("a file is made, replaced and emptied, and keeps its mode")
    func writing() throws {
        let made = try write.succeed(["path": "a.sh", "content": "é\n"], in: folder)
        #expect(made == ["path": "a.sh", "created": true, "size": 3])
        chmod(folder("a.sh"), 0o755)
        let replaced = try write.succeed(["path": "/workspace/a.sh", "content": ""], in: folder)
        #expect(replaced == ["path": "a.sh", "created": false, "size": 0, "sizeBefore": 3])
        #expect(try folder.read("a.sh").isEmpty)
        #expect(access(folder("a.sh"), X_OK) == 0)
    }

    @Test("a folder, a FIFO, and a name in a folder that is not there cannot be written")
    func refusals() throws {
        try folder.folder("sub")
        #expect(mkfifo(folder("fifo"), 0o644) == 0)
        #expect(write.fail(["path": "sub", "content": ""], in: folder).contains("folder"))
        #expect(write.fail(["path": "fifo", "content": ""], in: folder).contains("neither a file nor a folder"))
        #expect(write.fail(["path": "no/a", "content": ""], in: folder).contains("is no folder"))
        #expect(write.fail(["path": "a"], in: folder).contains("`content` is missing"))
        #expect(access(folder("a"), F_OK) != 0)
    }

    static let edits: [(String, JSON, String)] = [
        ("one two", [["old": "two", "new": "2"]], "one 2"), ("one", [["old": "one", "new": ""]], ""),
        ("a a a", [["old": "a", "new": "aa", "all": true]], "aa aa aa"),
        ("aaaa", [["old": "aa", "new": "b", "all": true]], "bb"),
        ("x", [["old": "x", "new": "y"], ["old": "y", "new": "z"]], "z"),
        ("é\r\n日", [["old": "\r\n", "new": "\n"]], "é\n日"),
        ("$1 \\1 &", [["old": "$1", "new": "\\0&"]], "\\0& \\1 &"),
    ]

    @Test("exact pieces are replaced in order", arguments: edits)
    func editing(before: String, edits: JSON, after: String) throws {
        try folder.write("a", before)
        _ = try edit.succeed(["path": "a", "edits": edits], in: folder)
        #expect(try folder.read("a") == Array(after.utf8))
    }

    static let failing: [(String, JSON, String)] = [
        ("aXa", [["old": "a", "new": "b"]], "occurs 2 times in `a`, on line 1;"),
        ("a\nb\na\n", [["old": "a", "new": "b"]], "on line 1, 3;"),
        ("abc", [["old": "x", "new": "y"]], "edit 1: `old` does not occur in `a`; read the file again"),
        ("a  b", [["old": "a b", "new": "y"]], "other white space"),
        ("a\r\nb", [["old": "a\nb", "new": "y"]], "other line ends"),
        ("abc", [["old": "a", "new": "b"], ["old": "a", "new": "c"]], "edit 2"), ("abc", [], "no edits"),
        ("abc", [["old": "", "new": "b"]], "`old` is empty"), ("abc", [["old": "a", "new": "a"]], "the same text"),
        ("ab", [["old": "a", "new": "x"], ["old": "x", "new": "a"]], "leave `a` as it is"),
        ("abc", [["old": "a"]], "`new` is missing"),
        ("abc", [["old": "a", "new": "b", "nw": 1]], "no argument `nw`"),
    ]

    @Test("an edit that cannot be made says why, and no edit is made", arguments: failing)
    func failures(before: String, edits: JSON, message: String) throws {
        try folder.write("a", before)
        #expect(edit.fail(["path": "a", "edits": edits], in: folder).contains(message))
        #expect(try folder.read("a") == Array(before.utf8))
    }

    @Test("bytes that are no UTF-8 stay as they are around an edit")
    func binary() throws {
        try folder.write("a", [0xFF, 0x61, 0x00, 0xFE])
        _ = try edit.succeed(["path": "a", "edits": [["old": "a", "new": "b"]]], in: folder)
        #expect(try folder.read("a") == [0xFF, 0x62, 0x00, 0xFE])
    }

    @Test("a text that nearly repeats itself is searched in linear time")
    func nearlyPeriodic() throws {
        try folder.write("a", String(repeating: "a", count: 4_000_000))
        let old = String(repeating: "a", count: 400_000) + "b"
        let elapsed = ContinuousClock().measure {
            #expect(
                edit.fail(["path": "a", "edits": [["old": .string(old), "new": ""]]], in: folder).contains(
                    "does not occur"))
        }
        #expect(elapsed < .seconds(20))
    }

    @Test("a missing file is not made by an edit")
    func missing() throws {
        #expect(edit.fail(["path": "no", "edits": [["old": "a", "new": "b"]]], in: folder).contains("does not exist"))
        #expect(access(folder("no"), F_OK) != 0)
    }
}
