import LinuxIO
import StrictJSON
import Testing

@testable import MCP

@Suite("A connection survives its client's haste, slowness and death", .timeLimit(.minutes(2)))
struct ConnectionTests {
    @Test("The server says who it is before its tools are loaded", arguments: [false, true])
    func early(_ legacy: Bool) async throws {
        let peer = try Peer(.pipes, TestProvider(gate: Latch()))
        let list = Peer.modern("tools/list", id: 1)
        try await peer.send(list)
        let hello = try await peer.call(legacy ? Peer.initialize(id: 2) : Peer.modern("server/discover", id: 2))
        #expect(hello["id"] == 2 && hello["result"] != nil)
        peer.provider.gate.open()
        #expect(try await peer.answer()["id"] == 1)
    }

    @Test("A thousand calls at once are all answered, each with its own", arguments: Peer.Medium.allCases)
    func thousand(_ medium: Peer.Medium) async throws {
        let peer = try Peer(medium)
        let count: Int64 = 1000
        var lines: [UInt8] = []
        for id in 1...count {
            lines += Peer.modernCall("echo", id: .integer(id), ["n": .integer(id)]).encoded() + [0x0a]
        }
        let sent = lines
        async let sending: Void = peer.send(bytes: sent)
        var seen: Set<JSON> = []
        for _ in 1...count {
            let answer = try await peer.answer()
            let id = try #require(answer["id"])
            #expect(answer["result"]?["structuredContent"]?["n"] == id)
            seen.insert(id)
        }
        try await sending
        #expect(seen.count == Int(count))
    }

    @Test("No more run at once than is allowed; the rest wait, and reading pauses when too many do")
    func backPressure() async throws {
        let peer = try Peer(.socket, TestProvider(gate: Latch())) {
            $0.limits.running = 4
            $0.limits.waiting = 8
        }
        var lines: [UInt8] = []
        for id: Int64 in 1...100 { lines += Peer.modernCall("held", id: .integer(id)).encoded() + [0x0a] }
        let sent = lines + Peer.modern("server/discover", id: "late").encoded() + [0x0a]
        async let sending: Void = peer.send(bytes: sent)
        await peer.provider.began.reaches(4)
        #expect(peer.provider.began.value == 4)
        peer.provider.gate.open()
        // What is answered without a place comes at once when it is read, and it was not read before places were free.
        let answers = try await peer.answers(until: "late")
        try await sending
        #expect(answers.count > 80)
        await peer.provider.ended.reaches(100)
    }

    @Test("While calls wait for a place, the client can still cancel, list and ask who is there") func control()
        async throws
    {
        let peer = try Peer { $0.limits.running = 1 }
        for id: Int64 in 1...50 { try await peer.send(Peer.modernCall("wait", id: .integer(id))) }
        #expect(try await peer.call(Peer.modern("server/discover", id: "d"))["id"] == "d")
        #expect(try await peer.call(Peer.modern("tools/list", id: "l"))["id"] == "l")
        for id: Int64 in 1...50 { try await peer.send(Peer.cancel(.integer(id))) }
        #expect(try await peer.call(Peer.modernCall("echo", id: "e"))["id"] == "e")
    }

    @Test("A client that hangs up cancels its calls", arguments: Peer.Medium.allCases)
    func hangUp(_ medium: Peer.Medium) async throws {
        let peer = try Peer(medium) { $0.limits.drain = .seconds(600) }
        for id: Int64 in 1...100 { try await peer.send(Peer.modernCall("wait", id: .integer(id))) }
        await peer.provider.began.reaches(64)
        peer.hangUp()
        // At the end of the input they might still be answered; nobody listens, so nobody waits for that.
        #expect(await peer.end() == .peerGone)
        #expect(peer.provider.cancelled.value == 64)
        #expect(peer.provider.ended.value == 64)
    }

    @Test("A client that stops listening only is gone too", arguments: Peer.Medium.allCases)
    func deaf(_ medium: Peer.Medium) async throws {
        let peer = try Peer(medium)
        try await peer.send(Peer.modernCall("wait"))
        await peer.provider.began.reaches(1)
        // Of a socket both directions go at once.
        if medium == .socket { peer.hangUp() } else { peer.closeInput() }
        #expect(await peer.end() == .peerGone)
        #expect(peer.provider.cancelled.value == 1)
    }

    @Test("At the end of the input what is under way is still answered", arguments: Peer.Medium.allCases)
    func endOfInput(_ medium: Peer.Medium) async throws {
        let peer = try Peer(medium, TestProvider(gate: Latch())) { $0.limits.drain = .seconds(600) }
        try await peer.send(Peer.modernCall("held", id: 1))
        await peer.provider.began.reaches(1)
        // The last line lacks its newline.
        try await peer.send(bytes: Peer.modernCall("echo", id: 2).encoded())
        peer.closeOutput()
        #expect(try await peer.answer()["id"] == 2)
        peer.provider.gate.open()
        #expect(try await peer.answer()["id"] == 1)
        #expect(await peer.end() == .inputClosed)
    }

    @Test("But not for ever: then it is cancelled") func drain() async throws {
        let peer = try Peer(.pipes) { $0.limits.drain = .milliseconds(20) }
        try await peer.send(Peer.modernCall("wait"))
        peer.closeOutput()
        #expect(try await peer.line() == nil)
        #expect(await peer.end() == .inputClosed)
        #expect(peer.provider.cancelled.value == 1)
    }

    @Test("A client that never reads gets no more than the queue holds, and its connection still ends")
    func slowReader() async throws {
        let provider = TestProvider()
        let peer = try Peer(.socket, provider) {
            $0.limits.outgoingBytes = 100_000
            $0.limits.drain = .milliseconds(50)
        }
        for id: Int64 in 1...64 {
            try await peer.send(Peer.modernCall("bytes", id: .integer(id), ["count": 50_000]))
        }
        await provider.ended.reaches(64)
        peer.closeOutput()
        #expect(await peer.end() == .inputClosed)
    }

    @Test("A slow reader gets everything, in whole lines", arguments: Peer.Medium.allCases)
    func patience(_ medium: Peer.Medium) async throws {
        let peer = try Peer(medium) { $0.limits.outgoingBytes = 200_000 }
        async let sending: Void = {
            for id: Int64 in 1...100 {
                try await peer.send(Peer.modernCall("bytes", id: .integer(id), ["count": 50_000]))
            }
        }()
        for _ in 1...100 {
            let answer = try await peer.answer()
            #expect(answer["result"]?["content"]?[0]?["text"]?.stringValue?.utf8.count == 50_000)
        }
        try await sending
    }

    @Test("An answer that is larger than allowed is an error") func hugeAnswer() async throws {
        let peer = try Peer { $0.limits.answerBytes = 100_000 }
        let answer = try await peer.call(Peer.modernCall("bytes", ["count": 100_001]))
        #expect(answer["error"]?["code"] == -32603)
        #expect(answer["id"] == 1)
        let large = try await peer.call(Peer.modernCall("bytes", id: 2, ["count": 99_000]))
        #expect(large["result"] != nil)
    }

    @Test("A message that is too large is refused, and the next is served") func hugeMessage() async throws {
        let peer = try Peer()
        let big = Peer.modernCall("echo", ["text": .string(String(repeating: "x", count: 5 << 20))]).encoded()
        try await peer.send(bytes: big + [0x0a])
        let refused = try await peer.answer()
        #expect(refused["error"]?["code"] == -32600)
        #expect(refused["id"] == .null)
        #expect(try await peer.call(Peer.modernCall("echo", id: 2))["id"] == 2)
    }

    @Test("Garbage between messages costs one error a line") func garbage() async throws {
        let peer = try Peer(.pipes)
        try await peer.send(bytes: [0xff, 0x00, 0x0a, 0x0a, 0x0d, 0x0a] + Array("GET / HTTP/1.1\r\n".utf8))
        try await peer.send("{\"jsonrpc\":\"2.0\",\n\"id\":1}\r\n")
        try await peer.send(Peer.modern("server/discover", id: "end"))
        let answers = try await peer.answers(until: "end")
        #expect(answers.dropLast().map { $0["error"]?["code"] } == [-32700, -32700, -32700, -32700])
        #expect(answers.dropLast().allSatisfy { $0["id"] == .null })
    }

    @Test("A server that is told to stop cancels its calls and returns") func stop() async throws {
        let peer = try Peer()
        try await peer.send(Peer.modernCall("wait"))
        await peer.provider.began.reaches(1)
        peer.stop()
        _ = await peer.end()
        #expect(peer.provider.cancelled.value == 1)
    }
}
