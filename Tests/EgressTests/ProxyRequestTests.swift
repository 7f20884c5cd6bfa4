import Hosts
import Testing

@testable import Egress

@Suite("What a proxy is asked is read in one way, or refused")
struct ProxyRequestTests {
    private func http(_ text: String) -> ProxyRequest { ProxyRequest(Array(text.utf8), isGreeted: false) }

    @Test("CONNECT leads to its host and port; what follows the head is not the proxy's")
    func connect() throws {
        let head = "CONNECT Good.Example.:443 HTTP/1.1\r\nHost: x\r\n\r\n"
        guard case .connect(.destination(let place), let length, _) = http(head + "\u{16}\u{3}\u{1}") else {
            Issue.record("not read")
            return
        }
        #expect(place.description == "good.example:443")
        #expect(length == head.utf8.count)
    }

    @Test("a URL becomes a path, for the host that it names")
    func forward() throws {
        let request = http(
            "POST http://a.example:81/b?c#d HTTP/1.1\r\nHost: evil\r\nConnection: x-secret, content-length\r\n"
                + "X-Secret: 1\r\nProxy-Authorization: Basic eA==\r\nContent-Length: 4\r\nAccept: */*\r\n\r\n")
        guard case .forward(.destination(let place), _, let head, let body, _) = request else {
            Issue.record("not read: \(request)")
            return
        }
        #expect(place.description == "a.example:81")
        #expect(body == 4)
        #expect(
            String(decoding: head, as: UTF8.self)
                == "POST /b?c HTTP/1.1\r\nHost: a.example:81\r\ncontent-length: 4\r\naccept: */*\r\nConnection: close\r\n\r\n"
        )
    }

    @Test(
        "malformed requests are refused",
        arguments: [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET https://a/ HTTP/1.1\r\n\r\n", "GET http://a/ HTTP/2\r\n\r\n",
            "GET  http://a/ HTTP/1.1\r\n\r\n", "GET http://a/ HTTP/1.1\nHost: a\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nA: b\rC: d\r\n\r\n", "GET http://a/ HTTP/1.1\r\nA : b\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "GET http://a/\0 HTTP/1.1\r\n\r\n",
            "POST http://a/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "POST http://a/ HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST http://a/ HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
            "POST http://a/ HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", "\u{4}\u{1}", "\r\n\r\n",
        ])
    func malformed(text: String) {
        guard case .refused = http(text) else {
            Issue.record("read: \(http(text))")
            return
        }
    }

    @Test(
        "a request for no destination is none",
        arguments: [
            "CONNECT a HTTP/1.1\r\n\r\n", "CONNECT u@a:1 HTTP/1.1\r\n\r\n", "CONNECT [fe80::1%25x]:1 HTTP/1.1\r\n\r\n",
            "GET http://u:p@a/ HTTP/1.1\r\n\r\n", "GET http://a%2fb/ HTTP/1.1\r\n\r\n",
            "GET http:///x HTTP/1.1\r\n\r\n",
            "GET http://0x7f.1/ HTTP/1.1\r\n\r\n",
        ])
    func nowhere(text: String) {
        switch http(text) {
        case .connect(.none, _, _), .forward(.none, _, _, _, _): break
        case let other: Issue.record("read: \(other)")
        }
    }

    @Test("SOCKS5 leads to a name or an address, and only outwards")
    func socks() {
        #expect(ProxyRequest([5, 2, 2, 0], isGreeted: false) == .greeting(length: 4, answer: [5, 0]))
        guard case .refused = ProxyRequest([5, 1, 2], isGreeted: false) else {
            Issue.record("a password was accepted")
            return
        }
        func target(_ bytes: [UInt8]) -> String? {
            guard case .connect(.destination(let place), bytes.count, _) = ProxyRequest(bytes, isGreeted: true) else {
                return nil
            }
            return place.description
        }
        #expect(target([5, 1, 0, 3, 3] + Array("A.b".utf8) + [1, 187]) == "a.b:443")
        #expect(target([5, 1, 0, 1, 10, 0, 0, 1, 0, 80]) == "10.0.0.1:80")
        #expect(target([5, 1, 0, 4] + [UInt8](repeating: 0, count: 15) + [1, 0, 80]) == "[::1]:80")
        #expect(target([5, 2, 0, 1, 10, 0, 0, 1, 0, 80]) == nil)
        #expect(target([5, 1, 0, 3, 3] + Array("a\0b".utf8) + [0, 80]) == nil)
        #expect(target([5, 1, 0, 3, 0, 0, 80]) == nil)
    }

    private func answer(_ text: String) -> HTTPAnswerHead { HTTPAnswerHead(Array(text.utf8)) }

    @Test(
        "of an answer the program is told that its connection ends",
        arguments: [
            ("HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", "HTTP/1.1 200 OK\r\nA: b\r\nConnection: close\r\n\r\n"),
            ("HTTP/1.0 200 OK\nA: b\n\nbody", "HTTP/1.0 200 OK\nA: b\nConnection: close\r\n\r\n"),
            (
                "HTTP/1.1 200 OK\r\nconnection: Keep-Alive, X-Hop, Content-Length\r\nKeep-Alive: timeout=5\r\n 6\r\n"
                    + "X-Hop: 1\r\nContent-Length: 4\r\n\r\nbody",
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\n"
            ),
        ])
    func answers(sent: String, passed: String) {
        #expect(answer(sent) == .final(Array(passed.utf8), length: sent.utf8.count - 4))
        for length in 0..<(sent.utf8.count - 4) {
            #expect(HTTPAnswerHead(Array(sent.utf8.prefix(length))) == .incomplete)
        }
    }

    @Test("what comes before the answer, and what is none, goes on as it is")
    func otherAnswers() {
        let first = "HTTP/1.1 100 Continue\r\n\r\n"
        #expect(answer(first + "HTTP/1.1 200 OK\r\n\r\n") == .interim(length: first.utf8.count))
        #expect(answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n") == .other)
        #expect(answer("220 welcome\r\n") == .other)
        #expect(answer("HTTP/1.1 200 OK\r\n" + String(repeating: "x", count: HTTPAnswerHead.mostBytes)) == .other)
    }
}
