import Manifests
import StrictJSON
import Testing

@testable import Policy
@testable import Replay

@Suite("A proposed intent allows what was seen, and little else")
struct IntentProposalTests {
    private func propose(_ calls: [(String, JSON)], _ tools: ReplayTools) throws -> (
        text: String, session: ReplaySession
    ) {
        var observations = Observations(
            placeWord: "line", source: "trace.jsonl", name: "proposed", purpose: "test", principal: "alice@example.com",
            hasWorkspace: true)
        for (index, (tool, arguments)) in calls.enumerated() {
            guard let name = ToolName(tool) else { continue }
            observations.calls.append(ObservedCall(tool: name, arguments: arguments, place: index + 1))
        }
        let proposal = try IntentProposal(observations, tools: tools)
        let intent = try Intent.load(Array(proposal.text.utf8), file: "proposed.yaml")
        return (proposal.text, try Scene.session(intent, tools))
    }

    private func effect(_ session: ReplaySession, _ tool: String, _ arguments: JSON) -> Intent.Effect {
        var session = session
        return session.replay(RecordedCall(tool: tool, arguments: arguments)).decision.effect
    }

    @Test("one value is that value, and an argument that was never given stays away")
    func single() throws {
        var tools = ReplayTools()
        let schema: JSON = ["type": "object", "properties": ["to": ["type": "string"], "bcc": ["type": "string"]]]
        if let tool = try MCPToolList.tool(["name": "send", "inputSchema": schema], in: "f") {
            try tools.add(tool, from: "f")
        }
        let (text, session) = try propose([("send", ["to": "bob@example.com"])], tools)
        #expect(text.contains("# 1 call: line 1\n  - allow: send\n"))
        #expect(effect(session, "send", ["to": "bob@example.com"]) == .allow)
        #expect(effect(session, "send", ["to": "eve@example.com"]) == .deny)
        #expect(effect(session, "send", ["to": "bob@example.com", "bcc": "eve@example.com"]) == .deny)
    }

    @Test("two files are those two, three of a folder are the folder, and none are the workspace")
    func paths() throws {
        let tools = try Scene.tools("read")
        func seen(_ paths: String...) -> [(String, JSON)] { paths.map { ("read", ["path": .string($0)]) } }
        let two = try propose(seen("src/a.c", "src/b.c"), tools)
        #expect(two.text.contains("path: {under: [src/a.c, src/b.c]}"))
        #expect(effect(two.session, "read", ["path": "src/c.c"]) == .deny)
        let three = try propose(seen("src/a.c", "src/b.c", "src/c.c", "README.md"), tools)
        #expect(three.text.contains("path: {under: [README.md, src]}"))
        #expect(three.text.contains("# path: 3 files in `src`, so the folder"))
        #expect(effect(three.session, "read", ["path": "src/d.c"]) == .allow)
        #expect(effect(three.session, "read", ["path": "src/../secret.txt"]) == .deny)
        let top = try propose(seen("a.txt", "b.txt", "c.txt"), tools)
        #expect(effect(top.session, "read", ["path": "d.txt"]) == .deny)
    }

    @Test("numbers are their range, texts are listed up to eight, commands as they were")
    func values() throws {
        let tools = try Scene.tools("pay", "say", "run")
        let pay = try propose([10, 35, 20.5, 12].map { ("pay", ["amount": $0]) }, tools)
        #expect(pay.text.contains("amount: {min: 10, max: 35}"))
        #expect(effect(pay.session, "pay", ["amount": 36]) == .deny)
        let say = try propose((1...8).map { ("say", ["word": .string("w\($0)")]) }, tools)
        #expect(say.text.contains("word: {oneOf: [w1, w2, w3, w4, w5, w6, w7, w8]}"))
        let many = try propose((1...9).map { ("say", ["word": .string("w\($0)")]) }, tools)
        #expect(many.text.contains("word: {length: {max: 2}}"))
        let run = try propose([("run", ["argv": ["make", "test"]]), ("run", ["argv": ["make", "lint"]])], tools)
        #expect(run.text.contains("argv: {oneOf: [[make, test], [make, lint]]}"))
        #expect(effect(run.session, "run", ["argv": ["make", "install"]]) == .deny)
    }

    @Test("a few calls that differ in two arguments get a rule each, so that nothing is combined")
    func combinations() throws {
        let calls: [(String, JSON)] = [("pay", ["to": "bob", "amount": 5]), ("pay", ["to": "eve", "amount": 9000])]
        let (_, session) = try propose(calls, try Scene.tools("pay"))
        #expect(effect(session, "pay", ["to": "eve", "amount": 9000]) == .allow)
        #expect(effect(session, "pay", ["to": "bob", "amount": 9000]) == .deny)
    }

    @Test("a call more than was seen is one too many")
    func budgets() throws {
        let (_, start) = try propose([("a", [:]), ("a", [:])], try Scene.tools("a"))
        var session = start
        let decided = (1...3).map { _ in session.replay(RecordedCall(tool: "a", arguments: [:])).decision.effect }
        #expect(decided == [.allow, .allow, .deny])
    }

    @Test(
        "whatever an agent wrote comes back as the same value, and breaks out of nothing",
        arguments: [
            "yes", "no: thing", "# not a comment", "a\nb: c", "\u{1B}[2J", "null", "0x10", "- x", "*a", "&a", "!t", "'",
            "\"",
            "\\", "{a: b}", "\u{202E}evil", "😀\u{2028}", "", " ", "1_000", "12:30", "~", "a #b", "a: ", "\u{0}",
            "\u{FEFF}x",
            "=", "<<", "%x", "@x", "`x`",
        ])
    func hostileTexts(text: String) throws {
        let tools = try Scene.tools("a")
        let (yaml, session) = try propose(
            [("a", ["x": .string(text), text.isEmpty ? "k" : text: [.string(text)]])], tools)
        #expect(effect(session, "a", ["x": .string(text), text.isEmpty ? "k" : text: [.string(text)]]) == .allow)
        #expect(yaml.components(of: "allow:") == 1)
    }

    @Test("a value that a trusted output held is said to be from there")
    func provenance() throws {
        var observations = Observations(
            placeWord: "line", source: "t", name: "p", purpose: "t", principal: "a", hasWorkspace: false)
        for (tool, arguments, result, place) in [
            ("search", ["q": "Bob"], ["results": [["email": "bob@example.com"]]], 1),
            ("send", ["to": "bob@example.com"], .null, 2),
        ] as [(String, JSON, JSON, Int)] {
            guard let name = ToolName(tool) else { continue }
            observations.calls.append(
                ObservedCall(tool: name, arguments: arguments, place: place, result: result, isTrusted: true))
        }
        let proposal = try IntentProposal(observations, tools: try Scene.tools("search", "send"))
        #expect(proposal.text.contains("from: [{tool: search, at: \"/results/*/email\"}]"))
    }

    @Test("nothing is proposed from nothing")
    func nothing() throws {
        #expect(throws: ReplayError.self) { try propose([], try Scene.tools("a")) }
    }
}

extension String {
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
