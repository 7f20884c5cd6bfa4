import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("A call that needs people waits for them, and goes ahead only with their yes")
struct ApprovalTests {
    @Test("the local user says yes, and it is on record before it happens", arguments: Person.possible)
    func allowed(person: Person) throws {
        let approvals = try ApprovalScene(person)
        let agent = try approvals.start("write a.txt hi")
        let request = try approvals.pending()[0]
        #expect(request["shown"]?.stringValue?.contains("path: \"docs/a.txt\"") == true)
        #expect(approvals.scene.file("docs/a.txt") == nil)
        let id = try #require(request["request"]?.stringValue)
        let answer = approvals.allow(id)
        #expect(answer.status == 0 && answer.output == "allowed\n", "\(answer)")
        // What is said yes to is shown before.
        #expect(answer.errorOutput.contains("MAY THIS CALL GO AHEAD?"))
        #expect(try agent.line() == "a.txt 0")
        #expect(agent.wait() == 0)
        #expect(approvals.scene.file("docs/a.txt") == "hi")
        let decided = try #require(try approvals.decisions().first)
        #expect(decided["approval"]?["approvers"]?[0]?["assurance"] == "A1")
        #expect(decided["approval"]?["request"]?.stringValue == id)
        #expect(decided["callDigest"] == request["callDigest"])
        let record = try approvals.record()
        // It only writes: it ran on a copy before, which is a decision too.
        #expect(record.map { $0["kind"] } == ["decided", "approval-asked", "approval-answered"])
        #expect(record[1]["shownDigest"] == request["shownDigest"])
        #expect(record[2]["verdict"] == "allow" && record[2]["method"] == "peer")
        #expect(try approvals.state(id) == "consumed")
        #expect(approvals.scene.agentbox(["audit", "log"]).output.contains("approved by alice@example.com (A1)"))
    }

    @Test("the local user says no, and the agent hears why", arguments: Person.possible)
    func denied(person: Person) throws {
        let approvals = try ApprovalScene(person)
        let agent = try approvals.start("agentbox call fs.write path=docs/a.txt content=hi 2>&1; echo exit $?")
        let id = try approvals.requests()[0]
        #expect(approvals.deny(id, "--reason", "not this file").output == "denied\n")
        #expect(try agent.line()?.contains("not this file") == true)
        #expect(try agent.line() == "exit 126")
        #expect(agent.wait() == 0)
        #expect(approvals.scene.file("docs/a.txt") == nil)
        #expect(try approvals.decisions().map { $0["decision"]?["code"] } == ["approval-denied"])
        #expect(try approvals.state(id) == "denied")
    }

    @Test("nobody answers in time: the call is denied, and a yes comes too late")
    func expired() throws {
        let approvals = try ApprovalScene(by: "{expires: 2s}")
        let agent = try approvals.start("write a.txt hi; sleep 20")
        let id = try approvals.requests()[0]
        #expect(try agent.line() == "a.txt 126")
        let late = approvals.allow(id)
        #expect(late.status == 1 && late.errorOutput.contains("nobody answered in time"), "\(late)")
        #expect(try approvals.state(id) == "expired")
        agent.kill()
        #expect(try approvals.decisions().map { $0["decision"]?["code"] } == ["approval-expired"])
        #expect(approvals.scene.file("docs/a.txt") == nil)
    }

    @Test("the agent's client is told that a person is asked")
    func progress() throws {
        let approvals = try ApprovalScene()
        let call =
            #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"fs.write","#
            + #""arguments":{"path":"docs/a.txt","content":"hi"},"_meta":{"progressToken":"t"}}}"#
        let agent = try approvals.start(
            """
            { echo '\(Self.initialize)'; echo '{"jsonrpc":"2.0","method":"notifications/initialized"}'; echo '\(call)'
              sleep 20; } | agentbox connect
            """)
        let id = try approvals.requests()[0]
        var heard = try agent.line()
        for _ in 0..<10 where heard?.contains("waiting for a person's approval") != true { heard = try agent.line() }
        #expect(heard?.contains("waiting for a person's approval") == true, "\(heard ?? "nothing")")
        #expect(approvals.deny(id).status == 0)
        agent.kill()
    }

    private static let initialize =
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"#
        + #""clientInfo":{"name":"test","version":"1"}}}"#

    @Test("while people think, other calls go on, however many wait")
    func othersGoOn() throws {
        let approvals = try ApprovalScene()
        let agent = try approvals.start(
            """
            for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do write $i.txt hi & done
            read go </dev/null; while [ $(agentbox call fs.read path=README.md | grep -c hello) != 1 ]; do :; done
            echo read
            wait
            """)
        let ids = try approvals.requests(20)
        // More wait than may run at once.
        #expect(try agent.line() == "read")
        let plan = approvals.scene.agentbox(["approve", "allow"] + ids)
        #expect(plan.output == "allowed\n", "\(plan)")
        var lines: [String] = []
        while let line = try agent.line() { lines.append(line) }
        #expect(lines.count == 20 && lines.allSatisfy { $0.hasSuffix(" 0") }, "\(lines)")
        #expect(try approvals.decisions().allSatisfy { $0["approval"]?["scope"] == "plan" })
    }

    @Test("when the agent is gone the request is too, and a yes counts for nothing")
    func agentGone() throws {
        let approvals = try ApprovalScene()
        let agent = try approvals.start("timeout 2 agentbox call fs.write path=docs/a.txt content=hi; sleep 20")
        let id = try approvals.requests()[0]
        for _ in 0..<200 where try approvals.state(id) == "pending" { usleep(50_000) }
        #expect(try approvals.state(id) == "cancelled")
        #expect(approvals.allow(id).errorOutput.contains("gave the call up"))
        agent.kill()
        #expect(approvals.scene.file("docs/a.txt") == nil)
    }

    @Test("what was asked when agentbox was killed is void at the next start, and stays so")
    func killed() throws {
        let approvals = try ApprovalScene()
        let agent = try approvals.start("write a.txt hi; sleep 20")
        let id = try approvals.requests()[0]
        agent.kill()
        // It is no longer among those that wait, and cannot be answered.
        #expect(approvals.scene.agentbox(["approve", "list", "--json"]).output == "")
        #expect(approvals.allow(id).status == 125)
        let next = approvals.scene.agentbox(["run", approvals.scene.intent, "--", "/bin/true"])
        #expect(next.status == 0, "\(next)")
        #expect(try approvals.state(id) == "void")
        #expect(approvals.allow(id).errorOutput.contains("has died"))
        let answered = try approvals.scene.runs()[0]["approvals"]?.arrayValue?.last
        #expect(answered?["verdict"] == "void" && answered?["request"]?.stringValue == id)
        #expect(approvals.scene.file("docs/a.txt") == nil)
    }

    @Test("a file that changed since people were asked is another call")
    func changedMeanwhile() throws {
        let approvals = try ApprovalScene()
        let agent = try approvals.start("write old.txt new; write old.txt new")
        let first = try approvals.requests()[0]
        try approvals.scene.folder.write("workspace/docs/old.txt", "somebody else's\n")
        #expect(approvals.allow(first).output == "allowed\n")
        #expect(try agent.line() == "old.txt 126")
        #expect(approvals.scene.file("docs/old.txt") == "somebody else's\n")
        // The control: nothing changed.
        let second = try approvals.requests()[0]
        #expect(approvals.allow(second).output == "allowed\n")
        #expect(try agent.line() == "old.txt 0")
        #expect(approvals.scene.file("docs/old.txt") == "new")
        #expect(try approvals.decisions().map { $0["decision"]?["code"] } == ["call-changed", "approved"])
    }

    @Test("outside of a box the local user's word is nothing, and a key's is enough", arguments: Person.possible)
    func unconfined(person: Person) throws {
        let approvals = try ApprovalScene(person)
        let scene = approvals.scene
        let call = ["call", "--intent", scene.intent, "fs.write", "path=docs/a.txt", "content=hi"]
        // Nobody can sign: denied at once.
        let hopeless = scene.agentbox(call)
        #expect(hopeless.status == 126 && hopeless.errorOutput.contains("allowed signers"), "\(hopeless)")
        let key = try approvals.key("alice")
        try approvals.sign([("alice@example.com", key)])
        let caller = try BackgroundAgentbox(scene, call)
        let id = try approvals.requests()[0]
        let plain = approvals.allow(id)
        #expect(plain.status == 1 && plain.errorOutput.contains("could approve its own calls"), "\(plain)")
        #expect(scene.file("docs/a.txt") == nil)
        let signed = approvals.allow(id, "--key", key)
        #expect(signed.output == "allowed\n", "\(signed)")
        #expect(caller.wait() == 0)
        #expect(scene.file("docs/a.txt") == "hi")
        let verdicts = try approvals.record().compactMap { $0["verdict"]?.stringValue }
        #expect(verdicts == ["refused", "allow"])
    }

    @Test("when three noes end the questions, those that wait already end too")
    func pausedWhileOthersWait() throws {
        let approvals = try ApprovalScene(rules: "- approve: exec.run")
        let agent = try approvals.start(
            """
            agentbox call exec.run 'argv=["true"]' >/dev/null 2>&1 &
            for i in 1 2 3 4 5; do write $i.txt hi & done; wait
            """)
        let all = try approvals.pending(6)
        let ids = all.filter { $0["tool"] == "fs.write" }.compactMap { $0["request"]?.stringValue }
        for id in ids.prefix(3) { #expect(approvals.deny(id).output == "denied\n") }
        for _ in 0..<5 { #expect(try agent.line()?.hasSuffix(" 126") == true) }
        #expect(approvals.allow(ids[4]).status == 1)
        // The control: of another kind, it still waits.
        let other = try #require(all.first { $0["tool"] == "exec.run" }?["request"]?.stringValue)
        #expect(approvals.allow(other).output == "allowed\n")
        #expect(agent.wait() == 0)
        let codes = try approvals.decisions().compactMap { $0["decision"]?["code"]?.stringValue }.sorted()
        #expect(
            codes == ["approval-denied", "approval-denied", "approval-denied", "approvals-paused", "approvals-paused"])
    }

    @Test("three noes to calls of one kind end the questions, until a person lets them be asked again")
    func paused() throws {
        let approvals = try ApprovalScene()
        let agent = try approvals.start(
            "for i in 1 2 3 4; do write $i.txt hi; done; agentbox call fs.read path=README.md; sleep 2; write 5.txt hi")
        for number in 1...3 {
            #expect(approvals.deny(try approvals.requests()[0]).output == "denied\n")
            #expect(try agent.line() == "\(number).txt 126")
        }
        #expect(try agent.line() == "4.txt 126")
        let run = try #require(try approvals.scene.runs().last?["run"]?.stringValue)
        #expect(approvals.scene.agentbox(["approve", "resume", run]).output == "people are asked again\n")
        #expect(approvals.allow(try approvals.requests()[0]).output == "allowed\n")
        var rest: [String] = []
        while let line = try agent.line() { rest.append(line) }
        #expect(rest.last == "5.txt 0", "\(rest)")
        let codes = try approvals.decisions().map { $0["decision"]?["code"]?.stringValue }
        #expect(codes == ["approval-denied", "approval-denied", "approval-denied", "approvals-paused", "approved"])
    }
}
