import Testing

@testable import Hosts
@testable import Policy

@Suite("An address range holds the addresses of its prefix")
struct AddressRangeTests {
    @Test(
        "Addresses lie in a range or not",
        arguments: [
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "::1", true),
            ("::/0", "127.0.0.1", false),
            ("::/0", "::ffff:127.0.0.1", false),
            ("192.168.1.7", "192.168.1.7", true),
            ("192.168.1.7", "192.168.1.8", false),
            ("192.168.1.6/31", "192.168.1.7", true),
            ("fd00::/8", "fdff::1", true),
            ("fd00::/8", "fe00::1", false),
            ("2001:db8::/127", "2001:db8::1", true),
            ("2001:db8::/127", "2001:db8::2", false),
            ("::1/128", "::1", true),
        ])
    func contains(range: String, address: String, expected: Bool) throws {
        #expect(try AddressRange(range).contains(IPAddress(address)) == expected)
    }

    @Test(
        "A range that is not one is refused",
        arguments: [
            "", "10.0.0.0/", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.1/8", "10.0.0.0/8/8", "10/8",
            "10.0.0/8", "::/129", "::1/127", "fd00::/", "::ffff:10.0.0.0/104", "example.com", "10.0.0.0/a",
            "0x0a.0.0.0/8",
            "10.0.0.0 /8", "10.0.0.0/\u{668}", "[::1]/128",
        ])
    func refused(range: String) {
        #expect(throws: HostRefusal.self) { try AddressRange(range) }
    }
}
