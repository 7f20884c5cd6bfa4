import StrictJSON
import Testing

@testable import Policy

@Suite("A format asserts when it is asked to, and only then")
struct SchemaFormatTests {
    @Test(
        "A text has the format or not",
        arguments: [
            ("date-time", "2026-02-28T23:59:60Z", "2026-02-29T00:00:00Z"), ("date", "2024-02-29", "2100-02-29"),
            ("time", "00:00:00.5-01:30", "24:00:00Z"), ("duration", "P1DT2H", "P1Y1D"),
            ("email", "a.b@example.com", "a..b@example.com"), ("idn-email", "é@example.com", "a@@"),
            ("hostname", "xn--9n2bp8q.example", "a_b"), ("idn-hostname", "실례.example", "a\u{5D0}"),
            ("ipv4", "10.0.0.1", "010.0.0.1"), ("ipv6", "fe80::1", "fe80::1%eth0"), ("uri", "urn:a:b", "//a/b"),
            ("uri-reference", "../a?b#c", "a b"), ("iri", "http://é.example/", "é"), ("iri-reference", "é", "\\"),
            ("uri-template", "/a{?b*,c:3}", "/a{b"), ("json-pointer", "/a~1b", "a"),
            ("relative-json-pointer", "1/a", "01/a"), ("regex", "(?=a)\\1", "(a"),
            ("uuid", "2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08"),
        ])
    func formats(name: String, valid: String, invalid: String) throws {
        let schema: JSON = ["format": .string(name)]
        let asserting = try CompiledSchema.compile(schema, options: SchemaOptions(formats: .assert))
        #expect(asserting.accepts(.string(valid)))
        #expect(!asserting.accepts(.string(invalid)))
        #expect(asserting.accepts(1))
        #expect(try CompiledSchema.compile(schema).accepts(.string(invalid)))
    }

    @Test("A format that nobody knows is refused where it has to assert, unless strangers wrote it")
    func unknown() throws {
        let schema: JSON = ["format": "date-tme"]
        let error = #expect(throws: PolicyError.self) {
            try CompiledSchema.compile(schema, options: SchemaOptions(formats: .assert))
        }
        #expect(error?.remedy == "did you mean `date-time`?")
        let options = SchemaOptions(unknownKeywords: .annotate, formats: .assert)
        #expect(try CompiledSchema.compile(schema, options: options).accepts("x"))
        #expect(try CompiledSchema.compile(schema).accepts("x"))
    }

    @Test("All formats read any text", arguments: TextFormat.allCases)
    func hostile(format: TextFormat) {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2_000 { _ = format.admits(HostileTextTests.text(&random)) }
        for piece in HostileTextTests.pieces { _ = format.admits(String(repeating: piece, count: 5_000)) }
    }
}
