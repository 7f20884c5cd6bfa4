import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("fs.read returns the text of one file")
struct ReadTests {
    private let tool = BundledTool("fs-read")
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(
        "whole files and windows of lines",
        arguments: [
            ("one\ntwo\nthree\n", nil, nil, "one\ntwo\nthree\n", 1, 3, nil), ("", nil, nil, "", 1, 0, nil),
            ("no end", nil, nil, "no end", 1, 1, nil), ("a\n\nb\n", 2, 1, "\n", 2, 2, 3),
            ("a\nb\n", 2, nil, "b\n", 2, 2, nil),
            ("a\nb", 1, 1, "a\n", 1, 1, 2), ("é日\r\n", nil, nil, "é日\r\n", 1, 1, nil),
        ] as [(String, Int?, Int?, String, Int, Int, Int?)])
    func windows(
        content: String, offset: Int?, limit: Int?, expected: String, first: Int, last: Int, next: Int?
    ) throws {
        try folder.write("a.txt", content)
        var arguments: JSONObject = ["path": "/workspace//./a.txt"]
        arguments["offset"] = offset.map { .integer(Int64($0)) }
        arguments["limit"] = limit.map { .integer(Int64($0)) }
        let result = try tool.succeed(.object(arguments), in: folder)
        #expect(result["content"]?.stringValue == expected)
        #expect(result["firstLine"]?.integerValue == Int64(first))
        #expect(result["lastLine"]?.integerValue == Int64(last))
        #expect(result["nextOffset"]?.integerValue == next.map { Int64($0) })
        #expect(result["path"] == "a.txt")
        #expect(result["size"]?.integerValue == Int64(content.utf8.count))
    }

    @Test("a long file comes in pieces that are the file again when put together")
    func pieces() throws {
        let content = (0..<20_000).map { "line \($0) with é and 日本\n" }.joined()
        try folder.write("long.txt", content)
        var read = ""
        var offset: Int64? = 1
        while let start = offset {
            let result = try tool.succeed(
                ["path": "long.txt", "offset": .integer(start), "limit": 100_000], in: folder)
            read += try #require(result["content"]?.stringValue)
            offset = result["nextOffset"]?.integerValue
            #expect(offset ?? .max > start)
        }
        #expect(read == content)
    }

    @Test("a line longer than a result is cut between two characters")
    func longLine() throws {
        try folder.write("a.txt", String(repeating: "日", count: 200_000) + "\nnext\n")
        let result = try tool.succeed(["path": "a.txt"], in: folder)
        #expect(result["lineIsCut"] == true)
        #expect(result["content"]?.stringValue?.allSatisfy { $0 == "日" } == true)
        #expect(result["nextOffset"] == 2)
        #expect(try tool.succeed(["path": "a.txt", "offset": 2], in: folder)["content"] == "next\n")
    }

    @Test("a file of 8 GiB without content is no text, and is not read to its end")
    func huge() throws {
        let path = try folder.write("huge", "first\n")
        try #require(truncate(path, 8 << 30) == 0)
        #expect(try tool.succeed(["path": "huge", "limit": 1], in: folder)["content"] == "first\n")
        #expect(try tool.succeed(["path": "huge"], in: folder)["nextOffset"] == 2)
        #expect(tool.fail(["path": "huge", "offset": 2], in: folder).contains("is not UTF-8 text"))
    }

    @Test("what is no text file is an error that says so, and nothing waits")
    func hostile() throws {
        try folder.write("bad.bin", [0x66, 0xFF, 0xFE, 0x0A])
        try folder.write("nul", [0x61, 0x00, 0x62])
        try folder.write("short", "one\n")
        try folder.folder("sub")
        #expect(mkfifo(folder("fifo"), 0o644) == 0)
        #expect(symlink("loop", folder("loop")) == 0)
        for (path, message) in [
            ("bad.bin", "is not UTF-8 text"), ("nul", "is not UTF-8 text"), ("sub", "is a folder"),
            ("fifo", "neither a file nor a folder"), ("loop", "leads nowhere"), ("no", "does not exist"),
            ("short/x", "not a folder"), ("no\u{1B}[2J", #"\u{1B}[2J"#),
        ] {
            #expect(tool.fail(["path": .string(path)], in: folder).contains(message), "\(path)")
        }
        #expect(tool.fail(["path": "short", "offset": 2], in: folder).contains("has 1 lines"))
        #expect(tool.fail(["path": "short", "limit": 0], in: folder).contains("whole number"))
    }
}
