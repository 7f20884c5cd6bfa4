import Testing

@testable import Hosts

@Suite("A destination is one host and one port, however it is written")
struct DestinationTests {
    static let read: [(String, String)] = [
        ("api.example.com:443", "api.example.com:443"), ("API.Example.COM.:443", "api.example.com:443"),
        ("https://api.example.com/v1?x=%2f", "api.example.com:443"), ("http://example.com", "example.com:80"),
        ("HTTP://example.com:8080/", "example.com:8080"), ("10.0.0.1:80", "10.0.0.1:80"),
        ("[2001:DB8:0::1]:80", "[2001:db8::1]:80"), ("[::ffff:10.0.0.1]:80", "10.0.0.1:80"),
        ("postgres://db.example/x", "db.example:5432"), ("xn--bcher-kva.example:443", "xn--bcher-kva.example:443"),
    ]

    @Test("what is read", arguments: read)
    func reads(text: String, destination: String) throws {
        #expect(try Destination(text).description == destination)
    }

    static let refused = [
        "", "example.com", "example.com:", "example.com:0", "example.com:65536", "example.com:080", "example.com:80x",
        "a\0.example:80", "a.example:80\r\n", "user@example.com:80", "http://user:pw@example.com/",
        "http://good.example\\@evil.example/", "[fe80::1%25eth0]:80", "[fe80::1%eth0]:80", "::1:80", "[::1]",
        "http://example.com/a%2Fb", "http://example.com/a%5cb", "http://example.com/%00", "http://example.com/%0d%0ax",
        "http://ex%61mple.com/", "0x7f.1:80", "127.1:80", "0177.0.0.1:80", "bücher.example:443", "file:///etc/passwd",
        "dns://example.com", "*.example.com:80", "a..example:80",
    ]

    @Test("what is refused", arguments: refused)
    func refuses(text: String) {
        #expect(throws: HostRefusal.self) { try Destination(text) }
    }
}
