import StrictJSON
import TestSupport
import Testing

@Suite("Programs that insist on a proxy have one, and it leads to what the call's grants name")
struct ProxyTests {
    static let programs: [(String, String, [String], String)] = [
        ("HTTP, by the variable", "curl -sS http://good.example/a.txt", ["good.example:80"], "hello from outside"),
        ("CONNECT, by the variable", "curl -sS https://good.example/a.txt", ["good.example:443"], "hello from outside"),
        (
            "CONNECT without TLS", "curl -sSp -x $HTTP_PROXY http://good.example/a.txt", ["good.example:80"],
            "hello from outside"
        ),
        (
            "SOCKS5 with a name", "env -u http_proxy curl -sS -x $ALL_PROXY http://good.example/a.txt",
            ["good.example:80"],
            "hello from outside"
        ),
        (
            "SOCKS5 with TLS", "curl -sS -x $ALL_PROXY https://good.example/a.txt", ["good.example:443"],
            "hello from outside"
        ),
        (
            "SOCKS5 with the address that the name has inside",
            "curl -sS -x socks5://${ALL_PROXY#socks5h://} https://good.example/a.txt", ["good.example:443"],
            "hello from outside"
        ),
        (
            "SOCKS5 with an address", "curl -sS -x $ALL_PROXY http://93.184.216.34/a.txt", ["93.184.216.34:80"],
            "hello from outside"
        ),
        (
            "a body", "curl -sS -d some=thing http://good.example:8080/x?y#z", ["good.example:8080"],
            "/x?y for good.example:8080, close: some=thing"
        ),
        (
            "a body in chunks", "echo piece | curl -sS -T - -X POST http://good.example/x", ["good.example:80"],
            "/x for good.example, close: piece"
        ),
        (
            "two hosts one after the other",
            "curl -sS http://good.example/a.txt http://other.example/a.txt http://good.example/a.txt",
            ["good.example:80", "other.example:80"], "hello from outside\nhello from outside\nhello from outside"
        ),
        (
            "Python requests, one session, two hosts",
            "python3 -c 'import requests; s = requests.Session(); "
                + "print([s.get(u).text for u in [\"http://good.example/a.txt\", \"http://other.example/a.txt\", "
                + "\"https://good.example/a.txt\"]])'", ["good.example:80", "other.example:80", "good.example:443"],
            #"['hello from outside\n', 'hello from outside\n', 'hello from outside\n']"#
        ),
        (
            "git", "cd /tmp && git clone -q http://good.example/repo.git r && git -C r log --oneline",
            ["good.example:80"], "first of the origin"
        ),
        ("no proxy", "env -i PATH=$PATH curl -sS http://good.example/a.txt", ["good.example:80"], "hello from outside"),
        (
            "much", "curl -sS -x $ALL_PROXY http://good.example/large.bin | wc -c", ["good.example:80"], "4194304"
        ),
    ]

    @Test("programs work through it", arguments: programs, Person.possible)
    func works(program: (String, String, [String], String), person: Person) throws {
        let scene = try EgressScene(person)
        let result = try scene.run(
            try scene.trust() + "export HOME=/tmp\n" + program.1, to: program.2, by: "net.proxy")
        #expect(result.written.contains(program.3), "\(program.0): \(result.encodedString())")
        #expect(result["outcome"]?["status"] == "succeeded")
        #expect(result.refusals == [:], "\(result.encodedString())")
        #expect(result["outcome"]?["egress"]?.arrayValue?.count == program.2.count)
    }

    /// Each with the refusal that is on record.
    static let refused: [(String, String, [String], String)] = [
        ("another host", "curl -sSf http://other.example/a.txt", ["good.example:80"], "destination"),
        ("another host with TLS", "curl -sS https://other.example/a.txt", ["good.example:443"], "destination"),
        ("another port", "curl -sSf http://good.example:8080/a.txt", ["good.example:80"], "destination"),
        ("another host by SOCKS", "curl -sS -x $ALL_PROXY http://other.example/", ["good.example:80"], "destination"),
        ("the host's loopback", "curl -sSf http://127.0.0.1:8000/", ["good.example:80"], "destination"),
        (
            "the host's loopback by SOCKS", "curl -sS --noproxy '' -x $ALL_PROXY http://127.0.0.1:8000/",
            ["good.example:80"], "destination"
        ),
        ("the proxy itself", "curl -sSf http://127.80.255.254:3128/", ["good.example:80"], "destination"),
        ("a metadata service by name", "curl -sSf http://meta.example/", ["meta.example:80"], "address"),
        ("no TLS at its port", "curl -sSfp -x $HTTP_PROXY http://good.example:443/", ["good.example:443"], "not-tls"),
        ("a URL of it without TLS", "curl -sSf http://good.example:443/", ["good.example:443"], "not-tls"),
        (
            "another server name",
            "curl -sSk --connect-to other.example:443:good.example:443 https://other.example/a.txt",
            ["good.example:443"], "server-name"
        ),
        (
            "UDP by SOCKS",
            "python3 -c 'import socket as s; c = s.create_connection((\"127.80.255.254\", 3128)); "
                + "c.sendall(bytes([5, 1, 0])); c.recv(2); c.sendall(bytes([5, 3, 0, 1, 0, 0, 0, 0, 0, 0])); "
                + "print(c.recv(10)[1]); import sys; sys.exit(1)'", ["good.example:80"], "proxy"
        ),
        (
            "SOCKS4", "curl -sS -x socks4a://127.80.255.254:3128 http://good.example/a.txt", ["good.example:80"],
            "proxy"
        ),
        (
            "two lengths",
            "exec 3<>/dev/tcp/127.80.255.254/3128; printf 'POST http://good.example/ HTTP/1.1\\r\\nHost: x\\r\\n"
                + "Content-Length: 3\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n' >&3; cat <&3; exit 1",
            ["good.example:80"], "proxy"
        ),
    ]

    @Test("for everything else it is refused, and that is on record", arguments: refused, Person.possible)
    func isRefused(attempt: (String, String, [String], String), person: Person) throws {
        let scene = try EgressScene(person)
        let result = try scene.run("export no_proxy= NO_PROXY=\n" + attempt.1, to: attempt.2, by: "net.proxy")
        #expect(result["outcome"]?["status"] == "failed", "\(result.encodedString())")
        #expect(!result.written.contains("hello") && !result.written.contains("secret"), "\(result.encodedString())")
        #expect(result.refusals == [attempt.3: 1], "\(result.encodedString())")
    }

    @Test("what follows a request of HTTP goes nowhere: it may be meant for another host")
    func smuggled() throws {
        let scene = try EgressScene(Person.possible[0])
        let result = try scene.run(
            "exec 3<>/dev/tcp/127.80.255.254/3128; printf 'POST http://good.example/one HTTP/1.1\\r\\nHost: evil\\r\\n"
                + "Content-Length: 3\\r\\n\\r\\nabcPOST http://good.example/two HTTP/1.1\\r\\nContent-Length: 3\\r\\n"
                + "\\r\\nxyz' >&3; cat <&3", to: ["good.example:80"], by: "net.proxy")
        #expect(result.written.contains("/one for good.example, close: abc"), "\(result.encodedString())")
        #expect(!result.written.contains("two"), "\(result.encodedString())")
    }

    @Test(
        "a program that keeps its connections to the proxy is told that each is for one request",
        arguments: Person.possible)
    func kept(person: Person) throws {
        let scene = try EgressScene(person)
        // The servers here answer a request that says `close` without saying it themselves, as many do: without a word of
        // the proxy's it is chance whether the end of the connection, or the next request on it, is first.
        let result = try scene.run(
            """
            cat >/tmp/all.py <<'END'
            import requests, threading
            places = ["http://good.example/a.txt", "http://other.example/a.txt", "http://good.example:8080/a.txt"]
            problems = []
            def hammer():
                session = requests.Session()
                for index in range(60):
                    try:
                        answer = session.get(places[index % 3])
                        assert answer.text == "hello from outside\\n", answer.text
                        assert answer.headers["Connection"] == "close", answer.headers
                        answer = session.post(places[2], data="x" * index * 100)
                        assert answer.text.endswith("x" * index * 100 + "\\n"), answer.text
                    except Exception as problem:
                        problems.append(repr(problem))
            threads = [threading.Thread(target=hammer) for _ in range(4)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            print(len(problems), "problems", problems[:1])
            END
            python3 /tmp/all.py
            curl -sS --http1.1 -H 'Expect: 100-continue' -d "$(head -c 5000 /dev/zero | tr '\\0' y)" http://good.example:8080/e | wc -c
            """, to: ["good.example:80", "other.example:80", "good.example:8080"], by: "net.proxy")
        #expect(result.written.hasPrefix("0 problems"), "\(result.encodedString())")
        #expect(result.written.hasSuffix("\n5034\n"), "\(result.encodedString())")
        #expect(result.refusals == [:], "\(result.encodedString())")
    }

    @Test("without `proxy` there is none")
    func absent() throws {
        let scene = try EgressScene(Person.possible[0])
        let result = try scene.run(
            "echo \"proxy: $HTTP_PROXY\"; exec 3<>/dev/tcp/127.80.255.254/3128 && echo hello", to: ["good.example:80"])
        #expect(result.written.contains("proxy: \n") && !result.written.contains("hello"), "\(result.encodedString())")
    }
}
