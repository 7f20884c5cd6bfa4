import LinuxIO
import TestSupport
import Testing

@testable import Observe

@Suite("A secret is told by its form, and how long it lives by what it says itself")
struct SecretKindTests {
    @Test("a JWT ends when it says")
    func jwt() {
        // {"alg":"none"}.{"exp":1893456000}.
        let token = "eyJhbGciOiJub25lIn0.eyJleHAiOjE4OTM0NTYwMDB9.c2ln"
        #expect(SecretKind.of(token)?.expires?.description == "2030-01-01T00:00:00.000Z")
        #expect(SecretKind.of("eyJhbGciOiJub25lIn0.e30.c2ln")?.lifetime == "without an end (`exp`)")
        #expect(SecretKind.of("eyJhbGciOiJub25lIn0.!!!.c2ln") == nil)
    }

    @Test("a certificate ends when it says, whatever stands around it")
    func certificate() throws {
        let folder = try TemporaryFolder()
        let made = Command.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "10",
            "-subj", "/CN=a", "-keyout", folder("key"), "-out", folder("certificate"),
        ])
        try #require(made.status == 0)
        let kind = SecretKind.of(file: try folder.read("key") + folder.read("certificate"))
        let days = ((kind?.expires?.millisecondsSince1970 ?? 0) - Timestamp.now().millisecondsSince1970) / 86_400_000
        #expect(kind?.name == "a private key with its certificate" && (8...10).contains(days))
        #expect(SecretKind.of(file: try folder.read("key"))?.name == "a private key")
    }

    @Test("tokens with the prefix of their issuer are known, ordinary words are not")
    func prefixes() {
        #expect(SecretKind.of("ghp_0123456789abcdef0123456789abcdef0123")?.name == "a GitHub personal token")
        #expect(SecretKind.of("postgres://u:p@db.example/x")?.name == "a URL with a password in it")
        for plain in ["hello", "https://example.com/a@b:c", "sk-", "/usr/bin/git", "user@example.com:repo.git"] {
            #expect(SecretKind.of(plain) == nil, "\(plain)")
        }
        #expect(
            SecretKind.of(file: Array("github.com:\n  oauth_token: gho_0123456789abcdef\n".utf8))?.name
                == "a GitHub OAuth token")
    }

    @Test("names of variables and of files say what is kept there")
    func places() {
        #expect(KnownPlaces.isSecret(variable: "MY_API_KEY", value: "12345678"))
        #expect(!KnownPlaces.isSecret(variable: "PWD", value: "12345678"))
        #expect(!KnownPlaces.isSecret(variable: "SSL_CERT_PATH", value: "12345678"))
        #expect(KnownPlaces.purpose(of: "/home/a/.netrc", homes: ["/home/a"]) == "passwords of hosts")
        #expect(KnownPlaces.purpose(of: "/home/a/.ssh/id_ed25519", homes: ["/home/a"]) == "an SSH key")
        #expect(KnownPlaces.purpose(of: "/home/a/.ssh/id_ed25519.pub", homes: ["/home/a"]) == nil)
        #expect(KnownPlaces.purpose(of: "/home/b/.netrc", homes: ["/home/a"]) == nil)
    }

    @Test("the name in a query is read, and nothing else is a query")
    func query() {
        let query: [UInt8] =
            [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1] + Array("A".utf8) + [7] + Array("example".utf8) + [0, 0, 1, 0, 1]
        #expect(DNSQuery.name(in: query) == "a.example")
        for length in 0..<(query.count - 4) { #expect(DNSQuery.name(in: Array(query[..<length])) == nil) }
        #expect(DNSQuery.name(in: [UInt8](repeating: 0xC0, count: 64)) == nil)
        #expect(Watcher.host(in: "https://u:p@api.Example.com:8443/x") == "api.example.com")
        #expect(Watcher.host(in: "git@github.com:a/b.git") == "github.com")
        #expect(Watcher.host(in: "a.txt") == nil)
    }
}
