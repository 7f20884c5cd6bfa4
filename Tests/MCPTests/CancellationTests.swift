import LinuxIO
import StrictJSON
import Testing

@testable import MCP

@Suite("Calls can be cancelled and report how far they are", .timeLimit(.minutes(2)))
struct CancellationTests {
    @Test("A cancelled call ends, and nothing more is sent for it") func cancel() async throws {
        let peer = try Peer()
        try await peer.send(Peer.modernCall("wait", id: "w", token: "t"))
        await peer.provider.began.reaches(1)
        try await peer.send(Peer.cancel("w"))
        await peer.provider.ended.reaches(1)
        // It tried to report and to answer; the next line is the answer to something else.
        #expect(try await peer.call(Peer.modernCall("echo", id: "e"))["id"] == "e")
        #expect(peer.provider.cancelled.value == 1)
    }

    @Test("Cancelling one of two leaves the other alone; identifiers 1 and \"1\" are two") func others() async throws {
        let peer = try Peer(.socket, TestProvider(gate: Latch()))
        try await peer.send(Peer.modernCall("wait", id: 1))
        try await peer.send(Peer.modernCall("held", id: "1"))
        await peer.provider.began.reaches(2)
        try await peer.send(Peer.cancel(1))
        await peer.provider.cancelled.reaches(1)
        peer.provider.gate.open()
        let answer = try await peer.answer()
        #expect(answer["id"] == "1")
        #expect(answer["result"] != nil)
    }

    @Test("An identifier in use is refused, and free again after cancellation") func reuse() async throws {
        let peer = try Peer()
        try await peer.send(Peer.modernCall("wait", id: 7))
        await peer.provider.began.reaches(1)
        let refused = try await peer.call(Peer.modernCall("echo", id: 7))
        #expect(refused["error"]?["code"] == -32600)
        try await peer.send(Peer.cancel(7))
        #expect(try await peer.call(Peer.modernCall("echo", id: 7))["result"] != nil)
    }

    @Test("A call that waits for a place can be cancelled before it starts") func waiting() async throws {
        let peer = try Peer { $0.limits.running = 1 }
        try await peer.send(Peer.modernCall("wait", id: 1))
        await peer.provider.began.reaches(1)
        try await peer.send(Peer.modernCall("echo", id: 2))
        try await peer.send(Peer.cancel(2))
        try await peer.send(Peer.modernCall("echo", id: 3))
        try await peer.send(Peer.cancel(1))
        #expect(try await peer.answer()["id"] == 3)
        #expect(peer.provider.ended.value == 2)
    }

    @Test("In a race of calls and their cancellations each answers at most once, and all end") func races() async throws
    {
        let peer = try Peer()
        let rounds: Int64 = 2000
        var lines: [UInt8] = []
        for id in 1...rounds {
            lines += Peer.modernCall(id % 3 == 0 ? "wait" : "echo", id: .integer(id)).encoded() + [0x0a]
            // Every third of the echoes is not cancelled.
            if id % 3 != 1 || id % 9 == 1 { lines += Peer.cancel(.integer(id)).encoded() + [0x0a] }
        }
        lines += Peer.modern("server/discover", id: "end").encoded() + [0x0a]
        let sent = lines
        async let sending: Void = peer.send(bytes: sent)
        var seen: Set<JSON> = []
        func take(_ answer: JSON) throws {
            let id = try #require(answer["id"])
            #expect(seen.insert(id).inserted, "\(id) answered twice")
            #expect(answer["error"] == nil, "\(answer.encodedString())")
        }
        for answer in try await peer.answers(until: "end") { try take(answer) }
        try await sending
        peer.closeOutput()
        while let line = try await peer.line() { try take(try JSON(parsing: line)) }
        #expect(await peer.end() == .inputClosed)
        for id in 1...rounds where id % 3 == 1 && id % 9 != 1 { #expect(seen.contains(.integer(id))) }
        for id in 1...rounds where id % 3 == 0 { #expect(!seen.contains(.integer(id))) }
    }

    @Test("Progress comes before the answer, grows, and only if asked for", arguments: ["string", 7] as [JSON])
    func progress(_ token: JSON) async throws {
        let peer = try Peer()
        try await peer.send(Peer.modernCall("steps", id: 1, token: token))
        let received = try await peer.answers(until: 1)
        #expect(received.count == 4)
        for (step, report) in received.dropLast().enumerated() {
            let number = Int64(step + 1)
            #expect(report["method"] == "notifications/progress")
            #expect(
                report["params"] == [
                    "progressToken": token, "progress": .integer(number), "total": 10,
                    "message": .string("step \(number)"),
                ])
        }
        #expect(received.last?["result"]?["content"]?[0]?["text"] == "watched")
        let unwatched = try await peer.call(Peer.modernCall("steps", id: 2))
        #expect(unwatched["result"]?["content"]?[0]?["text"] == "unwatched")
    }

    @Test("A call that says nothing itself shows that it is alive, until it ends") func alive() async throws {
        let peer = try Peer(.socket, TestProvider(gate: Latch()))
        try await peer.send(Peer.modernCall("held", id: 1, token: "t"))
        var last = 0.0
        for _ in 1...5 {
            let seconds = try #require(try await peer.answer()["params"]?["progress"]?.numberValue)
            #expect(seconds > last)
            last = seconds
        }
        peer.provider.gate.open()
        #expect(try await peer.answers(until: 1).last?["result"] != nil)
        #expect(try await peer.call(Peer.modernCall("echo", id: 2))["id"] == 2)
    }

    @Test("A tool that reports without end does not flood its client") func flood() async throws {
        let peer = try Peer()
        try await peer.send(Peer.modernCall("steps", id: 1, ["count": 100_000], token: "t"))
        #expect(try await peer.answers(until: 1).count < 200)
    }

    @Test("Numbers that JSON does not have are not reported") func finite() {
        final class Kept: MessageOutbox {
            let messages = Locked<[JSON]>([])
            func send(_ message: RPCMessage) async { offer(message) }
            func offer(_ message: RPCMessage) { messages.withLock { $0.append(message.json) } }
        }
        let kept = Kept()
        let progress = MCPProgress(ProgressGate(token: .integer(1), outbox: kept))
        progress.report(.nan)
        progress.report(.infinity)
        progress.report(0.5, of: .infinity)
        progress.report(1, of: 2)
        let sent = kept.messages.withLock { $0 }
        #expect(
            sent.map { $0["params"] } == [
                ["progressToken": 1, "progress": 0.5], ["progressToken": 1, "progress": 1, "total": 2],
            ])
    }
}
