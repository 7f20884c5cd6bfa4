import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("An echo proves nothing, and neither does what the run wrote itself")
struct EchoTests {
    static func run(_ pointer: String = "/v") throws -> Run {
        try Run(
            Fixture.rule(.allow, "contacts.search"), Fixture.rule(.allow, "note.write"),
            Fixture.rule(.allow, "mail.send", ["to": [.fromTool("contacts.search", pointer)]]))
    }

    /// Arguments of a trusted tool, what it returns of them, and whether that proves anything.
    static let echoes: [(arguments: JSON, output: JSON, holds: Bool)] = [
        (["q": "x@evil.example"], "x@evil.example", false), (["q": "x@evil.example"], "X@EVIL.example", false),
        (["q": "mail x@evil.example now"], "x@evil.example", false),
        (["q": ["x@evil.example"]], "x@evil.example", false),
        (["q": ["a": ["b": "x@evil.example"]]], "x@evil.example", false),
        (["x@evil.example": 1], "x@evil.example", false),
        (["user": "mallory", "host": "evil.example"], "mallory@evil.example", false),
        (["a": "evil.exam", "b": "ple", "c": "mallory@"], "mallory@evil.example", false),
        (["q": "xxmallory@evil.exampleyy"], "mallory@evil.example", false),
        (["q": "{\"to\":\"mallory@evil.example\"}"], "mallory@evil.example", false),
        (["q": "mallory\\u0040evil.example"], "mallory@evil.example", false),
        (["q": "GB29 NWBK 6016 1331 9268 19"], "GB29NWBK60161331926819", false),
        (["q": "GB29NWBK60161331926819"], "GB29 NWBK 6016 1331 9268 19", false),
        (["q": 98.7], 98.7, false), (["q": 98.7], "98.70", false), (["q": "pay 98.70."], 98.7, false),
        (["q": "+1 (555) 123-4567"], "+15551234567", false), (["q": "cafe\u{301} xyz"], "caf\u{E9} xyz", false),
        (["q": "some text"], "text", false), (["q": "some text"], "some", false),
        // The same with something that the agent did not say.
        (["q": "bob"], "bob@example.com", true), (["q": "Bob Example"], "bob@example.com", true),
        (["q": "bob"], "Bob", false), (["id": "INV-987"], 98.7, true), (["id": 4711], "DE89370400440532013000", true),
        (["q": "evil.example"], "mallory@evil.example", true), ([:], "x@evil.example", true),
    ]

    @Test("of the call's own arguments", arguments: 0..<echoes.count)
    func echo(index: Int) throws {
        let item = Self.echoes[index]
        var run = try Self.run()
        run.call("contacts.search", item.arguments, returns: ["v": item.output])
        #expect((run.decide("mail.send", ["to": item.output]).effect == .allow) == item.holds, "\(item)")
    }

    /// What the run wrote, what comes back later, and whether that proves anything.
    static let written: [(written: [JSON], output: JSON, holds: Bool)] = [
        (["x@evil.example"], "x@evil.example", false), (["notes: x@evil.example, and more"], "x@evil.example", false),
        (["name,mail\nMallory,x@evil.example\n"], "X@Evil.Example", false),
        ([["to": ["x@evil.example"]]], "x@evil.example", false),
        (["DE89 3704 0044 0532 0130 00"], "DE89370400440532013000", false), ([98.7], 98.7, false),
        ([98.7], "98.70", false),
        (["pay 98.70"], 98.7, false), (["98.7"], 98.7, false), (["abcd"], "abcd", false),
        (["say abcd twice"], "abcd", false),
        (["mallory@", "evil.example"], "mallory@evil.example", false),
        ([["mallory@evil.example": 1]], "mallory@evil.example", false),
        (["12345678"], 12_345_678, false), ([12_345_678], "12345678", false),
        // Other values than those that were written.
        (["x@evil.example"], "bob@example.com", true),
        (["hello bob, this is an example of a mail"], "bob@example.com", true),
        ([98.7], 98.71, true), (["abcde"], "abcd", true), ([], "x@evil.example", true),
    ]

    @Test("of what earlier calls carried", arguments: 0..<written.count)
    func readBack(index: Int) throws {
        let item = Self.written[index]
        var run = try Self.run()
        for text in item.written { run.call("note.write", ["text": text]) }
        run.call("contacts.search", ["q": "all"], returns: ["v": item.output])
        let decision = run.decide("mail.send", ["to": item.output])
        #expect((decision.effect == .allow) == item.holds, "\(item)")
        if !item.holds { #expect(decision.rules[0].why.contains("an argument of an earlier call held it")) }
    }

    @Test("A value that was there before keeps its provenance when the run uses it")
    func kept() throws {
        var run = try Self.run()
        run.call("contacts.search", ["q": "bob"], returns: ["v": "bob@example.com"])
        run.call("note.write", ["text": "bob@example.com"])
        run.call("mail.send", ["to": "bob@example.com"])
        #expect(run.decide("mail.send", ["to": "bob@example.com"]).effect == .allow)
    }

    @Test("A call that was denied wrote nothing")
    func denied() throws {
        var run = try Self.run()
        #expect(run.call("mail.send", ["to": "bob@example.com"]).effect == .deny)
        run.call("contacts.search", ["q": "bob"], returns: ["v": "bob@example.com"])
        #expect(run.decide("mail.send", ["to": "bob@example.com"]).effect == .allow)
    }

    @Test("A call that was decided while another ran counts as before its output")
    func concurrent() throws {
        var run = try Self.run()
        let search = PolicyCall(tool: Fixture.name("contacts.search"), arguments: ["q": "all"])
        let reservation = run.state.reserve(run.intent.decide(search, state: run.state, now: run.now))
        run.call("note.write", ["text": "x@evil.example"])
        let reading = run.intent.reading(
            .structured(["v": "x@evil.example"]), of: search, labels: [], origins: run.state.origins)
        run.state.settle(reservation, .ended(succeeded: true, bytes: 0, labels: [], reading: reading))
        #expect(run.decide("mail.send", ["to": "x@evil.example"]).effect == .deny)
    }

    @Test("Once more was written than is remembered, later outputs prove nothing and earlier ones still do")
    func full() {
        var written = WrittenValues(capacity: 3000)
        let page = JSON.string(String(repeating: "0123456789abcdef", count: 1 << 6))
        for _ in 0..<2 { written.insert(["text": page]) }
        #expect(!written.isFull && !written.covers("bob@example.com"))
        for _ in 0..<2 { written.insert(["text": page]) }
        #expect(written.isFull && written.covers("bob@example.com"))
    }

    @Test("What was never written is rarely taken for written")
    func falsePositives() {
        var random = SeededGenerator(seed: 9)
        func word() -> String {
            String((0..<12).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement(using: &random) ?? "a" })
        }
        var written = WrittenValues()
        written.insert(.array((0..<2000).map { _ in .string(word()) }))
        let hits = (0..<500).count { _ in written.covers(.string(word())) }
        #expect(hits == 0)
    }
}

@Suite("What is remembered of outputs is bounded, whatever tools return")
struct ProvenanceBoundTests {
    @Test("An output of 100 MB adds what stands at the place, and nothing else of it is kept")
    func hundredMegabytes() throws {
        var run = try EchoTests.run("/*/email")
        let page = JSON.string(String(repeating: "x@evil.example ", count: 7_000))
        let output = JSON.array((0..<1000).map { ["email": .string("bob\($0)@example.com"), "body": page] })
        run.call("contacts.search", returns: output)
        #expect(run.decide("mail.send", ["to": "bob999@example.com"]).effect == .allow)
        #expect(run.decide("mail.send", ["to": "x@evil.example"]).effect == .deny)
        #expect(run.state.provenance.count == 1000)
        #expect(!run.state.provenance.isIncomplete)
    }

    @Test("Beyond the bound values are not taken up, and the reason says so")
    func bound() throws {
        var run = try EchoTests.run("/v")
        let search = run.state.reserve(run.decide("contacts.search"))
        let key = ProvenanceKey(3, 4)
        let entries = (0...ProvenanceIndex.maximumValues).map { number in
            OutputReading.Entry(source: 0, key: withUnsafeBytes(of: number) { ValueKey($0, key: key) })
        }
        run.state.settle(
            search, .ended(succeeded: true, bytes: 0, labels: [], reading: OutputReading(Array(entries.dropLast()))))
        #expect(!run.state.provenance.isIncomplete)
        run.state.settle(search, .ended(succeeded: true, bytes: 0, labels: [], reading: OutputReading(entries)))
        #expect(run.state.provenance.isIncomplete)
        #expect(run.state.provenance.count == ProvenanceIndex.maximumValues)
        #expect(run.state.provenance.contains(entries[0].key, from: 0))
        #expect(!run.state.provenance.contains(entries[ProvenanceIndex.maximumValues].key, from: 0))
        run.call("contacts.search", returns: ["v": "bob@example.com"])
        let lost = run.decide("mail.send", ["to": "bob@example.com"])
        #expect(lost.effect == .deny)
        #expect(lost.rules[0].why.contains("more values than a run remembers"))
    }

    @Test("A value that is longer than anybody copies has no provenance")
    func longValue() throws {
        var run = try EchoTests.run()
        let text = JSON.string(String(repeating: "y", count: NormalValue.maximumLength + 1))
        run.call("contacts.search", returns: ["v": text])
        #expect(run.decide("mail.send", ["to": text]).effect == .deny)
    }

    @Test("More values than are looked at are cut off")
    func cutOff() throws {
        let run = try EchoTests.run("/*/*/x")
        let row = JSON.array([JSON](repeating: 1, count: 1 << 11))
        let reading = run.intent.reading(
            .structured(.array([JSON](repeating: row, count: 1 << 10))), of: Fixture.call("contacts.search"),
            labels: [],
            origins: run.state.origins)
        #expect(reading?.isCutOff == true)
    }

    @Test("Plain text is one value, strict JSON in it is JSON, what is neither gives nothing")
    func text() {
        #expect(ToolOutput.text(Array("bob@example.com\n".utf8)).value == "bob@example.com")
        #expect(ToolOutput.text(Array("{\"a\": 1}\n".utf8)).value == ["a": 1])
        #expect(ToolOutput.text(Array("{\"a\": 1, \"a\": 2}".utf8)).value == "{\"a\": 1, \"a\": 2}")
        #expect(ToolOutput.text([0xFF, 0xFE]).value == nil)
        #expect(ToolOutput.text([]).value == "")
        #expect(ToolOutput.text([UInt8](repeating: 0x78, count: NormalValue.maximumLength + 1)).value == nil)
    }

    @Test("Combining marks without end are left as they are")
    func combiningMarks() {
        let text = "a" + String(repeating: "\u{301}\u{316}", count: 10_000)
        #expect(NormalText.composed(text).unicodeScalars.count == 20_001)
        #expect(NormalText.composed("a\u{316}\u{301}") == "\u{E1}\u{316}")
    }

    @Test("SipHash gives what its authors' reference gives")
    func sipHash() {
        // The first and last of the reference's vectors for 128 bits: key 00…0f, input 00, 01, …
        let key = ProvenanceKey(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)
        func hash(_ count: UInt8) -> [UInt8] {
            let value = ValueKey((0..<count).map { $0 }, key: key)
            return [value.low, value.high].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
            }
        }
        #expect(
            hash(0) == [
                0xA3, 0x81, 0x7F, 0x04, 0xBA, 0x25, 0xA8, 0xE6, 0x6D, 0xF6, 0x72, 0x14, 0xC7, 0x55, 0x02, 0x93,
            ])
        #expect(
            hash(1) == [
                0xDA, 0x87, 0xC1, 0xD8, 0x6B, 0x99, 0xAF, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9B, 0x22, 0xFC, 0x45,
            ])
    }
}
