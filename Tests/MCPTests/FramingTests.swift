import Testing

@testable import MCP

@Suite("A stream of bytes becomes lines, however it is cut")
struct FramingTests {
    private static func lines(_ chunks: [[UInt8]], limit: Int = 100) -> [LineFramer.Line] {
        var framer = LineFramer(limit: limit)
        var lines: [LineFramer.Line] = []
        for chunk in chunks {
            framer.append(chunk[...])
            while let line = framer.next() { lines.append(line) }
        }
        if let line = framer.finish() { lines.append(line) }
        return lines
    }

    private static func text(_ text: String) -> LineFramer.Line { .bytes(Array(text.utf8)) }

    @Test("Lines are the same for every way to cut the stream") func chunking() {
        var random = SystemRandomNumberGenerator()
        let long = String(repeating: "x", count: 150)
        let stream = Array("one\n\ntwo\r\n \t\r\n\(long)\nthree\n\(long)\(long)\nfour".utf8)
        let expected: [LineFramer.Line] = [
            Self.text("one"), Self.text("two\r"), .oversize, Self.text("three"), .oversize, Self.text("four"),
        ]
        #expect(Self.lines([stream]) == expected)
        #expect(Self.lines(stream.map { [$0] }) == expected)
        for _ in 0..<2000 {
            var chunks: [[UInt8]] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...min(rest.count, 40), using: &random)
                chunks.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(Self.lines(chunks) == expected)
        }
    }

    @Test("A line of exactly the limit passes, one byte more does not", arguments: [99, 100, 101])
    func limit(_ count: Int) {
        let line = [UInt8](repeating: 0x61, count: count)
        #expect(Self.lines([line + [0x0a]]) == [count > 100 ? .oversize : .bytes(line)])
        #expect(Self.lines([line]) == [count > 100 ? .oversize : .bytes(line)])
    }

    @Test("An endless line is reported once and not kept") func endless() {
        var framer = LineFramer(limit: 1000)
        var reports = 0
        for _ in 0..<10_000 {
            framer.append([UInt8](repeating: 0x61, count: 997)[...])
            while let line = framer.next() {
                #expect(line == .oversize)
                reports += 1
            }
            #expect(framer.held < 3000)
        }
        framer.append([0x0a, 0x62, 0x0a])
        #expect(reports == 1)
        #expect(framer.next() == Self.text("b"))
        #expect(framer.finish() == nil)
    }
}
