import Testing

@testable import Policy

@Suite("CEL's addresses and ranges are read strictly")
struct CELNetworkTests {
    @Test(
        "An address has one text",
        arguments: [
            ("192.168.0.1", "192.168.0.1", 4), ("2001:DB8::68", "2001:db8::68", 6), ("::", "::", 6), ("::1", "::1", 6),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", 6), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", 6),
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3", 6), ("0:0:0:0:0:0:0:1", "::1", 6), ("1::", "1::", 6),
            ("::ffff:c0a8:1", "192.168.0.1", 4), ("64:ff9b::1.2.3.4", "64:ff9b::102:304", 6),
            ("0001:0002:0003:0004:0005:0006:0007:0008", "1:2:3:4:5:6:7:8", 6),
        ])
    func text(text: String, expected: String, family: Int64) throws {
        let address = try CELIP(text)
        #expect(address.text == expected)
        #expect(address.family == family)
        #expect(try CELIP(expected) == address)
        #expect(try CELIP.isCanonical(text) == (text == expected))
    }

    @Test(
        "What is not an address, has a zone or dots after a mapped prefix is refused",
        arguments: [
            "", "192.168.0.1.0", "192.168.0", "192.168.0.01", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "127.1",
            "256.0.0.1",
            "2001:db8:::68", "fe80::1%en0", "::ffff:192.168.0.1", "[::1]", "1::2::3", "12345::", ":1", "1:", " ::1",
            "::1 ",
            "1.2.3.4/32", "\u{661}.1.1.1", "1.2.3.4\0", "::g", "localhost", String(repeating: ":", count: 1 << 20),
        ])
    func refused(text: String) {
        #expect(!CELIP.isIP(text))
        #expect(throws: CELFunctionError.self) { try CELIP(text) }
        #expect(throws: CELFunctionError.self) { try CELIP.isCanonical(text) }
    }

    @Test(
        "An address is of its kinds",
        arguments: [
            ("0.0.0.0", "U"), ("::", "U"), ("127.0.0.1", "L"), ("127.255.0.1", "L"), ("::1", "L"), ("1.2.3.4", "G"),
            ("192.168.0.1", "G"), ("10.0.0.1", "G"), ("255.255.255.255", ""), ("224.0.0.1", "M"), ("224.0.1.1", ""),
            ("239.1.1.1", ""), ("169.254.169.254", "S"), ("169.255.0.1", "G"), ("2001:db8::abcd", "G"), ("ff00::1", ""),
            ("ff02::1", "M"), ("ff12::1", "M"), ("ff05::1", ""), ("fe80::1", "S"), ("febf::1", "S"), ("fec0::1", "G"),
            ("fd00::1", "G"), ("fd80::1", "G"), ("::2", "G"), ("::ffff:7f00:1", "L"), ("::ffff:a9fe:a9fe", "S"),
        ])
    func kinds(text: String, expected: String) throws {
        let address = try CELIP(text)
        let kinds = [
            (address.isUnspecified, "U"), (address.isLoopback, "L"), (address.isGlobalUnicast, "G"),
            (address.isLinkLocalMulticast, "M"), (address.isLinkLocalUnicast, "S"),
        ]
        #expect(kinds.filter(\.0).map(\.1).joined() == expected)
    }

    @Test(
        "A range keeps its address and is masked on request",
        arguments: [
            ("192.168.0.1/24", "192.168.0.1/24", "192.168.0.0/24", 24), ("10.0.0.0/8", "10.0.0.0/8", "10.0.0.0/8", 8),
            ("2001:DB8::1/32", "2001:db8::1/32", "2001:db8::/32", 32), ("1.2.3.4/0", "1.2.3.4/0", "0.0.0.0/0", 0),
            ("::1/128", "::1/128", "::1/128", 128), ("ffff::/0", "ffff::/0", "::/0", 0),
        ])
    func range(text: String, written: String, masked: String, prefix: Int64) throws {
        let range = try CELCIDR(text)
        #expect(range.text == written)
        #expect(range.masked.text == masked)
        #expect(range.prefixLength == prefix)
        #expect(try range.masked == CELCIDR(masked))
        #expect((range == range.masked) == (written == masked))
        #expect(try range.ip == CELIP(String(text.prefix { $0 != "/" })))
    }

    @Test(
        "What is not a range is refused",
        arguments: [
            "", "/", "192.168.0.0", "192.168.0.0/", "192.168.0.0/33", "192.168.0.0/024", "192.168.0.0/-1",
            "192.168.0.0/+8",
            "192.168.0.0/8/8", "fe80::1%en0/24", "::ffff:192.168.0.1/24", "::ffff:c0a8:1/120", "::/129", "::/a",
            "10.0.0.0 /8",
            String(repeating: "/", count: 1 << 20),
        ])
    func refusedRange(text: String) {
        #expect(!CELCIDR.isCIDR(text))
        #expect(throws: CELFunctionError.self) { try CELCIDR(text) }
    }

    @Test(
        "A range contains addresses and ranges of its family",
        arguments: [
            ("192.168.0.0/24", "192.168.0.1", true), ("192.168.0.9/24", "192.168.0.1", true),
            ("192.168.0.0/24", "192.168.1.1", false), ("192.168.0.0/24", "192.168.0.0/25", true),
            ("192.168.0.0/24", "192.168.0.1/32", true), ("192.168.0.0/24", "192.168.0.0/23", false),
            ("10.0.0.0/8", "10.0.0.0/8", true), ("10.0.0.0/8", "11.0.0.0/16", false),
            ("2001:db8::/32", "192.168.1.1", false), ("192.168.1.1/32", "2001:db8::1", false),
            ("0.0.0.0/0", "::/0", false),
            ("::/0", "0.0.0.0/0", false), ("2001:db8::/32", "2001:db8::/33", true),
            ("10.0.0.0/8", "::ffff:a01:203", true),
            ("0.0.0.0/0", "255.255.255.255", true), ("::/0", "::1", true),
        ])
    func contains(range: String, other: String, expected: Bool) throws {
        let range = try CELCIDR(range)
        let answer = try other.contains("/") ? range.contains(CELCIDR(other)) : range.contains(CELIP(other))
        #expect(answer == expected)
    }
}
