import Manifests
import StrictJSON
import Testing

@testable import Policy
@testable import Replay

@Suite("A recorded call is decided as a run would have decided it")
struct ReplaySessionTests {
    private func call(_ tool: String, _ arguments: JSON = [:]) -> RecordedCall {
        RecordedCall(tool: tool, arguments: arguments)
    }

    @Test("calls are counted on what went ahead before them, and what was denied draws on nothing")
    func budgets() throws {
        let intent = try Scene.intent("{allow: a, args: {x: {max: 5}}, budget: {calls: 2}}")
        var session = try Scene.session(intent, try Scene.tools("a"))
        let decided = [["x": 1], ["x": 9], ["x": 2], ["x": 3]].map { session.replay(call("a", $0)).decision.effect }
        #expect(decided == [.allow, .deny, .allow, .deny])
    }

    @Test("a call that needs an approval counts only if one is assumed", arguments: ReplaySession.Answer.allCases)
    func approvals(answer: ReplaySession.Answer) throws {
        let intent = try Scene.intent("{approve: a, budget: {calls: 1}}")
        var session = try Scene.session(intent, try Scene.tools("a"), assume: answer)
        let first = session.replay(call("a"))
        #expect(first.decision.effect == .approve)
        #expect(first.goesAhead == (answer == .approve))
        #expect(session.replay(call("a")).decision.effect == (answer == .approve ? .deny : .approve))
    }

    @Test("`at` moves the clock, and it does not go back")
    func clock() throws {
        let intent = try Scene.intent("allow: a", more: "expires: 1h")
        var session = try Scene.session(intent, try Scene.tools("a"))
        var decided: [Intent.Effect] = []
        for seconds in [0, 3599, 3600, 10] {
            var call = call("a")
            call.time = Instant(secondsSince1970: 1_700_000_000 + Int64(seconds))
            decided.append(session.replay(call).decision.effect)
        }
        #expect(decided.prefix(3) == [.allow, .allow, .deny])
    }

    @Test("arguments that do not fit the schema, and are no object, are denied")
    func arguments() throws {
        var tools = ReplayTools()
        let json: JSON = [
            "name": "a",
            "inputSchema": [
                "type": "object", "properties": ["x": ["type": "integer", "default": 3]], "required": ["x"],
            ],
        ]
        if let tool = try MCPToolList.tool(json, in: "f") { try tools.add(tool, from: "f") }
        var session = try Scene.session(try Scene.intent("allow: a"), tools)
        #expect(session.replay(call("a", ["x": 1])).decision.effect == .allow)
        #expect(session.replay(call("a", ["x": "1"])).decision.code == .invalidArguments)
        #expect(session.replay(call("a", [1])).decision.code == .invalidArguments)
        // What its server would fill in is not what was sent.
        #expect(session.replay(call("a", [:])).decision.code == .invalidArguments)
    }

    @Test(
        "paths are resolved by their text, beneath an absolute workspace too",
        arguments: [
            ("notes/a.txt", nil, Intent.Effect.allow), ("notes/../../etc/passwd", nil, .deny),
            ("/notes/a.txt", nil, .deny),
            ("notes-old/a.txt", nil, .deny), ("/home/a/notes/b.txt", "/home/a", .allow),
            ("/home/a/notes/../../b/x", "/home/a", .deny), ("/home/ab/notes/x", "/home/a", .deny),
            ("/etc/passwd", "/home/a", .deny), ("./notes/./a", nil, .allow), ("", nil, .deny),
        ])
    func paths(path: String, workspace: String?, effect: Intent.Effect) throws {
        let intent = try Scene.intent("{allow: a, args: {path: {under: [notes]}}}")
        var session = try Scene.session(intent, try Scene.tools("a"), workspace: workspace)
        #expect(session.replay(call("a", ["path": .string(path)])).decision.effect == effect)
    }

    @Test("a call as JSON has exactly the members that are promised")
    func json() throws {
        var session = try Scene.session(try Scene.intent("allow: a"), try Scene.tools("a"))
        let allowed = session.replay(call("a")).json
        #expect(allowed.objectValue?.keys == ["index", "tool", "decision", "rules", "reason", "amendment"])
        #expect(allowed["index"] == 0)
        #expect(allowed["decision"] == "allow")
        #expect(session.replay(call("b")).json["decision"] == "deny")
    }

    @Test("a denial carries what would allow exactly this call, where it is asked for")
    func amendment() throws {
        let intent = try Scene.intent("{allow: a, args: {path: {equals: x}}}")
        for amends in [false, true] {
            let tools = try Scene.tools("a")
            var session = ReplaySession(
                try tools.compile(intent), tools: tools, amends: amends, now: Instant(secondsSince1970: 0))
            let denied = session.replay(call("a", ["path": "y"])).json
            #expect(denied["decision"] == "deny")
            #expect((denied["amendment"]?["yaml"]?.stringValue?.contains("allow: a") ?? false) == amends)
            #expect(session.replay(call("a", ["path": "x"])).json["amendment"] == .null)
        }
    }

    @Test("what differs from the expectation is counted, and so are attacks")
    func summary() throws {
        var session = try Scene.session(try Scene.intent("allow: a"), try Scene.tools("a", "b"))
        var summary = ReplaySummary()
        for (tool, expected, attack) in [("a", Intent.Effect.allow, false), ("b", .allow, true), ("a", .deny, true)] {
            var call = call(tool)
            call.expected = expected
            call.isAttack = attack
            summary.add(session.replay(call), line: 1)
        }
        #expect(summary.different == 2)
        #expect(summary.attacks == 2)
        #expect(summary.attacksAhead == 1)
    }
}
