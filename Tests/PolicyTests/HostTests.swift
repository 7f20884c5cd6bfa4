import Testing

@testable import Hosts
@testable import Policy

@Suite("A host is read one way, or refused")
struct HostTests {
    @Test(
        "Texts that name one host come out the same",
        arguments: [
            ("example.com", "example.com"),
            ("EXAMPLE.com.", "example.com"),
            ("example.com:8443", "example.com"),
            ("localhost", "localhost"),
            ("my_host.internal", "my_host.internal"),
            ("https://Example.COM/a?b#c", "example.com"),
            ("HTTPS://example.com", "example.com"),
            ("https://example.com:443", "example.com"),
            ("https://example.com./", "example.com"),
            ("https://example.com?a=b", "example.com"),
            ("https://example.com#top", "example.com"),
            ("https://example.com/a@b", "example.com"),
            ("https://example.com/caf\u{E9}", "example.com"),
            ("https://example.com/%2e%2e", "example.com"),
            ("https://example.com//evil.example/", "example.com"),
            ("ssh://git.example.com:22/a.git", "git.example.com"),
            ("git+ssh://git.example.com/a.git", "git.example.com"),
            ("git://example.com/a", "example.com"),
            ("10.0.0.1", "10.0.0.1"),
            ("http://10.0.0.1:80/", "10.0.0.1"),
            ("255.255.255.255", "255.255.255.255"),
            ("::1", "0:0:0:0:0:0:0:1"),
            ("[::1]", "0:0:0:0:0:0:0:1"),
            ("[::1]:443", "0:0:0:0:0:0:0:1"),
            ("http://[2001:DB8::1]:8080/x", "2001:db8:0:0:0:0:0:1"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::", "0:0:0:0:0:0:0:0"),
            ("[::ffff:10.0.0.1]", "10.0.0.1"),
            ("[::ffff:a00:1]", "10.0.0.1"),
            ("64:ff9b::10.0.0.1", "64:ff9b:0:0:0:0:a00:1"),
            ("b\u{75}cher.example", "bucher.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("xn--fiqs8s", "xn--fiqs8s"),
            ("xn--e1afmkfd", "xn--e1afmkfd"),
            ("xn--9ca4760b", "xn--9ca4760b"),
            ("1.2.3.4e0", "1.2.3.4e0"),
            ("1.2.3.4.example", "1.2.3.4.example"),
            ("0x7f.example", "0x7f.example"),
            ("a.b.c.d.e.f", "a.b.c.d.e.f"),
        ])
    func accepted(text: String, host: String) throws {
        #expect(try HostArgument.parse(text).description == host)
    }

    @Test(
        "Texts that some client reads otherwise are refused",
        arguments: [
            // Nothing, or nothing that is a host.
            "", ".", "..", "a..b", ".example.com", "example.com..", "http://", "http:///etc/passwd", "https:///x",
            "http:example.com", "http:/example.com", "//example.com/x", "/etc/passwd", "example.com/path",
            "file:///etc/passwd", "file://host/x", "javascript://example.com/%0aalert(1)", "data:text/html,x",
            "mailto:a@example.com", "gopher://example.com/", "unix:///run/x.sock", "http+unix://example.com/",
            "://example.com", "1http://example.com", "ht tp://example.com",
            // User information and what looks like it.
            "https://user@example.com/", "https://user:pw@example.com/", "https://example.com@evil.example/",
            "https://example.com:80@evil.example/", "https://@example.com/", "git@example.com:a/b.git",
            "https://example.com?@evil.example/", "https://example.com#@evil.example/", "user@example.com",
            // A backslash is a slash to browsers.
            "https://example.com\\@evil.example/", "https:\\\\example.com\\", "https://example.com\\.evil.example/",
            "https://example.com/a\\b", "example.com\\x",
            // Controls and spaces are dropped by some.
            "exam\u{0}ple.com", "https://example.com\u{0}.evil.example/", "https://exa\tmple.com/", "exam\nple.com",
            "https://example.com/a\r\nHost: evil", " example.com", "example.com ", "https://example.com /",
            "exam\u{7F}ple.com",
            // Percent-encoding.
            "https://ex%61mple.com/", "https://example.com%2f@evil.example/", "%31%30.0.0.1", "https://%00/",
            "[fe80::1%25eth0]", "fe80::1%eth0", "http://[fe80::1%eth0]/",
            // Ports.
            "example.com:", "example.com:0", "example.com:65536", "example.com:080", "example.com:+80",
            "example.com:80:80", "example.com:http", "example.com:99999", "https://example.com:/", "[::1]:", "[::1]80",
            "[::1]:x", "example.com:-1", "example.com:\u{661}",
            // IPv4 that is read as octal, hexadecimal or short.
            "0177.0.0.1", "010.0.0.1", "0x7f.0.0.1", "0x7f000001", "0X7F000001", "2130706433", "017700000001", "127.1",
            "127.0.1", "127.0.0.1.", "1.2.3.4.5", "1.2.3", "256.0.0.1", "1.2.3.999", "1.2.3.04", "1.2.3.", "1..2.3",
            "0", "1", "0x", "example.1", "example.0x10", "http://0/", "http://0x7f.1/", "+1.2.3.4",
            // IPv6.
            "[::1", "::1]", "[]", "[1.2.3.4]", "[example.com]", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7:8::", "12345::", "::g", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "::1.2.3", "::1.2.3.4:5",
            "::01.2.3.4", "[::ffff:0x7f.1]", "[v1.a]", "::\u{FF11}",
            // Labels.
            "-example.com", "example-.com", "exa mple.com", "exam!ple.com", "exam*ple.com", "*.example.com", "a,b",
            "a;b", "a|b", "(a)", "a&b", "a=b", "a'b", "a\"b", "<a>", "a^b", "a`b", "{a}", "ex~ample.com", "ab--cd.com",
            // Beyond ASCII: look-alikes of letters, dots, slashes and digits.
            "b\u{FC}cher.example", "ex\u{430}mple.com", "\u{FF45}xample.com", "example\u{3002}com",
            "example\u{FF0E}com", "example.com\u{FF0F}evil", "example.com\u{2044}evil", "\u{2460}.0.0.1",
            "\u{212A}elvin.example", "stra\u{DF}e.example", "\u{17F}.example", "exam\u{AD}ple.com",
            "exam\u{200B}ple.com", "example.com\u{202E}moc", "\u{FEFF}example.com", "https://ex\u{430}mple.com/",
            // xn-- that stands for nothing, for ASCII, or for what a mapping would change.
            "xn--", "xn--a", "xn--example-", "xn--abc-", "xn--99999999", "xn--\u{FC}", "xn--0", "xn---epa",
            "xn--.example", "xn--a-ecp.ru", "xn--bcher-kva8", "xn--ab", "xn--a.b-", "xn--zzzzzzzzzzzzzzzzzz",
            // Fullwidth, ligature, long s, a mark in front, upper case, zero width, emoji, mathematical.
            "xn--xample-hy68a", "xn--jm6c", "xn--kha", "xn--a-wbb", "xn--wca", "xn--ab-g1t", "xn--e28h", "xn--gz1h",
        ])
    func refused(text: String) {
        #expect(throws: HostRefusal.self) { try HostArgument.parse(text) }
    }

    @Test("Lengths are those of DNS")
    func lengths() throws {
        let label = String(repeating: "a", count: 63)
        let longest = [label, label, label, String(repeating: "b", count: 61)].joined(separator: ".")
        #expect(longest.utf8.count == 253)
        #expect(try HostArgument.parse(longest) == .name(longest))
        #expect(throws: HostRefusal.self) { try HostArgument.parse(longest + "c") }
        #expect(throws: HostRefusal.self) { try HostArgument.parse(label + "a.example") }
        #expect(throws: HostRefusal.self) {
            try HostArgument.parse("https://example.com/" + String(repeating: "a", count: 9000))
        }
    }

    @Test(
        "A pattern covers what it names",
        arguments: [
            ("example.com", "example.com", true),
            ("EXAMPLE.com.", "example.com", true),
            ("example.com", "www.example.com", false),
            ("example.com", "example.com.evil.example", false),
            ("*.example.com", "www.example.com", true),
            ("*.example.com", "a.b.example.com", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", "evilexample.com", false),
            ("*.example.com", "www.example.com.", true),
            ("10.0.0.1", "http://10.0.0.1/", true),
            ("10.0.0.1", "http://[::ffff:a00:1]/", true),
            ("10.0.0.1", "10.0.0.2", false),
            ("::1", "http://[0:0::1]/", true),
            ("*.example.com", "10.0.0.1", false),
            ("xn--bcher-kva.example", "https://XN--bcher-KVA.example/", true),
        ])
    func patterns(pattern: String, text: String, covers: Bool) throws {
        #expect(try HostPattern(pattern).covers(HostArgument.parse(text)) == covers)
    }

    @Test(
        "A pattern that means nothing is refused",
        arguments: [
            "", "*", "*.", "**.example.com", "*example.com", "a.*.com", "www.*", "*.10.0.0.1", "*.::1", "https://a.com",
            "example.com:443", "[::1]", "b\u{FC}cher.example", "user@example.com", "example.com/",
        ])
    func badPatterns(pattern: String) {
        #expect(throws: HostRefusal.self) { try HostPattern(pattern) }
    }
}
