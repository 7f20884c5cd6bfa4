import Egress
import HTTPRules
import Testing

@testable import Inspection

@Suite("A request that two servers may read in two ways goes to none")
struct SmugglingTests {
    static let malformed: [(String, String)] = [
        (
            "both lengths",
            "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /b"
        ),
        ("two lengths", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd"),
        ("two equal lengths", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd"),
        ("a list of lengths", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4, 4\r\n\r\nabcd"),
        ("a signed length", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: +4\r\n\r\nabcd"),
        ("a length in hexadecimal", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0x4\r\n\r\nabcd"),
        (
            "a length beyond all",
            "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 99999999999999999999999\r\n\r\nabcd"
        ),
        ("another coding", "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        ("identity", "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: identity\r\n\r\n"),
        (
            "codings around chunked",
            "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"
        ),
        ("gzip and chunked", "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        (
            "two codings",
            "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        ("a vertical tab", "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n"),
        ("a space before the colon", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length : 4\r\n\r\nabcd"),
        ("a folded line", "GET /a HTTP/1.1\r\nHost: HOST\r\nX-A: b\r\n c\r\n\r\n"),
        ("a folded length", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length:\r\n 4\r\n\r\nabcd"),
        ("lines that end in LF", "GET /a HTTP/1.1\nHost: HOST\n\n"),
        ("one line that ends in LF", "GET /a HTTP/1.1\r\nHost: HOST\nX-A: b\r\n\r\n"),
        ("a bare CR", "GET /a HTTP/1.1\r\nHost: HOST\r\nX-A: b\rX-B: c\r\n\r\n"),
        ("a NUL", "GET /a HTTP/1.1\r\nHost: HOST\r\nX-A: b\0c\r\n\r\n"),
        ("a name with a space", "GET /a HTTP/1.1\r\nHost: HOST\r\nX A: b\r\n\r\n"),
        ("a header without a name", "GET /a HTTP/1.1\r\nHost: HOST\r\n: b\r\n\r\n"),
        ("no host", "GET /a HTTP/1.1\r\n\r\n"),
        ("two hosts", "GET /a HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n"),
        ("HTTP/1.0", "GET /a HTTP/1.0\r\nHost: HOST\r\n\r\n"),
        ("HTTP/0.9", "GET /a\r\n\r\n"),
        ("HTTP/2 at once", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("no HTTP", "EHLO good.example\r\n\r\n"),
        ("an absolute form", "GET http://other.example/a HTTP/1.1\r\nHost: HOST\r\n\r\n"),
        ("an absolute form of its own", "GET http://HOST/a HTTP/1.1\r\nHost: HOST\r\n\r\n"),
        ("an asterisk", "OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\n"),
        ("dots", "GET /a/../b HTTP/1.1\r\nHost: HOST\r\n\r\n"),
        ("an encoded slash", "GET /a%2fb HTTP/1.1\r\nHost: HOST\r\n\r\n"),
        (
            "a chunk size with a sign",
            "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n"
        ),
        (
            "a chunk size beyond all",
            "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000001\r\na\r\n0\r\n\r\n"
        ),
        ("a chunk that ends in LF", "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n1\na\n0\n\n"),
        (
            "a chunk that is longer",
            "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"
        ),
    ]

    @Test("refused with a 4xx, on record, and nothing of it is a second request", arguments: malformed)
    func refused(attempt: (String, String)) async throws {
        let scene = try await RawScene()
        let answer = await scene.send(attempt.1)
        #expect(answer.hasPrefix("HTTP/1.1 4") || answer.isEmpty, "\(attempt.0): \(answer)")
        #expect(!answer.contains("ok"), "\(attempt.0): \(answer)")
        #expect(scene.refusals[.malformed] ?? 0 > 0, "\(attempt.0): \(scene.report)")
        let heads = scene.origin.received.split(separator: " HTTP/1.1").count - 1
        #expect(heads <= 1 && !scene.origin.received.contains("GET /b"), "\(attempt.0): \(scene.origin.received)")
        scene.end()
    }

    @Test("whatever pieces it comes in", arguments: [malformed[0], malformed[14], malformed[22]])
    func inPieces(attempt: (String, String)) async throws {
        let scene = try await RawScene()
        let answer = await scene.send(Array(attempt.1.replacing("HOST", with: scene.host).utf8), pieces: 1)
        #expect(!answer.contains("ok") && scene.refusals[.malformed] ?? 0 > 0, "\(answer) \(scene.report)")
        scene.end()
    }

    static let refusedOtherwise: [(String, String, EgressReport.Reason, Int)] = [
        ("another host", "GET /a HTTP/1.1\r\nHost: other.example\r\n\r\n", .host, 421),
        ("another port", "GET /a HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", .host, 421),
        ("a host with a user", "GET /a HTTP/1.1\r\nHost: x@HOST\r\n\r\n", .host, 421),
        ("CONNECT", "CONNECT HOST HTTP/1.1\r\nHost: HOST\r\n\r\n", .rule, 405),
        (
            "an upgrade", "GET /a HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", .rule,
            403
        ),
        ("a method nobody knows", "SPACEJUMP /a HTTP/1.1\r\nHost: HOST\r\n\r\n", .malformed, 400),
        ("TRACE", "TRACE /a HTTP/1.1\r\nHost: HOST\r\n\r\n", .rule, 405),
        ("another method", "DELETE /a HTTP/1.1\r\nHost: HOST\r\n\r\n", .rule, 403),
        ("another path", "GET /b HTTP/1.1\r\nHost: HOST\r\n\r\n", .rule, 403),
        ("a header too many", "GET /a HTTP/1.1\r\nHost: HOST\r\nX-Debug: 1\r\n\r\n", .rule, 403),
        ("a long body", "POST /a HTTP/1.1\r\nHost: HOST\r\nContent-Length: 11\r\n\r\n01234567890", .body, 413),
        (
            "a long body in chunks",
            "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n012345\r\n0\r\n\r\n",
            .body, 413
        ),
    ]

    @Test("a request that no rule covers", arguments: refusedOtherwise)
    func rules(attempt: (String, String, EgressReport.Reason, Int)) async throws {
        let debug = try #require(HeaderRule("X-Debug", .absent))
        // It answers after a while only: what comes first is the refusal.
        let scene = try await RawScene(
            rules: [
                RequestRule(methods: [.get, .post], paths: [try PathPattern("/a")], headers: [debug], mostBody: 10)
            ])
        let answer = await scene.send(attempt.1)
        #expect(
            answer.hasPrefix("HTTP/1.1 \(attempt.3)") || (attempt.2 == .body && answer.hasPrefix("HTTP/1.1 200")),
            "\(attempt.0): \(answer)")
        #expect(scene.refusals == [attempt.2: 1], "\(attempt.0): \(scene.report)")
        scene.end()
    }

    @Test("what is well formed and covered passes, as it was written")
    func control() async throws {
        let scene = try await RawScene()
        let answer = await scene.send(
            "GET /a?b=%2F HTTP/1.1\r\nHost: HOST\r\nConnection: keep-alive, TE\r\nTE: trailers\r\n\r\n"
                + "GET /b HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
        #expect(answer.components(of: "HTTP/1.1 200 OK") == 2 && answer.hasSuffix("ok"), "\(answer)")
        let received = scene.origin.received
        #expect(received.hasPrefix("GET /a?b=%2F HTTP/1.1\r\n") && !received.contains("trailers"), "\(received)")
        #expect(received.contains("GET /b HTTP/1.1"), "\(received)")
        #expect(scene.report.0.requests == 2 && scene.refusals.isEmpty)
        scene.end()
    }

    @Test("a header that a rule asks for reaches the origin")
    func connection() async throws {
        let dry = try #require(HeaderRule("X-Dry-Run", .oneOf(["true"])))
        for (token, status) in [("X-Dry-Run", "400"), ("close, x-dry-run", "400"), ("close", "200")] {
            let scene = try await RawScene(rules: [RequestRule(headers: [dry])])
            let answer = await scene.send(
                "POST /a HTTP/1.1\r\nHost: HOST\r\nConnection: \(token)\r\nX-Dry-Run: true\r\nContent-Length: 0\r\n\r\n"
            )
            #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(token): \(answer)")
            #expect(scene.refusals == (status == "200" ? [:] : [.malformed: 1]), "\(token): \(scene.report)")
            #expect(scene.origin.received.contains("X-Dry-Run: true") == (status == "200"))
            scene.end()
        }
    }

    static let overriding = [
        "X-HTTP-Method-Override: DELETE", "x-http-method: DELETE", "X-Method-Override: DELETE",
        "X-Original-URL: /admin",
        "X-Rewrite-URL: /admin",
    ]

    @Test("a header that makes another request of it goes nowhere where requests are restricted", arguments: overriding)
    func overrides(header: String) async throws {
        let request = "GET /a HTTP/1.1\r\nHost: HOST\r\n\(header)\r\nConnection: close\r\n\r\n"
        let ruled = try await RawScene(rules: [RequestRule(methods: [.get])])
        #expect(await ruled.send(request).hasPrefix("HTTP/1.1 403") && ruled.origin.received.isEmpty)
        #expect(ruled.refusals == [.rule: 1])
        ruled.end()
        let injecting = try await RawScene(injecting: true, paths: ["/a"])
        #expect(await injecting.send(request).hasPrefix("HTTP/1.1 403") && injecting.origin.received.isEmpty)
        injecting.end()
        // The control: where every request is granted, that one is, too.
        let free = try await RawScene()
        #expect(await free.send(request).hasPrefix("HTTP/1.1 200") && free.origin.received.contains(header))
        free.end()
    }

    @Test("a name with `_` is refused, as some take it for a `-`, unless a rule asks for it")
    func underscores() async throws {
        let absent = try #require(HeaderRule("X-Debug", .absent))
        let named = try #require(HeaderRule("api_key", .present))
        let scene = try await RawScene(rules: [RequestRule(headers: [absent, named])])
        let refused = await scene.send("GET /a HTTP/1.1\r\nHost: HOST\r\nX_Debug: 1\r\napi_key: 1\r\n\r\n")
        #expect(refused.hasPrefix("HTTP/1.1 400") && scene.origin.received.isEmpty, "\(refused)")
        let passed = await scene.send("GET /a HTTP/1.1\r\nHost: HOST\r\napi_key: 1\r\nConnection: close\r\n\r\n")
        #expect(passed.hasPrefix("HTTP/1.1 200"), "\(passed)")
        scene.end()
    }

    @Test("a body passes in its chunks, and its trailers do not")
    func chunks() async throws {
        // An origin that answers before the request is whole gets no more of it.
        let scene = try await RawScene(answering: [])
        _ = await scene.send(
            "POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-T: 1\r\n\r\n"
        )
        let received = scene.origin.received
        #expect(received.contains("abc") && received.contains("de\r\n0\r\n\r\n"), "\(received)")
        #expect(!received.contains("X-T") && !received.contains("x=y"))
        scene.end()
    }
}

extension String {
    fileprivate func components(of piece: String) -> Int {
        indices.count { self[$0...].hasPrefix(piece) }
    }
}
