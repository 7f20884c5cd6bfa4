import Testing

@testable import Egress

@Suite("The server name of a TLS hello has one reading, or the hello is malformed")
struct ClientHelloTests {
    /// `[kind, length…]` with the bytes behind it.
    static func short(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes }

    static func name(_ text: String, kind: UInt8 = 0) -> [UInt8] {
        [0, 0] + short(short([kind] + short(Array(text.utf8))))
    }

    static func message(extensions: [UInt8]?) -> [UInt8] {
        let body: [UInt8] =
            [3, 3] + [UInt8](repeating: 7, count: 32) + [0] + short([0x13, 1]) + [1, 0] + (extensions.map(short) ?? [])
        return [1, 0, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    }

    static func record(_ bytes: some Collection<UInt8>, kind: UInt8 = 22) -> [UInt8] {
        [kind, 3, 1] + short(Array(bytes))
    }

    @Test("the name is found, in one record or in many")
    func finds() {
        let hello = Self.message(extensions: [0, 10, 0, 2, 0, 0] + Self.name("good.example") + [0xFF, 1, 0, 1, 0])
        #expect(ClientHello(Self.record(hello)) == .server("good.example"))
        for cut in 1..<hello.count {
            let records = Self.record(hello[..<cut]) + Self.record(hello[cut...])
            #expect(ClientHello(records) == .server("good.example"))
        }
        #expect(ClientHello(Self.record(hello) + [23, 3, 3, 0, 1, 0]) == .server("good.example"))
        #expect(ClientHello(Self.record(Self.message(extensions: [0, 10, 0, 2, 0, 0]))) == .server(nil))
        #expect(ClientHello(Self.record(Self.message(extensions: nil))) == .server(nil))
    }

    @Test("of a part nothing is said")
    func incomplete() {
        let whole = Self.record(Self.message(extensions: Self.name("good.example")))
        for length in 0..<whole.count { #expect(ClientHello(whole[..<length]) == .incomplete) }
    }

    @Test("what is no TLS is told from the first bytes", arguments: ["GET / HTTP/1.1", "SSH-2.0-x", "\u{16}x", "\0"])
    func other(text: String) { #expect(ClientHello(Array(text.utf8)) == .notTLS) }

    static let malformed: [(String, [UInt8])] = [
        ("two names of two extensions", record(message(extensions: name("good.example") + name("evil.example")))),
        (
            "two names of one extension",
            record(
                message(extensions: [0, 0] + short(short([0] + short(Array("a".utf8)) + [0] + short(Array("b".utf8))))))
        ),
        ("an empty name", record(message(extensions: name("")))),
        ("a name with a NUL", record(message(extensions: name("good.example\0.evil.example")))),
        ("a name of another kind", record(message(extensions: name("good.example", kind: 1)))),
        ("a byte behind it in the record", record(message(extensions: name("good.example")) + [0])),
        ("a second hello in the record", record(message(extensions: name("a.example")) + message(extensions: nil))),
        ("another message first", record([2, 0, 0, 0])),
        ("another kind of record in between", record([1, 0]) + record([0], kind: 21)),
        ("an empty record", record([])),
        ("a hello of a length that nobody sends", record([1, 1, 0, 0])),
    ]

    @Test("what two servers could read in two ways is malformed", arguments: malformed)
    func refuses(what: String, bytes: [UInt8]) { #expect(ClientHello(bytes) == .malformed) }

    @Test("whatever the bytes are there is an answer")
    func anything() {
        var random = SystemRandomNumberGenerator()
        let whole = Self.record(Self.message(extensions: Self.name("good.example") + [0, 10, 0, 2, 0, 0]))
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = ClientHello(bytes)
        }
    }
}
