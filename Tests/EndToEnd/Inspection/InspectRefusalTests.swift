import StrictJSON
import TestSupport
import Testing

@Suite("Everything else is refused at an inspected destination, and on record")
struct InspectRefusalTests {
    /// What is tried, what comes back, and what is on record.
    static let attempts: [(String, String, String, String)] = [
        ("another path", "curl -sS -w '%{http_code}' https://origin.example/secret", "403", "request-not-granted"),
        (
            "another repository", "curl -sS -w '%{http_code}' https://origin.example/repos/octo/other", "403",
            "request-not-granted"
        ),
        (
            "a deeper public path", "curl -sS -w '%{http_code}' https://origin.example/public/a/b", "403",
            "request-not-granted"
        ),
        (
            "dots", "curl -sS --path-as-is -w '%{http_code}' https://origin.example/public/../secret", "400",
            "malformed-request"
        ),
        (
            "encoded dots", "curl -sS --path-as-is -w '%{http_code}' https://origin.example/public/%2e%2e/secret",
            "400",
            "malformed-request"
        ),
        (
            "an encoded slash", "curl -sS -w '%{http_code}' https://origin.example/public/%2fsecret", "400",
            "malformed-request"
        ),
        (
            "another method", "curl -sS -X DELETE -w '%{http_code}' https://origin.example/public/a", "403",
            "request-not-granted"
        ),
        (
            "another host in the request",
            "curl -sS --http1.1 -H 'Host: other.example' -w '%{http_code}' https://origin.example/public/a", "421",
            "host-header"
        ),
        (
            "another authority",
            "curl -sS --http2 -H 'Host: other.example' -w '%{http_code}' https://origin.example/public/a", "421",
            "host-header"
        ),
        (
            "a forbidden header", "curl -sS -H 'X-Debug: 1' -d a -w '%{http_code}' https://origin.example/upload",
            "403",
            "request-not-granted"
        ),
        (
            "a long body",
            "head -c 2000 /dev/zero | curl -sS --data-binary @- -w '%{http_code}' https://origin.example/upload",
            "413", "request-body"
        ),
        (
            "a long body without a length",
            "head -c 2000 /dev/zero | curl -sS -T - -X POST -w '%{http_code}' https://origin.example/upload", "413",
            "request-body"
        ),
        (
            "the target of a redirect", "curl -sSL -w '%{http_code}' https://origin.example/redirect", "403",
            "request-not-granted"
        ),
        (
            "another name in the hello",
            "curl -sSk --resolve other.example:443:127.80.0.1 https://other.example/public/a || echo no", "no",
            "server-name"
        ),
        ("no name in the hello", "curl -sSk https://127.80.0.1/public/a || echo no", "no", "server-name"),
        ("no TLS", "curl -sS http://origin.example:443/public/a || echo no", "no", "not-tls"),
        (
            "a proxy's CONNECT",
            "curl -sS -p --proxy-insecure -x https://origin.example https://other.example/ || echo no", "no",
            "host-header"
        ),
    ]

    @Test("what no rule covers", arguments: Person.possible)
    func refused(person: Person) throws {
        let scene = try InspectScene(person)
        for (name, script, output, reason) in Self.attempts {
            let result = try scene.run(script)
            #expect(result.written.contains(output), "\(name): \(result.encodedString())")
            #expect(result.refusals[reason] == 1 && result.refusals.count == 1, "\(name): \(result.encodedString())")
            #expect(try scene.received().allSatisfy { $0["target"] != "/secret" }, "\(name)")
        }
    }

    /// Each with what the tool is told of it.
    static let certificates: [(String, String, String, String)] = [
        ("nobody's authority", "web.strict", "origin.example:443", "no authority that is trusted here"),
        ("certified by itself", "web.any", "origin.example:8441", "certified by itself"),
        ("another's name", "web.any", "origin.example:8442", "for `elsewhere.example`, and not for `origin.example`"),
        ("expired", "web.any", "origin.example:8443", "has expired, at "),
    ]

    @Test("an origin that cannot prove who it is gets no request", arguments: Person.possible)
    func certificates(person: Person) throws {
        let scene = try InspectScene(person)
        for (name, tool, place, said) in Self.certificates {
            // Whatever the client itself would accept.
            let result = try scene.run(
                "curl -sSk -w '%{http_code}' https://\(place)/a", by: tool, to: ["https://\(place)"])
            #expect(result.written.contains("502"), "\(name): \(result.encodedString())")
            #expect(result.written.contains(said), "\(name): \(result.encodedString())")
            #expect(result.refusals == ["certificate": 1], "\(name): \(result.encodedString())")
            #expect(result.encodedString().ranges(of: said).count > 1, "\(name), on record: \(result.encodedString())")
            #expect(result.written.contains("`trust:`") == (tool == "web.strict" || place.hasSuffix("1")), "\(name)")
            #expect(try scene.received().isEmpty, "\(name)")
            // What the tool believes is its own business, and not that of the connection outside.
            let git = try scene.run(
                "cd /tmp && git -c http.sslVerify=false -c http.https://\(place)/.sslVerify=false clone -q "
                    + "https://\(place)/repo.git r 2>&1 || echo refused", by: tool, to: ["https://\(place)"])
            #expect(git.written.contains("refused"), "\(name): \(git.encodedString())")
            #expect((git.refusals["certificate"] ?? 0) > 0, "\(name): \(git.encodedString())")
            #expect(try scene.received().isEmpty, "\(name)")
        }
        let control = try scene.run(
            "curl -sS https://origin.example/a", by: "web.any", to: ["https://origin.example"])
        #expect(control.written.contains("hello GET /a"), "\(control.encodedString())")
    }

    @Test("the addresses of inspected destinations are held to the same policy", arguments: Person.possible)
    func addresses(person: Person) throws {
        let scene = try InspectScene(person)
        for place in ["https://meta.example", "https://near.example", "https://127.0.0.1", "http://near.example"] {
            let result = try scene.run("curl -sSk -m 5 -w '%{http_code}' \(place)/", by: "web.any", to: [place])
            #expect(result.refusals == ["address": 1], "\(place): \(result.encodedString())")
            #expect(result.encodedString().contains("`within`"), "\(place): \(result.encodedString())")
            #expect(!result.written.contains("secret of the host"), "\(place)")
        }
        // What is public to who checks and the loopback to who asks again.
        let rebinding = try scene.run(
            "for i in 1 2 3; do curl -sS http://rebind.example/a.txt; done", by: "web.any",
            to: ["http://rebind.example"])
        #expect(
            rebinding.written == String(repeating: "hello from outside\n", count: 3), "\(rebinding.encodedString())")
    }

    @Test("a call trusts the authority that was made for it, for its hosts, and nothing else has its key")
    func authority() throws {
        let scene = try InspectScene(Person.possible[0])
        let result = try scene.run(
            "openssl x509 -in $SSL_CERT_FILE -noout -text; grep -c BEGIN $SSL_CERT_FILE; ls -l /run/agentbox/files")
        #expect(result.written.contains("DNS:origin.example") && result.written.contains("CA:TRUE, pathlen:0"))
        #expect(result.written.contains("\n1\n"), "\(result.encodedString())")
        let both = try scene.run(
            "grep -c BEGIN $SSL_CERT_FILE; curl -sS http://good.example/a.txt https://origin.example/a", by: "web.both")
        #expect(
            both.written.contains("hello from outside\nhello GET /a\n") && !both.written.hasPrefix("1\n"), "\(both)")
        #expect(
            both.egress("good.example:80")?["requests"] == nil && both.egress("origin.example:443")?["requests"] == 1)
    }
}
