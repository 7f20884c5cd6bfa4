import Testing

@testable import Ledger

@Suite("What a server of checkpoints answers is read strictly")
struct HTTPAnswerTests {
    @Test(
        "whole answers",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 200, "abc"),
            ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nabc", 200, "ab"),
            ("HTTP/1.0 404 Not Found\r\n\r\n", 404, ""), ("HTTP/1.1 201 Created\r\nX: y: z\r\n\r\nabc", 201, "abc"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", 200, "abcd"),
        ])
    func whole(text: String, status: Int, body: String) throws {
        let answer = try #require(HTTPAnswer(Array(text.utf8)))
        #expect(answer.status == status && answer.body == Array(body.utf8))
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "\r\n\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 99 x\r\n\r\n", "HTTP/1.1 2000 x\r\n\r\n",
            "HTTP/2 200\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\nabc", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nab\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        ])
    func none(text: String) {
        #expect(HTTPAnswer(Array(text.utf8)) == nil)
    }
}
