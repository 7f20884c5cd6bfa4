import Hosts
import Testing

@testable import Egress

@Suite("A name leads to public addresses, and to what its grant opens besides")
struct AddressPolicyTests {
    static let refused = [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
        "169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1",
        "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
        "255.255.255.255", "168.63.129.16", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::",
        "2002:a9fe:a9fe::", "2002:a00:1::5", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "febf::1",
        "fec0::1", "ff02::1", "4000::1", "1fff::1",
    ]

    @Test("what is not public is refused", arguments: refused)
    func refuses(text: String) throws {
        let address = try IPAddress(text)
        #expect(AddressPolicy.refusal(of: address, opened: []) != nil)
        // The positive control: named by the grant it may be dialled.
        #expect(AddressPolicy.refusal(of: address, opened: [AddressRange(address)]) == nil)
    }

    static let allowed = [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.1", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "223.255.255.255",
        "2606:2800:220:1::1", "2a00:1450::1", "64:ff9b::93.184.216.34", "2002:5db8:d822::1",
    ]

    @Test("what is public is not", arguments: allowed)
    func allows(text: String) throws {
        #expect(AddressPolicy.refusal(of: try IPAddress(text), opened: []) == nil)
    }

    @Test("a range opens what is in it and nothing else")
    func ranges() throws {
        let opened = [try AddressRange("10.0.0.0/8")]
        #expect(AddressPolicy.refusal(of: try IPAddress("10.9.9.9"), opened: opened) == nil)
        #expect(AddressPolicy.refusal(of: try IPAddress("64:ff9b::10.9.9.9"), opened: opened) == nil)
        #expect(AddressPolicy.refusal(of: try IPAddress("127.0.0.1"), opened: opened) == "loopback")
        #expect(AddressPolicy.refusal(of: try IPAddress("169.254.169.254"), opened: opened) == "a metadata service")
    }
}
