import StrictJSON
import Testing

@testable import Policy
@testable import Replay

@Suite("A trace is read line by line")
struct TraceReaderTests {
    @Test("blank lines count and are no calls; the last line needs no line feed; line ends of Windows do")
    func lines() throws {
        let text = "\n{\"tool\":\"a\"}\r\n  \n{\"tool\":\"b\",\"args\":{\"x\":1}}"
        try Scene.withFile(text) { path in
            var reader = try TraceReader(path)
            let first = try reader.next()
            #expect(first?.tool == "a")
            #expect(first?.arguments == [:])
            #expect(reader.line == 2)
            let second = try reader.next()
            #expect(second?.arguments == ["x": 1])
            #expect(reader.line == 4)
            #expect(try reader.next() == nil)
        }
    }

    static let wrong: [(String, String)] = [
        ("{\"tool\":\"a\",\"tool\":\"b\"}", "not strict JSON"), ("[]", "expected an object"), ("{}", "`tool`"),
        ("{\"tool\":7}", "`tool`"), ("{\"tool\":\"a\",\"expect\":\"maybe\"}", "`expect`"),
        ("{\"tool\":\"a\",\"labels\":\"untrusted\"}", "`labels`"), ("{\"tool\":\"a\",\"labels\":[1]}", "`labels`"),
        ("{\"tool\":\"a\",\"at\":\"yesterday\"}", "`at`"), ("{\"tool\":\"a\",\"attack\":1}", "`attack`"),
        ("{\"tool\":\"a\"} x", "not strict JSON"),
    ]

    @Test("what is no recorded call is an error that names file and line", arguments: wrong)
    func errors(line: String, message: String) throws {
        try Scene.withFile("{\"tool\":\"a\"}\n\n" + line) { path in
            var reader = try TraceReader(path)
            _ = try reader.next()
            do {
                _ = try reader.next()
                Issue.record("`\(line)` was read")
            } catch let error as ReplayError {
                #expect(error.message.hasPrefix("\(path):3: "))
                #expect(error.message.contains(message))
            }
        }
    }

    @Test("lines longer than a piece that is read come whole")
    func longLines() throws {
        let long = String(repeating: "x", count: 700_000)
        let line = "{\"tool\":\"a\",\"result\":\"\(long)\"}\n"
        try Scene.withFile(line + "{\"tool\":\"b\"}\n" + line) { path in
            var reader = try TraceReader(path)
            #expect(try reader.next()?.result?.stringValue?.utf8.count == 700_000)
            #expect(try reader.next()?.tool == "b")
            #expect(try reader.next()?.result?.stringValue?.utf8.count == 700_000)
            #expect(try reader.next() == nil)
        }
    }

    @Test("a moment may have a fraction and an offset")
    func moments() throws {
        let call = try RecordedCall(parsing: Array(#"{"tool":"a","at":"2027-01-15T09:00:00.25+01:00"}"#.utf8))
        #expect(call.time == Instant(secondsSince1970: 1_800_000_000, nanoseconds: 250_000_000))
    }

    @Test("members that nobody reads are named")
    func unread() throws {
        let call = try RecordedCall(parsing: Array(#"{"tool":"a","expects":"deny","args":{}}"#.utf8))
        #expect(call.unread == ["expects"])
    }

    @Test(
        "a result is addressed by what it holds",
        arguments: [
            ("{\"a\":1}", "{\"a\":1}"), ("\"plain text\"", "\"plain text\""), (#""{\"a\":1}""#, "{\"a\":1}"),
            (#""[1,2] and more""#, #""[1,2] and more""#),
            (#"{"content":[{"type":"text","text":"x"}],"structuredContent":{"a":1}}"#, "{\"a\":1}"),
            (#"{"content":[{"type":"text","text":"{\"a\":1}"}],"isError":false}"#, "{\"a\":1}"),
            (#"{"content":[{"type":"text","text":"hello"}]}"#, "\"hello\""),
            (#"{"content":["chapter one"],"title":"a book"}"#, #"{"content":["chapter one"],"title":"a book"}"#),
        ])
    func results(recorded: String, addressed: String) throws {
        #expect(StructuredResult.of(try JSON(parsing: recorded)) == (try JSON(parsing: addressed)))
    }
}
