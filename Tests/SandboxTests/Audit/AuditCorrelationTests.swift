import Testing

@testable import Sandbox

@Suite("A refusal is the call's whose domain refused, and nobody else's")
struct AuditCorrelationTests {
    private static func records(_ texts: [(type: UInt16, serial: Int, text: String)]) -> [AuditRecord] {
        texts.compactMap { AuditRecord(type: $0.type, Array("audit(1.000:\($0.serial)): \($0.text)".utf8)) }
    }

    private func denial(_ serial: Int, _ domain: String, _ path: String) -> (UInt16, Int, String) {
        (1423, serial, "domain=\(domain) blockers=fs.read_file path=\"\(path)\" dev=\"vda\" ino=1")
    }

    private func domain(_ serial: Int, _ domain: String, _ name: String) -> (UInt16, Int, String) {
        (1424, serial, "domain=\(domain) status=allocated mode=enforcing pid=7 uid=0 exe=\"/x\" comm=\"\(name)\"")
    }

    private func call(_ serial: Int, _ flags: String = "80000") -> (UInt16, Int, String) {
        (
            1300, serial,
            "arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c a1=7f00\(serial) a2=\(flags) a3=0 key=(null)"
        )
    }

    private func correlation(_ names: [String], _ texts: [(UInt16, Int, String)]) -> AuditCorrelation {
        var correlation = AuditCorrelation { _ in [2] }
        for name in names { correlation.begin(name) }
        for record in Self.records(texts) { correlation.take(record) }
        return correlation
    }

    private func paths(_ findings: AuditFindings) -> [String] {
        findings.refusals.map { String(decoding: $0.shape.denial.path ?? [], as: UTF8.self) }
    }

    @Test func `two calls whose records come mixed get their own, system calls too`() throws {
        var both = correlation(
            ["one", "two"],
            [
                denial(1, "a", "/a"), denial(2, "b", "/b"), domain(2, "b", "two"), domain(1, "a", "one"),
                denial(3, "a", "/a"), call(2), call(1), denial(4, "b", "/c"), call(4, "0"), call(3),
            ])
        let one = both.end("one")
        #expect(paths(one) == ["/a"] && one.isComplete)
        let refusal = try #require(one.refusals.first)
        #expect(
            refusal.count == 2 && refusal.shape.call?.arguments == [2: 0x80000] && refusal.shape.call?.result == -13)
        let two = both.end("two")
        #expect(paths(two) == ["/b", "/c"] && two.refusals.allSatisfy { $0.count == 1 })
        #expect(both.size == 0)
    }

    @Test func `a domain of another name, and one that comes twice, is nobody's`() {
        var correlation = correlation(
            ["one"],
            [
                denial(1, "f", "/f"), domain(1, "f", "other"), call(1), denial(2, "f", "/g"), call(2),
                denial(3, "a", "/a"), domain(3, "a", "one"),
                // Attack: a domain beneath the call's that somehow has its name.
                denial(4, "c", "/c"), domain(4, "c", "one"),
            ])
        let one = correlation.end("one")
        #expect(paths(one) == ["/a"] && one.isComplete)
    }

    @Test func `without system calls a refusal is told all the same`() {
        var correlation = correlation(["one"], [denial(1, "a", "/a"), domain(2, "a", "one"), denial(3, "a", "/a")])
        let one = correlation.end("one")
        #expect(paths(one) == ["/a"] && one.refusals.first?.count == 2 && one.refusals.first?.shape.call == nil)
        #expect(one.isComplete)
    }

    @Test func `a flood is told in part, counted, and takes no more room`() {
        var correlation = correlation(["one"], [denial(1, "a", "/first"), domain(1, "a", "one"), call(1)])
        var largest = 0
        for serial in 2...20_000 {
            for record in Self.records([denial(serial, "a", "/\(serial)")]) { correlation.take(record) }
            if serial.isMultiple(of: 2) { for record in Self.records([call(serial)]) { correlation.take(record) } }
            largest = max(largest, correlation.size)
        }
        #expect(largest < 4 * AuditCorrelation.kept + 8, "\(largest)")
        let one = correlation.end("one")
        #expect(!one.isComplete)
        #expect(one.refusals.count <= 2 * AuditCorrelation.kept)
        #expect(one.refusals.reduce(0) { $0 + $1.count } == 20_000)
        #expect(paths(one).contains("/first"))
        #expect(correlation.size == 0)
    }

    @Test
    func `a flood of domains that are not known takes no more room, and whoever has none yet may have missed some`() {
        var correlation = correlation(["one", "two"], [denial(1, "a", "/a"), domain(1, "a", "one")])
        for serial in 2...5_000 {
            for record in Self.records([denial(serial, String(serial, radix: 16) + "0", "/x")]) {
                correlation.take(record)
            }
        }
        #expect(correlation.size <= AuditCorrelation.strangers + 8)
        for serial in 2...5_000 {
            for record in Self.records([domain(serial, String(serial, radix: 16) + "0", "x")]) {
                correlation.take(record)
            }
        }
        #expect(correlation.size <= AuditCorrelation.strangers + 8)
        #expect(correlation.end("one").isComplete)
        #expect(!correlation.end("two").isComplete)
    }

    @Test func `what was lost makes everybody's incomplete who is registered, and nobody's after`() {
        var correlation = correlation(["one"], [])
        correlation.lose()
        correlation.begin("two")
        #expect(!correlation.end("one").isComplete)
        #expect(correlation.end("two").isComplete)
        #expect(!correlation.end("two").isComplete, "of a call that nobody registered nothing is known")
    }
}
