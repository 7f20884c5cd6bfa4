import Egress
import HTTPRules
import Testing

@testable import Inspection

@Suite("A placeholder becomes the secret where the credential is for, and is refused everywhere else")
struct InjectionTests {
    static let placeholder = RawScene.placeholder.text
    static let secret = RawScene.secret

    static func basic(_ text: String) -> String { Base64.encode(Array(text.utf8)) }

    static let carried: [(String, String)] = [
        ("Authorization: Bearer \(placeholder)", "Authorization: Bearer \(secret)"),
        ("authorization: token \(placeholder)", "authorization: token \(secret)"),
        ("X-Api-Key: \(placeholder)", "X-Api-Key: \(secret)"),
        ("PRIVATE-TOKEN: \(placeholder)", "PRIVATE-TOKEN: \(secret)"),
        // What the manifest names.
        ("Cookie: a=b; session=\(placeholder); c=d", "Cookie: a=b; session=\(secret); c=d"),
        ("app_key: \(placeholder)", "app_key: \(secret)"),
        (
            "Authorization: Basic " + basic("x-token:\(placeholder)"),
            "Authorization: Basic " + basic("x-token:\(secret)")
        ),
        ("Authorization: basic " + basic("\(placeholder):"), "Authorization: basic " + basic("\(secret):")),
    ]

    @Test("in header values, also inside of Basic", arguments: carried)
    func carries(header: (String, String)) async throws {
        let scene = try await RawScene(
            injecting: true, methods: [.get], paths: ["/repos/**"], headers: ["Cookie", "app_key"], uses: 1)
        let answer = await scene.send("GET /repos/a HTTP/1.1\r\nHost: HOST\r\n\(header.0)\r\nRange: bytes=0-1\r\n\r\n")
        #expect(answer.hasSuffix("ok"), "\(answer)")
        let received = scene.origin.received
        #expect(received.contains(header.1 + "\r\n") && !received.contains(Self.placeholder), "\(received)")
        // A secret that comes two bytes at a time would be seen by nobody.
        #expect(!received.contains("Range") && received.contains("accept-encoding: identity"))
        #expect(scene.report.1?.uses == 1 && scene.report.1?.refusals == [:] && scene.refusals.isEmpty)
        scene.end()
    }

    static let bearer = "Authorization: Bearer \(placeholder)\r\n"

    static let refused: [(String, String, InjectionReport.Reason?)] = [
        ("another method", "PUT /repos/a HTTP/1.1\r\nHost: HOST\r\n\(bearer)\r\n", .method),
        ("another path", "GET /user HTTP/1.1\r\nHost: HOST\r\n\(bearer)\r\n", .path),
        ("the query", "GET /repos/a?token=\(placeholder) HTTP/1.1\r\nHost: HOST\r\n\r\n", .place),
        ("the path", "GET /repos/\(placeholder) HTTP/1.1\r\nHost: HOST\r\n\r\n", .place),
        ("the name of a header", "GET /repos/a HTTP/1.1\r\nHost: HOST\r\n\(placeholder): a\r\n\r\n", .place),
        ("the user agent", "GET /repos/a HTTP/1.1\r\nHost: HOST\r\nUser-Agent: \(placeholder)\r\n\r\n", .place),
        ("a cookie", "GET /repos/a HTTP/1.1\r\nHost: HOST\r\nCookie: a=\(placeholder)\r\n\r\n", .place),
        ("any header", "GET /repos/a HTTP/1.1\r\nHost: HOST\r\nX-Amz-Meta-A: \(placeholder)\r\n\r\n", .place),
        (
            "the body",
            "POST /repos/a HTTP/1.1\r\nHost: HOST\r\nContent-Length: \(placeholder.utf8.count + 2)\r\n\r\n[\(placeholder)]",
            .place
        ),
        (
            "the body in chunks",
            "POST /repos/a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n\(placeholder.prefix(20))\r\n"
                + "15\r\n\(placeholder.dropFirst(20))\r\n0\r\n\r\n", .place
        ),
        ("one of another call", "GET /repos/a HTTP/1.1\r\nHost: HOST\r\nX-Key: \(Placeholder.make())\r\n\r\n", nil),
        ("a longer one", "GET /repos/a HTTP/1.1\r\nHost: HOST\r\nX-Key: \(placeholder)a\r\n\r\n", nil),
    ]

    @Test("everywhere else", arguments: refused)
    func refuses(attempt: (String, String, InjectionReport.Reason?)) async throws {
        let scene = try await RawScene(
            answering: [], injecting: true, methods: [.get, .post], paths: ["/repos/**"])
        let answer = await scene.send(attempt.1)
        #expect(answer.hasPrefix("HTTP/1.1 403"), "\(attempt.0): \(answer)")
        #expect(!answer.contains(Self.secret) && !scene.origin.received.contains(Self.secret))
        #expect(scene.refusals == [.placeholder: 1], "\(attempt.0): \(scene.report)")
        #expect(scene.report.1?.refusals == attempt.2.map { [$0: 1] } ?? [:], "\(attempt.0): \(scene.report)")
        #expect(scene.report.1?.uses == 0)
        scene.end()
    }

    @Test("at another destination")
    func elsewhere() async throws {
        let scene = try await RawScene(injecting: true, elsewhere: true)
        let answer = await scene.send("GET /repos/a HTTP/1.1\r\nHost: HOST\r\n\(Self.bearer)\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 403") && scene.origin.received.isEmpty)
        #expect(scene.report.1?.refusals == [.host: 1])
        scene.end()
    }

    @Test("more often than it may be used, also on connections at once")
    func count() async throws {
        let scene = try await RawScene(injecting: true, uses: 3)
        let answers = await withTaskGroup(of: String.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    await scene.send("GET /a HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\(Self.bearer)\r\n")
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count { $0.hasSuffix("ok") } == 3, "\(answers)")
        #expect(answers.count { $0.hasPrefix("HTTP/1.1 403") } == 3, "\(answers)")
        #expect(scene.report.1?.uses == 3 && scene.report.1?.refusals == [.count: 3])
        scene.end()
    }

    static let reflecting: [(String, [String])] = [
        ("in a body with a length", ["HTTP/1.1 200 OK\r\nContent-Length: 29\r\n\r\n<", secret, ">"]),
        (
            "in chunks of three",
            ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]
                + stride(from: 0, to: 27, by: 3).map { "3\r\n\(secret.dropFirst($0).prefix(3))\r\n" } + ["0\r\n\r\n"]
        ),
        ("to the end of the connection", ["HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", secret]),
        ("in a header", ["HTTP/1.1 200 OK\r\nX-Echo: \(secret)\r\nContent-Length: 2\r\n\r\nok"]),
        ("in the reason", ["HTTP/1.1 200 \(secret)\r\nContent-Length: 2\r\n\r\nok"]),
        ("in a header, encoded", ["HTTP/1.1 200 OK\r\nX-Echo: a=\(basic(secret))\r\nContent-Length: 2\r\n\r\nok"]),
        (
            "in a trailer",
            ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Echo: \(secret)\r\n\r\n"]
        ),
        (
            "in an answer that is said to be encoded",
            ["HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 27\r\n\r\n", secret]
        ),
        ("in a part", ["HTTP/1.1 206 OK\r\nContent-Range: bytes 0-26/99\r\nContent-Length: 27\r\n\r\n", secret]),
        (
            "in an early hint",
            ["HTTP/1.1 103 Early\r\nLink: \(secret)\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"]
        ),
        (
            "in an answer that breaks off",
            ["HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", String(secret.dropLast(3))]
        ),
    ]

    @Test("an answer that holds it does not hold it any more", arguments: reflecting)
    func scrubs(attempt: (String, [String])) async throws {
        let scene = try await RawScene(answering: attempt.1, injecting: true)
        let answer = await scene.send("GET /a HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\(Self.bearer)\r\n")
        #expect(scene.origin.received.contains(Self.secret))
        for part in [
            Self.secret, Self.basic(Self.secret), String(Self.secret.prefix(12)), String(Self.secret.suffix(8)),
        ] {
            #expect(!answer.contains(part), "\(attempt.0): \(answer)")
        }
        #expect(answer.hasPrefix("HTTP/1.1 200 OK") || answer.hasPrefix("HTTP/1.1 502"), "\(attempt.0): \(answer)")
        scene.end()
    }

    @Test("a cookie that is set for who has shown the secret stays outside")
    func cookies() async throws {
        let scene = try await RawScene(
            answering: [
                "HTTP/1.1 200 OK\r\nSet-Cookie: session=1\r\nset-cookie: other=2\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "2\r\nok\r\n0\r\nSet-Cookie: late=3\r\n\r\n"
            ], injecting: true)
        let answer = await scene.send("GET /a HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\(Self.bearer)\r\n")
        #expect(answer.contains("X-A: b") && !answer.lowercased().contains("cookie"), "\(answer)")
        #expect(scene.report.1?.cookies == 3 && scene.report.1?.uses == 1)
        // The control: without the secret they are the tool's own.
        let plain = await scene.send("GET /a HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
        #expect(plain.contains("session=1") && plain.contains("other=2"), "\(plain)")
        scene.end()
    }

    @Test("the positive control: an answer passes as it is where there is no secret")
    func passes() async throws {
        let scene = try await RawScene(answering: [
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 27\r\n\r\n", Self.secret,
        ])
        let answer = await scene.send("GET /a HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
        #expect(answer.hasSuffix(Self.secret))
        scene.end()
    }
}
