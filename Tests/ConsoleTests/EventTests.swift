import Glibc
import Ledger
import LinuxIO
import TestSupport
import Testing

@testable import Console

@Suite("Pages hear of what happens")
struct EventTests {
    private let started = RunStartedEntry(
        context: RunContext(
            run: "2026-11-24-000000000000", task: "t", intentDigest: "sha256:0", principal: "p",
            agent: .init(name: nil, confinement: .confined)),
        workspace: nil, command: [], version: "1")

    @Test("an entry is told within a second, and what it says is not")
    func told() async throws {
        let scene = try await ConsoleScene()
        let cookie = try await scene.cookie()
        async let stream = scene.send("GET", "/events", cookie: cookie, until: "event: record")
        // The stream has to be there first: its server says when it is.
        while await scene.server.streamCount == 0 { await Task.yield() }
        let (ledger, _) = try Ledger.open(scene.home.ledger)
        try await ledger.append(started)
        let answer = try await stream
        #expect(answer.status == 200 && answer.field("Content-Type") == "text/event-stream")
        #expect(answer.body.contains("event: record") && answer.body.contains("\"version\":"))
        try await ledger.close()
    }

    @Test("without a session there is no stream")
    func refused() async throws {
        let scene = try await ConsoleScene()
        #expect(try await scene.get("/events").status == 401)
        let cookie = try await scene.cookie()
        #expect(try await scene.get("/events", cookie: cookie, ["Origin: http://evil.example"]).status == 403)
        #expect(try await scene.send("HEAD", "/events", cookie: cookie).status == 503)
    }

    @Test("there are so many streams and no more, and one that ends makes room")
    func bounded() async throws {
        let scene = try await ConsoleScene()
        let cookie = try await scene.cookie()
        let request = "GET /events HTTP/1.1\r\nHost: \(scene.authority)\r\nCookie: \(cookie)\r\n\r\n"
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        for _ in 0..<EventStream.most {
            let socket = try RawHTTP.connected(to: scene.port, "127.0.0.1")
            sockets.append(socket)
            _ = request.withCString { send(socket, $0, strlen($0), 0) }
        }
        while await scene.server.streamCount < EventStream.most { await Task.yield() }
        #expect(try await scene.get("/events", cookie: cookie).status == 503)
        close(sockets.removeLast())
        while await scene.server.streamCount == EventStream.most { await Task.yield() }
        let more = try await scene.send("GET", "/events", cookie: cookie, until: ": agentbox console")
        #expect(more.status == 200)
    }
}
