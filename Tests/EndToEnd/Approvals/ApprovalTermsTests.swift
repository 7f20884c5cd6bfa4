import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("An approval is by the people that the rule names, and for what they said")
struct ApprovalTermsTests {
    @Test("two different people, and not the principal")
    func quorum() throws {
        let approvals = try ApprovalScene(by: "{quorum: 2, notPrincipal: true, assurance: A4, expires: 5m}")
        let keys = try ["alice", "bob", "carol"].map { (name: "\($0)@example.com", key: try approvals.key($0)) }
        try approvals.sign(keys)
        let agent = try approvals.start("write a.txt hi")
        let id = try approvals.requests()[0]
        let own = approvals.allow(id, "--key", keys[0].key)
        #expect(own.status == 1 && own.errorOutput.contains("principal"), "\(own)")
        let first = approvals.allow(id, "--key", keys[1].key, "--as", keys[1].name)
        #expect(first.output.contains("1 more person"), "\(first)")
        let listed = approvals.scene.agentbox(["approve", "list"])
        #expect(listed.output.contains("1 of 2 said yes (bob@example.com), 1 more needed"), "\(listed)")
        #expect(try approvals.pending()[0]["progress"] == ["needed": 2, "missing": 1, "given": ["bob@example.com"]])
        let shown = approvals.scene.agentbox(["approve", "show", id])
        #expect(shown.output.contains("so far     1 of 2 said yes"), "\(shown)")
        let unknown = approvals.allow("nosuchid")
        #expect(unknown.status == 125 && unknown.errorOutput.contains("with --all"), "\(unknown)")
        let again = approvals.allow(id, "--key", keys[1].key, "--as", keys[1].name)
        // Within the same second it is the very same statement, which was answered.
        #expect(again.output.contains("1 more person") || again.errorOutput.contains("already"), "\(again)")
        #expect(approvals.scene.file("docs/a.txt") == nil)
        let second = approvals.allow(id, "--key", keys[2].key, "--as", keys[2].name)
        #expect(second.output == "allowed\n", "\(second)")
        #expect(try agent.line() == "a.txt 0")
        let approval = try approvals.decisions()[0]["approval"]
        #expect(approval?["assurance"] == "A4")
        let names = approval?["approvers"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
        #expect(names.sorted() == [keys[1].name, keys[2].name])
    }

    @Test("somebody with the role, and nobody else")
    func role() throws {
        let approvals = try ApprovalScene(by: "{role: maintainer, assurance: A2, expires: 5m}")
        let keys = try ["alice", "bob"].map { (name: "\($0)@example.com", key: try approvals.key($0)) }
        try approvals.sign(keys, directives: ["# agentbox: role maintainer bob@example.com"])
        let agent = try approvals.start("write a.txt hi")
        let id = try approvals.requests()[0]
        let local = approvals.allow(id)
        #expect(local.status == 1 && local.errorOutput.contains("A2"), "\(local)")
        let other = approvals.allow(id, "--key", keys[0].key)
        #expect(other.status == 1 && other.errorOutput.contains("maintainer"), "\(other)")
        #expect(approvals.allow(id, "--key", keys[1].key, "--as", keys[1].name).output == "allowed\n")
        #expect(try agent.line() == "a.txt 0")
    }

    @Test("what was signed on another machine counts as well, and nothing but that")
    func elsewhere() throws {
        let approvals = try ApprovalScene(by: "{assurance: A2, expires: 5m}")
        let key = try approvals.key("alice")
        try approvals.sign([("alice@example.com", key)])
        let agent = try approvals.start("write a.txt hi")
        let id = try approvals.requests()[0]
        let scene = approvals.scene
        let statement = scene.agentbox(["approve", "show", id, "--statement"]).output
        try scene.folder.write("statement", statement)
        let signed = Command.run(
            ["/usr/bin/ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", "approval@agentbox.dev"]
                + [scene.folder("statement")])
        #expect(signed.status == 0, "\(signed)")
        try scene.folder.write("other", statement.replacing("\"once\"", with: "\"plan\""))
        let words = ["--signature", scene.folder("statement.sig"), "--statement"]
        scene.giveAway()
        let forged = scene.agentbox(["approve", "allow", id] + words + [scene.folder("other")])
        #expect(forged.status == 1, "\(forged)")
        #expect(scene.agentbox(["approve", "allow", id] + words + [scene.folder("statement")]).output == "allowed\n")
        #expect(try agent.line() == "a.txt 0")
    }

    @Test("a pattern lets so many calls like it through, and no others")
    func pattern() throws {
        let approvals = try ApprovalScene()
        let agent = try approvals.start(
            "write a.txt hi; write b.txt hi; agentbox call fs.write path=top.txt content=hi; write c.txt hi; echo end")
        let first = try approvals.requests()[0]
        func allow(_ pattern: String) -> Command.Result {
            approvals.allow(first, "--pattern", pattern, "--count", "2", "--for", "1h")
        }
        for (bad, problem) in [
            ("{path: {under: [docs]}}", "does not cover"),
            ("{path: {under: [Sources]}, content: {length: {max: 9}}}", "does not cover"),
            ("{path: {undr: [docs]}}", "undr"), ("path: x", "one line"),
            ("{path: {under: [docs]}}, when: true, x: {y: 1}", "cannot be read"),
        ] {
            let refused = allow(bad)
            #expect(refused.status != 0 && refused.errorOutput.contains(problem), "\(bad): \(refused)")
        }
        let allowed = allow("{path: {under: [docs]}, content: {length: {max: 9}}}")
        #expect(allowed.output == "allowed\n", "\(allowed)")
        #expect(try agent.line() == "a.txt 0")
        #expect(try agent.line() == "b.txt 0")
        // Elsewhere, and one too many: each asks.
        #expect(approvals.deny(try approvals.requests()[0]).output == "denied\n")
        #expect(approvals.allow(try approvals.requests()[0]).output == "allowed\n")
        #expect(try agent.line() == "c.txt 0")
        #expect(try agent.line() == "end")
        let scopes = try approvals.decisions().map { $0["approval"]?["scope"]?.stringValue }
        #expect(scopes == ["pattern", "pattern", nil, "once"])
    }

    @Test("a no that comes while a pattern is being kept stops it")
    func noBeforePattern() throws {
        let approvals = try ApprovalScene()
        let agent = try approvals.start("write a.txt hi; write b.txt hi; echo end")
        let id = try approvals.requests()[0]
        // Nobody else can write meanwhile: the pattern waits for its place in the store.
        let lock = Task.detached {
            Command.run([
                "/usr/bin/sqlite3", approvals.scene.home + "/state/state.sqlite", "BEGIN IMMEDIATE", ".shell sleep 3",
                "COMMIT",
            ])
        }
        defer { lock.cancel() }
        usleep(500_000)
        let pattern = "{path: {under: [docs]}, content: {length: {max: 9}}}"
        let yes = try BackgroundAgentbox(
            approvals.scene, ["approve", "allow", id, "--pattern", pattern, "--count", "5", "--for", "1h"])
        usleep(1_000_000)
        let no = approvals.deny(id)
        #expect(no.output == "denied\n", "\(no)")
        #expect(yes.wait() != 0)
        #expect(try agent.line() == "a.txt 126")
        // The next of its calls asks.
        #expect(approvals.allow(try approvals.requests()[0]).output == "allowed\n")
        #expect(try agent.line() == "b.txt 0")
        #expect(agent.wait() == 0)
        let verdicts = try approvals.record().compactMap { $0["verdict"]?.stringValue }
        #expect(verdicts.contains("refused"), "\(verdicts)")
    }

    @Test("a pattern ends with the key that allowed it", arguments: ["revoked_keys", "allowed_signers"])
    func patternOfRevokedKey(file: String) throws {
        let approvals = try ApprovalScene(by: "{assurance: A2, expires: 5m}")
        let (alice, bob) = (try approvals.key("alice"), try approvals.key("bob"))
        try approvals.sign([("alice@example.com", alice), ("bob@example.com", bob)])
        let agent = try approvals.start("for i in a b; do write $i.txt hi; done; sleep 3; write c.txt hi; echo end")
        let pattern = "{path: {under: [docs]}, content: {length: {max: 9}}}"
        let allowed = approvals.allow(
            try approvals.requests()[0], "--pattern", pattern, "--count", "5", "--for", "1h", "--key", alice)
        #expect(allowed.output == "allowed\n", "\(allowed)")
        // The control: it holds as long as the key does.
        #expect(try agent.line() == "a.txt 0")
        #expect(try agent.line() == "b.txt 0")
        if file == "revoked_keys" {
            try approvals.scene.folder.write("home/revoked_keys", File.text(of: alice + ".pub") ?? "", mode: 0o600)
            approvals.scene.giveAway()
        } else {
            try approvals.sign([("bob@example.com", bob)])
        }
        #expect(try approvals.pending()[0]["call"] == "c3")
        agent.kill()
        #expect(approvals.scene.file("docs/c.txt") == nil)
    }

    @Test("a plan is approved with one signature over all of its calls")
    func plan() throws {
        let approvals = try ApprovalScene(by: "{assurance: A2, expires: 5m}")
        let key = try approvals.key("alice")
        try approvals.sign([("alice@example.com", key)])
        let agent = try approvals.start("write a.txt hi & write b.txt hi & write c.txt hi & wait")
        let ids = try approvals.requests(3)
        let shown = approvals.allow(ids[0], ids[1], "--key", key)
        #expect(shown.output == "allowed\n" && shown.errorOutput.contains("A PLAN of 2 calls"), "\(shown)")
        let done = [try agent.line(), try agent.line()]
        #expect(done.allSatisfy { $0?.hasSuffix(" 0") == true }, "\(done)")
        // What is not of the plan waits.
        #expect(try approvals.requests() == [ids[2]])
        #expect(approvals.allow(ids[2], "--key", key).output == "allowed\n")
        #expect(try agent.line()?.hasSuffix(" 0") == true)
    }

    @Test("who breaks the glass needs a hardware key, the role and a reason, and it is flagged")
    func breakGlass() throws {
        let approvals = try ApprovalScene(by: "{quorum: 2, role: maintainer, assurance: A2, expires: 10m}")
        let scene = approvals.scene
        let soft = try approvals.key("alice")
        let hard = try approvals.key("bob", options: ["-t", "ed25519-sk"])
        try approvals.sign(
            [("alice@example.com", soft), ("bob@example.com", hard)],
            directives: ["# agentbox: role break-glass alice@example.com,bob@example.com"])
        let agent = try approvals.start("write a.txt hi")
        let id = try approvals.requests()[0]
        func allow(_ words: [String]) -> Command.Result {
            scene.agentbox(
                ["approve", "allow", id, "--break-glass"] + words, environment: ApprovalScene.provider)
        }
        #expect(allow(["--key", hard, "--as", "bob@example.com"]).errorOutput.contains("--reason"))
        let weak = allow(["--reason", "pager 4711: roll it back", "--key", soft])
        #expect(weak.status == 1 && weak.errorOutput.contains("A3"), "\(weak)")
        let short = allow(["--reason", "now", "--key", hard, "--as", "bob@example.com"])
        #expect(short.status == 1 && short.errorOutput.contains("reason"), "\(short)")
        let broken = allow(["--reason", "pager 4711: roll it back", "--key", hard, "--as", "bob@example.com"])
        #expect(broken.output == "allowed\n", "\(broken)")
        #expect(try agent.line() == "a.txt 0")
        let answered = try #require(try approvals.record().last)
        #expect(answered["breakGlass"] == true && answered["reason"] == "pager 4711: roll it back")
        #expect(answered["method"] == "security-key" && answered["assurance"] == "A3")
        #expect(try approvals.decisions()[0]["approval"]?["breakGlass"] == true)
    }
}
