import StrictJSON
import TestSupport
import Testing

@Suite("A call connects to what its grants name, and to nothing else")
struct EgressTests {
    static let clients: [(String, String, [String], String)] = [
        ("curl", "curl -sS http://good.example/a.txt", ["http://good.example/x"], "hello from outside"),
        (
            "curl with TLS", "curl -sSk https://good.example/a.txt", ["https://good.example"], "hello from outside"
        ),
        (
            "Python", "python3 -c 'import urllib.request as r; print(r.urlopen(\"http://good.example/a.txt\").read())'",
            ["good.example:80"], "hello from outside"
        ),
        (
            "git", "cd /tmp && git clone -q http://good.example/repo.git r && git -C r log --oneline",
            ["GOOD.example.:80"], "first of the origin"
        ),
        ("an address by number", "curl -sS http://93.184.216.34/a.txt", ["93.184.216.34:80"], "hello from outside"),
        (
            "two destinations", "curl -sS http://good.example:8080/a.txt http://other.example/a.txt",
            ["good.example:8080", "other.example:80"], "hello from outside\nhello from outside"
        ),
        (
            "a client that ends its sending first",
            "python3 -c 'import socket as s; c = s.create_connection((\"good.example\", 7)); c.sendall(b\"x\" * 300000);"
                + " c.shutdown(s.SHUT_WR); print(c.recv(15))'",
            ["good.example:7"], "300000 bytes: x"
        ),
        (
            "a server that speaks first",
            "exec 3<>/dev/tcp/good.example/25; read -r a <&3; echo \"$a\"; echo bye >&3; read -r b <&3; echo \"$b\"",
            ["good.example:25"], "you said bye"
        ),
        (
            "much", "curl -sS http://good.example/large.bin | wc -c", ["good.example:80"], "4194304"
        ),
    ]

    @Test("programs work unmodified through the broker", arguments: clients, Person.possible)
    func works(client: (String, String, [String], String), person: Person) throws {
        let scene = try EgressScene(person)
        let result = try scene.run(client.1, to: client.2)
        #expect(result.written.contains(client.3), "\(client.0): \(result.encodedString())")
        #expect(result["outcome"]?["status"] == "succeeded")
        #expect(result.refusals == [:])
        let used = result["outcome"]?["egress"]?[0]
        #expect(used?["addresses"]?[0]?.stringValue?.hasPrefix("93.184.216.3") == true)
        #expect((used?["connections"]?.integerValue ?? 0) > 0 && (used?["down"]?.integerValue ?? 0) > 0)
    }

    /// Each with what must not be in its output.
    static let elsewhere: [(String, String, [String])] = [
        ("another port", "curl -sS -m 5 http://good.example:8080/a.txt", ["good.example:80"]),
        ("another host", "curl -sS -m 5 http://other.example/a.txt", ["good.example:80"]),
        ("an address that was not granted", "curl -sS -m 5 http://93.184.216.34/a.txt", ["good.example:80"]),
        ("another address", "curl -sS -m 5 http://93.184.216.35/a.txt", ["93.184.216.34:80"]),
        ("the host's loopback", "exec 3<>/dev/tcp/127.0.0.1/8000; cat <&3", ["good.example:80"]),
        ("the host's loopback by another address", "exec 3<>/dev/tcp/127.80.0.1/8000; cat <&3", ["good.example:80"]),
        ("a destination of the broker's for others", "exec 3<>/dev/tcp/127.80.0.2/80; cat <&3", ["good.example:80"]),
        (
            "UDP",
            "python3 -c 'import socket as s; u = s.socket(s.AF_INET, s.SOCK_DGRAM); u.settimeout(2);"
                + " u.sendto(bytes(12) + b\"\\x04good\\x07example\\0\\0\\1\\0\\1\", (\"127.0.0.1\", 53));"
                + " print(\"hello\", u.recv(99))'",
            ["good.example:80"]
        ),
        (
            "UDP to where its name leads",
            "python3 -c 'import socket as s; u = s.socket(s.AF_INET, s.SOCK_DGRAM); u.settimeout(2);"
                + " u.sendto(b\"x\", (\"good.example\", 80)); print(\"hello\", u.recv(99))'",
            ["good.example:80"]
        ),
        ("a name that no grant has", "getent hosts other.example && echo hello; exit 1", ["good.example:80"]),
        (
            "a redirect to another host", "curl -sSfL -m 5 http://good.example/elsewhere", ["good.example:80"]
        ),
        ("the host's name server", "exec 3<>/dev/tcp/93.184.216.34/53 && echo hello", ["good.example:80"]),
        ("nothing granted", "curl -sS -m 5 http://good.example/a.txt", []),
    ]

    @Test("everything else is nowhere", arguments: elsewhere, Person.possible)
    func isNowhere(attempt: (String, String, [String]), person: Person) throws {
        let scene = try EgressScene(person)
        let result = try scene.run(attempt.1, to: attempt.2)
        #expect(result["decision"] == "allow" && result["outcome"]?["status"] == "failed", "\(result.encodedString())")
        #expect(!result.written.contains("hello") && !result.written.contains("secret"), "\(result.encodedString())")
    }

    static let refused: [(String, String, [String], String)] = [
        ("a metadata service", "curl -sS -m 5 http://meta.example/", ["meta.example:80"], "address"),
        ("a private address", "curl -sS -m 5 http://private.example/", ["private.example:80"], "address"),
        ("the host's loopback by name", "curl -sS -m 5 http://near.example/", ["near.example:80"], "address"),
        ("the host's loopback by number", "curl -sS -m 5 http://127.0.0.1/", ["127.0.0.1:80"], "address"),
        ("loopback in IPv6", "curl -sS -m 5 'http://[::1]/'", ["[::1]:80"], "address"),
        ("IPv4 mapped into IPv6", "curl -sS -m 5 http://127.0.0.1/", ["[::ffff:127.0.0.1]:80"], "address"),
        (
            "another server name", "curl -sSk -m 5 --resolve other.example:443:127.80.0.1 https://other.example/a.txt",
            ["good.example:443"], "server-name"
        ),
        ("no server name", "curl -sSk -m 5 https://127.80.0.1/a.txt", ["good.example:443"], "server-name"),
        ("no TLS", "curl -sS -m 5 http://good.example:443/a.txt", ["good.example:443"], "not-tls"),
        (
            "another server name on another port", "curl -sSk -m 5 --connect-to ::127.80.0.1:80 https://other.example/",
            ["good.example:80"], "server-name"
        ),
    ]

    @Test("the broker refuses, closes and says why", arguments: refused, Person.possible)
    func isRefused(attempt: (String, String, [String], String), person: Person) throws {
        let scene = try EgressScene(person)
        let result = try scene.run(attempt.1, to: attempt.2)
        #expect(result["outcome"]?["status"] == "failed", "\(result.encodedString())")
        #expect(!result.written.contains("hello") && !result.written.contains("secret"))
        #expect(result.refusals == [attempt.3: 1], "\(result.encodedString())")
    }

    static let denied = [
        "good.example", "http://user@good.example/", "good.example:0", "http://good.example/%2e%2e%2f",
        "[fe80::1%25lo]:80",
        "good.example:80\r\nx", "good.example\0.evil.example:80", "http://good.example/a%2fb",
        "http://good.example/%00",
        "http://good.example/%0d%0aHost:evil", "http://good.example\\@evil.example/", "good.example%2f:80",
        "http://good.example:80@evil.example/", "127.1:80", "0x7f.0.0.1:80", "gopher://good.example/",
        "good.example:80/x",
    ]

    @Test("a text that names no one destination is denied before anything runs", arguments: denied)
    func isDenied(text: String) throws {
        let scene = try EgressScene(Person.possible[0])
        let result = try scene.run("true", to: [text])
        let isNamed = text.contains("\0") || result["code"] == "invalid-destination"
        #expect(result["decision"] == "deny" && isNamed, "\(result.encodedString())")
    }

    @Test("a range or an address of the manifest opens what is not public", arguments: Person.possible)
    func within(person: Person) throws {
        let scene = try EgressScene(person)
        let range = try scene.run(
            "exec 3<>/dev/tcp/near.example/8000; cat <&3", to: ["near.example:8000"], by: "net.near")
        #expect(range.written.contains("secret of the host"), "\(range.encodedString())")
        let outside = try scene.run("curl -sS -m 5 http://private.example/", to: ["private.example:80"], by: "net.near")
        #expect(outside.refusals == ["address": 1], "\(outside.encodedString())")
        let literal = try scene.run("exec 3<>/dev/tcp/127.0.0.1/8000; cat <&3", to: [], by: "net.literal")
        #expect(literal.written.contains("secret of the host"), "\(literal.encodedString())")
    }

    @Test("a name is resolved once a call, and what was checked is what is dialled")
    func rebinding() throws {
        let scene = try EgressScene(Person.possible[0])
        let result = try scene.run(
            "for i in 1 2 3; do curl -sS -m 5 http://rebind.example/a.txt; done", to: ["rebind.example:80"])
        #expect(result.written == String(repeating: "hello from outside\n", count: 3), "\(result.encodedString())")
        let queries = scene.file("queries").split(separator: "\n").filter { $0 == "rebind.example 1" }
        #expect(queries.count == 1)
        // The positive control: whoever resolves again is led to the loopback.
        let again = try scene.call(
            "net.run", ["script": "curl -sS -m 5 http://rebind.example/a.txt", "to": ["rebind.example:80"]],
            after: "call net.run \"$(cat arguments.json)\" >second.json")
        #expect(again["outcome"]?["status"] == "succeeded")
        let second = try JSON(parsing: scene.file("second.json"))
        #expect(second.refusals == ["address": 1], "\(second.encodedString())")
    }

    @Test("of a name's addresses only those are dialled that may be")
    func mixed() throws {
        let scene = try EgressScene(Person.possible[0])
        let result = try scene.run("curl -sS -m 5 http://mixed.example/a.txt", to: ["mixed.example:80"])
        #expect(result.written == "hello from outside\n", "\(result.encodedString())")
        #expect(result.egress("mixed.example:80")?["addresses"] == ["93.184.216.34"])
        #expect(result.refusals == ["address": 1])
    }

    @Test("http.get fetches a URL, and redirects lead nowhere by themselves", arguments: Person.possible)
    func httpGet(person: Person) throws {
        let scene = try EgressScene(person)
        let result = try scene.call("http.get", ["url": "http://good.example/a.txt"])
        #expect(result["outcome"]?["structured"]?["body"] == "hello from outside\n", "\(result.encodedString())")
        #expect(result["outcome"]?["structured"]?["status"] == 200)
        let folder = try scene.call("http.get", ["url": "http://good.example/repo.git"])
        #expect(folder["outcome"]?["structured"]?["status"] == 301, "\(folder.encodedString())")
        #expect(folder["outcome"]?["structured"]?["location"] == "http://good.example/repo.git/")
        let inside = try scene.call("http.get", ["url": "http://meta.example/latest"])
        #expect(inside.refusals == ["address": 1])
    }

    @Test("what a call did with its destinations is on record")
    func recorded() throws {
        let scene = try EgressScene(Person.possible[0])
        _ = try scene.run("curl -sS http://good.example/a.txt; curl -sSk https://good.example", to: ["good.example:80"])
        let call = try #require(try scene.scene.runs().last?["calls"]?[0])
        #expect(call["decided"]?["grants"] == [["connect": "good.example:80"]])
        let used = call["ended"]?["outcome"]?["egress"]?[0]
        #expect(used?["destination"] == "good.example:80" && used?["addresses"] == ["93.184.216.34"])
        #expect(used?["connections"] == 1 && (used?["up"]?.integerValue ?? 0) > 60)
    }
}
