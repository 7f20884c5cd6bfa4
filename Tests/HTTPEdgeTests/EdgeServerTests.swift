import Glibc
import LinuxIO
import MCP
import StrictJSON
import Testing

@testable import HTTPEdge

@Suite("MCP over HTTP, in both eras", .serialized)
struct EdgeServerTests {
    // MARK: 2026-07-28

    @Test("a request stands for itself, and is answered with one object")
    func modern() async throws {
        let edge = try EdgeFixture()
        #expect(try await edge.post("server/discover").json?["result"]?["supportedVersions"] == ["2026-07-28"])
        let call = try await edge.post("tools/call", ["name": "echo", "arguments": ["text": "hello"]], id: "a")
        #expect(call.status == 200 && call.json?["id"] == "a", "\(call.text)")
        #expect(call.json?["result"]?["content"]?[0]?["text"] == "hello")
        #expect(call.field("content-type") == "application/json" && call.field("mcp-session-id") == nil)
    }

    @Test("progress makes it a stream, and so does silence; the answer ends it")
    func streams() async throws {
        let edge = try EdgeFixture()
        let watched = try await edge.post(
            "tools/call",
            ["name": "wait", "arguments": ["milliseconds": 200, "text": "done"], "_meta": ["progressToken": "p"]])
        #expect(watched.field("content-type") == "text/event-stream" && watched.field("x-accel-buffering") == "no")
        #expect(watched.text.contains("notifications/progress") && watched.text.contains(#""progressToken":"p""#))
        #expect(watched.text.contains(#""text":"done""#))
        let silent = try await edge.post(
            "tools/call", ["name": "wait", "arguments": ["milliseconds": 700, "text": "done"]])
        #expect(
            silent.field("content-type") == "text/event-stream" && silent.text.contains("\r\n:\n\n"), "\(silent.text)")
        #expect(silent.text.contains(#""text":"done""#))
    }

    @Test("a client that goes away cancels its call")
    func cancels() async throws {
        let edge = try EdgeFixture()
        do {
            let client = try edge.connect()
            client.write(edge.request("tools/call", ["name": "wait", "arguments": [:], "_meta": ["progressToken": 1]]))
            _ = await client.read(until: "progress")
        }
        for _ in 0..<200 where edge.provider.cancelled.withLock({ $0 }) == 0 {
            await Reactor.shared.sleep(until: .now + .milliseconds(20))
        }
        #expect(edge.provider.cancelled.withLock { $0 } == 1)
    }

    @Test("a subscription is acknowledged, and stays open")
    func subscribes() async throws {
        let edge = try EdgeFixture()
        let client = try edge.connect()
        client.write(edge.request("subscriptions/listen", ["notifications": [:]]))
        let text = await client.read(until: "\r\n:\n\n")
        #expect(text.contains("notifications/subscriptions/acknowledged") && text.contains("text/event-stream"))
    }

    @Test("errors of the protocol are errors of HTTP")
    func errors() async throws {
        let edge = try EdgeFixture()
        let unknown = try await edge.post("no/such")
        #expect(unknown.status == 404 && unknown.code == -32601)
        let name = try await edge.post(
            "tools/call", ["name": "echo", "arguments": [:]], fields: ["Mcp-Name": "wait"])
        #expect(name.status == 400 && name.code == -32020 && name.json?["id"] == 1)
        let version = try await edge.post("tools/list", fields: ["MCP-Protocol-Version": "2025-11-25"])
        #expect(version.status == 400 && version.code == -32020)
        let future = try await edge.post(
            "tools/list", ["_meta": ["io.modelcontextprotocol/protocolVersion": "2099-01-01"]], isModern: false,
            fields: ["MCP-Protocol-Version": "2099-01-01", "Mcp-Method": "tools/list"])
        #expect(future.status == 400 && future.code == -32022, "\(future.text)")
    }

    @Test("tools do not ask for their arguments in fields")
    func noArgumentFields() async throws {
        let listed = try await EdgeFixture().post("tools/list")
        #expect(listed.text.contains("echo") && !listed.text.contains("x-mcp-header"))
    }

    // MARK: 2025-11-25

    @Test("`initialize` opens a session, its requests do not mix, and DELETE ends it with its calls")
    func legacy() async throws {
        let edge = try EdgeFixture()
        let (one, other) = (try await edge.open(), try await edge.open())
        #expect(one != other && one.count == 32)
        let fields = ["Mcp-Session-Id": one, "MCP-Protocol-Version": "2025-11-25"]
        #expect(
            try await edge.post("notifications/initialized", id: nil, isModern: false, fields: fields).status == 202)
        let answers = try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
            for number in 0..<16 {
                group.addTask {
                    (
                        number,
                        try await edge.post(
                            "tools/call", ["name": "echo", "arguments": ["text": .string("\(number)")]],
                            id: .integer(Int64(number)), isModern: false, fields: fields)
                    )
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for (number, answer) in answers {
            #expect(answer.json?["result"]?["content"]?[0]?["text"] == .string("\(number)"), "\(answer.text)")
        }
        let client = try edge.connect()
        client.write(
            edge.request(
                "tools/call", ["name": "wait", "arguments": [:], "_meta": ["progressToken": 1]], id: 99,
                isModern: false,
                fields: fields))
        _ = await client.read(until: "progress")
        let again = try await edge.post(
            "tools/call", ["name": "echo", "arguments": [:]], id: 99, isModern: false, fields: fields)
        #expect(again.status == 400, "its identifier is in use: \(again.text)")
        let delete =
            "DELETE /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(edge.port)\r\nMcp-Session-Id: \(one)\r\nConnection: close\r\n\r\n"
        #expect(try await edge.send(delete).status == 204)
        _ = await client.readAll()
        #expect(try await edge.post("ping", isModern: false, fields: fields).status == 404)
        #expect(try await edge.send(delete).status == 404)
        #expect(try await edge.post("ping", isModern: false, fields: ["Mcp-Session-Id": other]).status == 200)
        for _ in 0..<200 where edge.provider.cancelled.withLock({ $0 }) == 0 {
            await Reactor.shared.sleep(until: .now + .milliseconds(20))
        }
        #expect(edge.provider.cancelled.withLock { $0 } == 1)
    }

    @Test("a cancellation ends the answer of its request, and a broken connection does not end its call")
    func cancellation() async throws {
        let edge = try EdgeFixture()
        let fields = ["Mcp-Session-Id": try await edge.open()]
        do {
            let client = try edge.connect()
            client.write(
                edge.request(
                    "tools/call", ["name": "wait", "arguments": [:], "_meta": ["progressToken": 1]], id: 5,
                    isModern: false, fields: fields))
            _ = await client.read(until: "progress")
        }
        await Reactor.shared.sleep(until: .now + .milliseconds(200))
        #expect(edge.provider.cancelled.withLock { $0 } == 0)
        let cancel = try await edge.post(
            "notifications/cancelled", ["requestId": 5], id: nil, isModern: false, fields: fields)
        #expect(cancel.status == 202)
        for _ in 0..<200 where edge.provider.cancelled.withLock({ $0 }) == 0 {
            await Reactor.shared.sleep(until: .now + .milliseconds(20))
        }
        #expect(edge.provider.cancelled.withLock { $0 } == 1)
    }

    @Test("without a session, with a strange one, or with another version than was agreed on nothing is served")
    func sessions() async throws {
        let edge = try EdgeFixture { $0.sessions = 2 }
        let session = try await edge.open()
        #expect(try await edge.post("tools/list", isModern: false).status == 400)
        #expect(try await edge.post("tools/list", isModern: false, fields: ["Mcp-Session-Id": "x"]).status == 404)
        let version = ["Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-06-18"]
        #expect(try await edge.post("tools/list", isModern: false, fields: version).status == 400)
        _ = try await edge.open()
        let third = try await edge.post("initialize", ["protocolVersion": "2025-11-25"], isModern: false)
        #expect(third.status == 503, "\(third.text)")
    }

    // MARK: Clients that mean no good

    @Test(
        "bodies that are no message are refused",
        arguments: [
            "", "{", "null", "[]", "[{}]", #"{"jsonrpc":"2.0","id":1,"result":{}}"#, #"{"a":1,"a":2}"#, "\u{FEFF}{}",
        ])
    func bodies(body: String) async throws {
        let edge = try EdgeFixture()
        let answer = try await edge.send(
            "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(edge.port)\r\nContent-Type: application/json\r\nAccept: */*\r\n"
                + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
        #expect(answer.status == 400, "\(answer.text)")
    }

    @Test("a body that is too large is refused, told or found out")
    func oversize() async throws {
        let edge = try EdgeFixture { $0.limits.messageBytes = 10_000 }
        let head =
            "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(edge.port)\r\nContent-Type: application/json\r\nAccept: */*\r\n"
        #expect(try await edge.send(head + "Content-Length: 10001\r\n\r\n").status == 413)
        let chunks = String(repeating: "1000\r\n\(String(repeating: " ", count: 4096))\r\n", count: 3)
        #expect(try await edge.send(head + "Transfer-Encoding: chunked\r\n\r\n" + chunks).status == 413)
        // The control: one that fits.
        let padded = edge.request(
            "tools/call", ["name": "echo", "arguments": ["text": .string(String(repeating: "x", count: 9000))]])
        #expect(Answer(try await edge.send(padded).text).status == 200)
    }

    @Test("heads that two servers could read in two ways are refused")
    func smuggling() async throws {
        let edge = try EdgeFixture()
        let body = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        let own =
            "Host: 127.0.0.1:\(edge.port)\r\nContent-Type: application/json\r\nAccept: */*\r\nConnection: close\r\n"
        for fields in [
            "Content-Length: \(body.utf8.count)\r\nContent-Length: 5\r\n",
            "Content-Length: \(body.utf8.count)\r\nTransfer-Encoding: chunked\r\n",
            "Content-Length: \(body.utf8.count)\r\nHost: evil.example\r\n", "Content-Length : \(body.utf8.count)\r\n",
            "Content-Length: +\(body.utf8.count)\r\n",
        ] {
            let answer = try await edge.send("POST /mcp HTTP/1.1\r\n\(own)\(fields)\r\n\(body)")
            #expect([0, 400].contains(answer.status), "\(fields): \(answer.text)")
        }
        #expect(try await edge.send("nonsense\r\n\r\n").status == 400)
        let long = String(repeating: "x", count: 200_000)
        #expect([0, 400, 431].contains(try await edge.send("POST /mcp HTTP/1.1\r\nX: \(long)\r\n\r\n").status))
    }

    @Test("a client that never ends its request holds a place only for so long")
    func slowLoris() async throws {
        let edge = try EdgeFixture { $0.requestTime = .milliseconds(600) }
        for begin in ["", "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(edge.port)\r\n"] {
            let client = try edge.connect()
            let start = ContinuousClock.now
            client.write(begin)
            for _ in 0..<100 {
                if !begin.isEmpty, !client.write("X-A: b\r\n") { break }
                await Reactor.shared.sleep(until: .now + .milliseconds(20))
            }
            _ = await client.readAll()
            let time = start.duration(to: .now)
            #expect(time > .milliseconds(400) && time < .seconds(5), "\(time)")
        }
        // The control: who asks in time is served, as long as the answer takes, and may ask again.
        let client = try edge.connect()
        for _ in 0..<2 {
            client.write(
                edge.request(
                    "tools/call", ["name": "wait", "arguments": ["milliseconds": 900, "text": "done"]], closes: false))
            #expect(await client.read(until: "done").contains("200 OK"))
        }
    }

    @Test("more connections than there are places are closed, and those that are there are served")
    func places() async throws {
        let edge = try EdgeFixture { $0.connections = 2 }
        let (first, second) = (try edge.connect(), try edge.connect())
        first.write(edge.request("server/discover", closes: false))
        #expect(await first.read(until: "supportedVersions").contains("200 OK"))
        second.write(edge.request("server/discover", closes: false))
        #expect(await second.read(until: "supportedVersions").contains("200 OK"))
        #expect(try await edge.post("server/discover").status == 0)
        first.write(edge.request("server/discover"))
        #expect(await first.readAll().contains("200 OK"))
        await Reactor.shared.sleep(until: .now + .milliseconds(200))
        #expect(try await edge.post("server/discover").status == 200)
    }
}
