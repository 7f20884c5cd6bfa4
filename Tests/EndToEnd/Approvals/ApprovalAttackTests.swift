import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("No answer counts that is not this person's, to this request, about what they were shown")
struct ApprovalAttackTests {
    /// A run whose call waits, and signers alice and mallory, of whom only alice counts.
    private struct Question {
        let approvals: ApprovalScene
        let agent: BackgroundAgentbox
        let alice: String
        let mallory: String
        let id: String

        init(_ script: String = "write a.txt hi; sleep 20", by: String = "{assurance: A2, expires: 5m}") throws {
            approvals = try ApprovalScene(by: by)
            alice = try approvals.key("alice")
            mallory = try approvals.key("mallory")
            try approvals.sign([("alice@example.com", alice)])
            agent = try approvals.start(script)
            id = try approvals.requests()[0]
        }

        /// An answer that somebody leaves in the store without asking our command.
        func statement(for request: String) -> String {
            approvals.scene.agentbox(["approve", "show", request, "--statement"]).output
        }

        func sign(_ text: String, with key: String, namespace: String = "approval@agentbox.dev") throws -> [String] {
            let scene = approvals.scene
            let name = "s\(Int.random(in: 0...Int.max))"
            try scene.folder.write(name, text)
            let result = Command.run(
                ["/usr/bin/ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", namespace, scene.folder(name)])
            guard result.status == 0 else { throw TestSupportError("not signed: \(result)") }
            scene.giveAway()
            return ["--statement", scene.folder(name), "--signature", scene.folder(name + ".sig")]
        }

        func allow(_ request: String, _ words: [String]) -> Command.Result {
            approvals.scene.agentbox(["approve", "allow", request] + words)
        }

        /// The control at the end of each attack: an honest yes goes through.
        func honest(_ request: String) throws {
            let answer = allow(request, ["--key", alice])
            #expect(answer.output == "allowed\n", "the control failed: \(answer)")
        }
    }

    @Test("a flood of answers that count for nothing uses up the yes, and never the no")
    func flooded() throws {
        let question = try Question()
        for _ in 0..<33 { #expect(question.allow(question.id, ["--key", question.mallory]).status != 0) }
        let late = question.allow(question.id, ["--key", question.alice])
        #expect(late.status != 0 && late.errorOutput.contains("too many answers"), "\(late)")
        let no = question.approvals.deny(question.id, "--key", question.alice, "--reason", "not now")
        #expect(no.output == "denied\n", "\(no)")
        #expect(try question.agent.line() == "a.txt 126")
        #expect(try question.approvals.state(question.id) == "denied")
        question.agent.kill()
    }

    @Test("an approval that was used is none for the next call, even if that is the same")
    func replayed() throws {
        let question = try Question("write a.txt hi; write a.txt hi; write a.txt hi")
        let words = try question.sign(question.statement(for: question.id), with: question.alice)
        #expect(question.allow(question.id, words).output == "allowed\n")
        #expect(try question.agent.line() == "a.txt 0")
        let next = try question.approvals.requests()[0]
        #expect(next != question.id)
        let again = question.allow(next, words)
        #expect(again.status == 1 && again.errorOutput.contains("another request"), "\(again)")
        #expect(question.allow(question.id, words).status == 1)
        try question.honest(next)
        #expect(try question.agent.line() == "a.txt 0")
        #expect(try question.approvals.record().contains { $0["verdict"] == "refused" })
    }

    @Test("the same statement handed in twice is one answer")
    func twice() throws {
        let question = try Question(by: "{quorum: 2, assurance: A2, expires: 5m}")
        let words = try question.sign(question.statement(for: question.id), with: question.alice)
        let first = question.allow(question.id, words)
        #expect(first.output.contains("1 more") || first.errorOutput.contains("1 more"), "\(first)")
        let second = question.allow(question.id, words)
        #expect(second.status == 1 && second.errorOutput.contains("already answered"), "\(second)")
        let verdicts = try question.approvals.record().compactMap { $0["verdict"]?.stringValue }
        #expect(verdicts == ["allow", "refused"])
        question.agent.kill()
    }

    @Test("an answer that nobody can read holds up no other")
    func malformedAnswers() throws {
        let question = try Question()
        question.approvals.sqlite(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 63)
            INSERT INTO records (kind, key, run, state, body, version, changed)
            SELECT 'answer', '0' || i, (SELECT run FROM records WHERE kind = 'approval'), 'unread', '{}', 1, 0 FROM n
            """)
        try question.honest(question.id)
        #expect(try question.agent.line() == "a.txt 0")
        let left = Command.run([
            "/usr/bin/sqlite3", question.approvals.scene.home + "/state/state.sqlite",
            "SELECT count(*) FROM records WHERE kind = 'answer' AND state = 'unread'",
        ])
        #expect(left.output == "0\n")
    }

    @Test("an approval is for its own call, of two that wait")
    func otherCall() throws {
        let question = try Question("write a.txt hi & write b.txt hi & wait")
        let ids = try question.approvals.requests(2)
        let words = try question.sign(question.statement(for: ids[0]), with: question.alice)
        #expect(question.allow(ids[1], words).status == 1)
        #expect(try question.approvals.pending(2).count == 2)
        #expect(question.allow(ids[0], words).output == "allowed\n")
        #expect(try question.agent.line()?.hasSuffix(" 0") == true)
        try question.honest(ids[1])
        #expect(try question.agent.line()?.hasSuffix(" 0") == true)
    }

    /// What is done to an honest statement before it is signed by alice, and what is said of it.
    static let forgeries: [(String, @Sendable (String) -> String)] = [
        ("a digest that is none", { $0.replacing(#""subject":"sha256:"#, with: #""subject":"sha256:0"#) }),
        ("another text", { set($0, "shown", "sha256:0000000000000000") }),
        ("another call", { set($0, "subject", "sha256:0000000000000000") }),
        ("another nonce", { set($0, "nonce", "0000000000000000") }),
        ("valid for years", { set($0, "expires", "2099") }),
        ("issued in the future", { set($0, "issued", "2098") }),
        ("in another form", { $0 + "\n" }),
        ("with a member more", { $0.replacing("{", with: #"{"aaa":"b","#) }),
        ("in the name of somebody else", { $0.replacing("alice@", with: "carol@") }),
    ]

    /// The text with the beginning of a member's value replaced.
    private static func set(_ text: String, _ member: String, _ beginning: String) -> String {
        let key = "\"\(member)\":\""
        guard let start = text.firstRange(of: key)?.upperBound else { return text }
        let end = text.index(start, offsetBy: beginning.count)
        return text[..<start] + beginning + text[end...]
    }

    @Test("what was signed has to be what was asked", arguments: forgeries.indices)
    func forged(index: Int) throws {
        let (what, forge) = Self.forgeries[index]
        let question = try Question()
        let honest = question.statement(for: question.id)
        let forged = forge(honest)
        #expect(forged != honest, "\(what)")
        let answer = question.allow(question.id, try question.sign(forged, with: question.alice))
        #expect(answer.status == 1, "\(what): \(answer)")
        #expect(question.approvals.scene.file("docs/a.txt") == nil)
        #expect(try question.approvals.record().last?["verdict"] == "refused")
        try question.honest(question.id)
        #expect(try question.agent.line() == "a.txt 0")
    }

    @Test("a stranger's key, another purpose, and a key that was revoked since are none")
    func keys() throws {
        let question = try Question()
        let statement = question.statement(for: question.id)
        let stranger = question.allow(question.id, try question.sign(statement, with: question.mallory))
        #expect(stranger.status == 1 && stranger.errorOutput.contains("allowed signers"), "\(stranger)")
        let purpose = try question.sign(statement, with: question.alice, namespace: "git")
        #expect(question.allow(question.id, purpose).status == 1)
        let words = try question.sign(statement, with: question.alice)
        let scene = question.approvals.scene
        try scene.folder.write("home/revoked_keys", File.text(of: question.alice + ".pub") ?? "", mode: 0o600)
        scene.giveAway()
        let revoked = question.allow(question.id, words)
        #expect(revoked.status == 1 && revoked.errorOutput.contains("revoked"), "\(revoked)")
        // Whoever can write the file could name themselves.
        unlink(scene.home + "/revoked_keys")
        chmod(scene.home + "/allowed_signers", 0o666)
        let unsafe = question.allow(question.id, words)
        #expect(unsafe.status == 1 && unsafe.errorOutput.contains("others could have written"), "\(unsafe)")
        chmod(scene.home + "/allowed_signers", 0o600)
        #expect(scene.file("docs/a.txt") == nil)
        try question.honest(question.id)
    }

    @Test("a hardware key that was not touched is none, where one is asked for")
    func untouched() throws {
        let approvals = try ApprovalScene(by: "{assurance: A3, expires: 5m}")
        let soft = try approvals.key("alice")
        let touched = try approvals.key("touched", options: ["-t", "ed25519-sk"])
        let untouched = try approvals.key("untouched", options: ["-t", "ed25519-sk", "-O", "no-touch-required"])
        let name = "alice@example.com"
        try approvals.sign([(name, soft), (name, touched), (name, untouched)])
        let agent = try approvals.start("write a.txt hi; sleep 20")
        let id = try approvals.requests()[0]
        func allow(_ key: String) -> Command.Result {
            approvals.scene.agentbox(["approve", "allow", id, "--key", key], environment: ApprovalScene.provider)
        }
        #expect(allow(soft).errorOutput.contains("A3"))
        let bare = allow(untouched)
        #expect(bare.status == 1 && bare.errorOutput.contains("touch"), "\(bare)")
        #expect(approvals.scene.file("docs/a.txt") == nil)
        let honest = allow(touched)
        #expect(honest.output == "allowed\n", "\(honest)")
        #expect(try agent.line() == "a.txt 0")
    }

    @Test("a text that was changed where it is shown is not what is approved")
    func changedText() throws {
        let question = try Question()
        let before = question.statement(for: question.id)
        question.approvals.sqlite(
            "UPDATE records SET body = replace(body, 'docs/a.txt', 'docs/harmless.txt') WHERE kind = 'approval'")
        let shown = question.approvals.scene.agentbox(["approve", "show", question.id]).output
        #expect(shown.contains("docs/harmless.txt"))
        // Whoever signs what they see signs another text, and the host holds to its own.
        #expect(
            question.statement(for: question.id).split(separator: ",").filter { $0.contains("shown") }
                != before.split(separator: ",").filter { $0.contains("shown") })
        let signed = question.allow(question.id, ["--key", question.alice])
        #expect(signed.status == 1 && signed.errorOutput.contains("another text"), "\(signed)")
        #expect(question.approvals.scene.file("docs/a.txt") == nil)
        // The control is another request that nobody touched.
        question.agent.kill()
        let other = try Question()
        try other.honest(other.id)
        // The same of the local user, who signs nothing.
        let local = try ApprovalScene()
        let agent = try local.start("write a.txt hi; write b.txt hi; sleep 20")
        _ = try local.requests()
        local.sqlite("UPDATE records SET body = replace(body, 'docs/a.txt', 'docs/b.txt') WHERE kind = 'approval'")
        let misled = local.allow(try local.requests()[0])
        #expect(misled.status == 1 && misled.errorOutput.contains("another text"), "\(misled)")
        #expect(local.deny(try local.requests()[0]).output == "denied\n")
        #expect(try agent.line() == "a.txt 126")
        #expect(local.allow(try local.requests()[0]).output == "allowed\n")
        #expect(try agent.line() == "b.txt 0")
    }

    @Test("a state that says that people said yes moves nothing")
    func forgedState() throws {
        let question = try Question()
        question.approvals.sqlite(
            "UPDATE records SET state = 'consumed', version = version + 1 WHERE kind = 'approval'")
        usleep(1_500_000)
        #expect(question.approvals.scene.file("docs/a.txt") == nil)
        // Not even an honest yes does any more: it was used.
        question.approvals.sqlite("UPDATE records SET state = 'pending' WHERE kind = 'approval'")
        try question.honest(question.id)
        #expect(try question.agent.line() == "a.txt 0")
    }

    @Test("of many answers at once one is used, and the call happens once")
    func atOnce() throws {
        let question = try Question("agentbox call fs.write path=docs/a.txt content=hi; echo done")
        let words = try question.sign(question.statement(for: question.id), with: question.alice)
        let processes = try (0..<8).map { _ in
            try BackgroundAgentbox(question.approvals.scene, ["approve", "allow", question.id] + words)
        }
        let statuses = processes.map { $0.wait() }
        #expect(statuses.contains(0), "\(statuses)")
        while let line = try question.agent.line(), line != "done" {}
        #expect(question.agent.wait() == 0)
        #expect(try question.approvals.decisions().count == 1)
        #expect(try question.approvals.state(question.id) == "consumed")
    }

    @Test("what was revoked while people thought cannot be approved any more")
    func revokedMeanwhile() throws {
        let question = try Question("write a.txt hi; write a.txt hi")
        question.approvals.sqlite(
            """
            INSERT INTO revocations (scope, person, time)
            VALUES ('{"tool":"fs.write"}', 'alice@example.com', 0)
            """)
        #expect(try question.agent.line() == "a.txt 126")
        #expect(try question.approvals.state(question.id) == "void")
        #expect(question.allow(question.id, ["--key", question.alice]).status == 1)
        // The control: what is asked for after it can be approved.
        try question.honest(try question.approvals.requests()[0])
        #expect(try question.agent.line() == "a.txt 0")
    }

    @Test("signers in the workspace, where the task may write, are refused")
    func signersInWorkspace() throws {
        let approvals = try ApprovalScene()
        try approvals.scene.folder.write("workspace/signers", "")
        approvals.scene.giveAway()
        func run(_ file: String) -> Command.Result {
            approvals.scene.agentbox(
                ["run", approvals.scene.intent, "--allowed-signers", file, "--", "/bin/true"])
        }
        for file in ["workspace/signers", "workspace/none", approvals.scene.workspace + "/docs/../signers"] {
            let refused = run(file)
            #expect(refused.status == 125, "\(file): \(refused)")
            #expect(refused.errorOutput.contains("lies in the workspace"), "\(file): \(refused)")
        }
        #expect(run("signers").status == 0)
    }
}
