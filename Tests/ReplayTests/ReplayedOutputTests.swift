import Manifests
import StrictJSON
import Testing

@testable import Policy
@testable import Replay

@Suite("What a recorded result held counts for the calls after it, if its call went ahead")
struct ReplayedOutputTests {
    private static let found: JSON = ["results": [["email": "bob@example.com"]]]
    private static let send = RecordedCall(tool: "send", arguments: ["to": "bob@example.com"])

    private func session(search: String = "allow: search", assume: ReplaySession.Answer = .deny) throws -> ReplaySession
    {
        let intent = try Scene.intent(
            search, "{allow: send, args: {to: {from: {tool: search, at: /results/*/email}}}}")
        return try Scene.session(intent, try Scene.tools("search", "send"), assume: assume)
    }

    private func search(_ result: JSON, labels: [Label]? = [], arguments: JSON = [:]) -> RecordedCall {
        RecordedCall(tool: "search", arguments: arguments, result: result, labels: labels)
    }

    private func effect(after first: RecordedCall, _ start: ReplaySession) -> Intent.Effect {
        var session = start
        _ = session.replay(first)
        return session.replay(Self.send).decision.effect
    }

    @Test("a value of a trusted result may be used; of one that is untrusted, or says nothing, it may not")
    func trust() throws {
        let start = try session()
        #expect(effect(after: search(Self.found), start) == .allow)
        #expect(effect(after: search(Self.found, labels: nil), start) == .deny)
        #expect(effect(after: search(Self.found, labels: [.untrusted]), start) == .deny)
        #expect(effect(after: search([:]), start) == .deny)
    }

    @Test("a result in the forms of MCP is addressed by what it holds")
    func forms() throws {
        let start = try session()
        let text = JSON.string(Self.found.encodedString())
        #expect(effect(after: search(text), start) == .allow)
        #expect(effect(after: search(["content": [["type": "text", "text": text]]]), start) == .allow)
        #expect(effect(after: search(["content": [], "structuredContent": Self.found]), start) == .allow)
    }

    @Test("an echo of the call's own arguments proves nothing")
    func echo() throws {
        let echoed = search(Self.found, arguments: ["query": "bob@example.com"])
        #expect(effect(after: echoed, try session()) == .deny)
    }

    @Test("the result of a call that was denied was never seen; of one that was approved it was")
    func refused() throws {
        #expect(effect(after: search(Self.found), try session(search: "deny: search")) == .deny)
        #expect(effect(after: search(Self.found), try session(search: "approve: search")) == .deny)
        #expect(effect(after: search(Self.found), try session(search: "approve: search", assume: .approve)) == .allow)
    }

    @Test("labels stay with the run from the first untrusted result on")
    func labels() throws {
        let intent = try Scene.intent(
            "allow: \"*\"", "{deny: wipe, when: '\"untrusted\" in call.labels'}")
        let tools = try Scene.tools("read", "wipe")
        for (labels, expected) in [([], Intent.Effect.allow), (nil, .deny)] as [([Label]?, Intent.Effect)] {
            var session = try Scene.session(intent, tools)
            _ = session.replay(RecordedCall(tool: "read", arguments: [:], result: "x", labels: labels))
            #expect(session.replay(RecordedCall(tool: "wipe", arguments: [:])).decision.effect == expected)
        }
    }
}
