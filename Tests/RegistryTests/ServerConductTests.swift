import LinuxIO
import MCP
import StrictJSON
import Testing

@testable import Registry

@Suite("A server is watched for what no client should put up with", .timeLimit(.minutes(1)))
struct ServerConductTests {
    private static let log = StrayMessage.notification(RPCNotification(method: "notifications/message"))

    @Test("notifications are dropped up to a number and a size, counted anew after each answer")
    func notifications() {
        let conduct = ServerConduct()
        for _ in 0..<2 {
            for _ in 0..<ServerConduct.mostStrays { #expect(isIgnored(conduct.judge(Self.log, 100))) }
            conduct.answered()
        }
        #expect(conduct.offence == nil)
        for _ in 0..<ServerConduct.mostStrays { _ = conduct.judge(Self.log, 100) }
        #expect(!isIgnored(conduct.judge(Self.log, 100)))
        #expect(conduct.offence == ServerError(.flooded, ""))
        let large = ServerConduct()
        #expect(!isIgnored(large.judge(Self.log, ServerConduct.mostStrayBytes + 1)))
    }

    static let offences: [(StrayMessage, ServerError.Code)] = [
        (.answer(.integer(1)), .misbehaved), (.answer(nil), .misbehaved),
        (.malformed(RPCFailure(code: RPCFailure.parseError, message: "m")), .misbehaved), (.oversize, .flooded),
    ]

    @Test("the first of these ends it, and is what it is told to have done", arguments: offences)
    func offends(stray: StrayMessage, code: ServerError.Code) {
        let conduct = ServerConduct()
        guard case .close = conduct.judge(stray, 1) else {
            Issue.record("it goes on after \(stray)")
            return
        }
        _ = conduct.judge(.oversize, 1)
        #expect(conduct.offence == ServerError(code, ""))
    }

    @Test("only a ping of it is answered with a result")
    func requests() {
        let conduct = ServerConduct()
        for method in ["sampling/createMessage", "elicitation/create", "roots/list", "ping", "tools/call"] {
            let request = RPCRequest(id: .string("x"), method: method)
            switch conduct.judge(.request(request), 10) {
            case .answer(.result(.string("x"), let members)): #expect(method == "ping" && members.isEmpty)
            case .answer(.failure(.string("x"), let failure)):
                #expect(method != "ping" && failure.code == RPCFailure.methodNotFound)
            default: Issue.record("no answer to \(method)")
            }
        }
    }

    @Test("that its tools changed is heard once each time it says so")
    func changes() {
        let conduct = ServerConduct()
        #expect(!conduct.takeChangedTools())
        _ = conduct.judge(.notification(RPCNotification(method: "notifications/tools/list_changed")), 60)
        #expect(conduct.takeChangedTools() && !conduct.takeChangedTools())
    }

    private func isIgnored(_ consequence: StrayMessage.Consequence) -> Bool {
        if case .ignore = consequence { true } else { false }
    }
}

@Suite("Waiting ends with the first thing that happens", .timeLimit(.minutes(1)))
struct WaitedTests {
    @Test("an answer, a deadline or a cancellation; and what comes too late goes on")
    func firsts() async {
        let gate = FirstToHappen<Int>()
        let task = Task { await gate.wait() }
        guard case .deadlinePassed = await Waited.value(of: task, until: .now + .milliseconds(20)) else {
            Issue.record("the deadline did not end it")
            return
        }
        let waiting = Task { await Waited.value(of: task, until: .now + .seconds(60)) }
        waiting.cancel()
        guard case .cancelled = await waiting.value else {
            Issue.record("the cancellation did not end it")
            return
        }
        let patient = Task {
            await Waited.value(of: task, until: .now + .seconds(60), heedsCancellation: false)
        }
        patient.cancel()
        gate.happen(7)
        gate.happen(8)
        guard case .came(7) = await patient.value,
            case .came(7) = await Waited.value(of: task, until: .now + .seconds(60))
        else {
            Issue.record("the value did not come")
            return
        }
    }
}
