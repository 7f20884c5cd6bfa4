import Manifests
import Testing

@testable import Approvals

@Suite("Whose yes counts, how sure it is, and how many it takes")
struct AssuranceTests {
    typealias Requirement = ApprovalRequirement

    let signers: AllowedSigners
    let keys: Keyring

    /// alice and bob are maintainers, carol is security and may break the glass; each has an ed25519 key or better.
    init() throws {
        keys = try SharedKeys.keyring()
        signers = try AllowedSigners(
            parsing: Array(
                """
                # agentbox: role maintainer alice@example.com,bob@example.com
                # agentbox: role security carol@example.com
                # agentbox: role break-glass carol@example.com,bob@example.com
                alice@example.com \(try keys.publicLine("ed25519"))
                alice@example.com,alice@work \(try keys.publicLine("ecdsa384"))
                bob@example.com \(try keys.publicLine("ecdsa256"))
                bob@example.com \(try keys.publicLine("ecdsaSK"))
                carol@example.com \(try keys.publicLine("ed25519SK"))
                dave@example.com,eve@example.com \(try keys.publicLine("rsa"))

                """.utf8), file: "signers")
    }

    private var judge: ApprovalJudge { ApprovalJudge(signers: signers) }

    private func signed(
        _ question: Question, _ name: String, _ key: String, _ verdict: ApprovalStatement.Verdict = .allow,
        scope: ApprovalStatement.Scope = .once, reason: String? = nil
    ) throws -> Result<ApprovalAnswer, ApprovalRefusal> {
        let statement = question.statement(verdict, scope: scope, by: name + "@example.com", reason: reason)
        return judge.judge(
            signature: try keys.sign(statement.bytes, with: key), over: statement.bytes, for: question.request,
            now: question.now)
    }

    private func peer(
        _ question: Question, user: UInt32 = 1000, isInsideBox: Bool = false, name: String = Question.alice,
        _ verdict: ApprovalStatement.Verdict = .allow
    ) -> Result<ApprovalAnswer, ApprovalRefusal> {
        judge.judge(
            peer: PeerEvidence(user: user, runOwner: 1000, isInsideBox: isInsideBox, method: .peer, name: name),
            statement: question.statement(verdict), for: question.request, now: question.now)
    }

    // MARK: A1

    @Test("A1 is the run's owner, outside of every box, for an agent in one")
    func localUser() throws {
        let confined = Question()
        let answer = try peer(confined).get()
        #expect(answer.approver == Approver(name: Question.alice, assurance: .localUser, method: .peer))
        #expect(peer(confined, user: 1001).refusal == .peerRefused)
        #expect(peer(confined, user: 0).refusal == .peerRefused)
        #expect(peer(confined, isInsideBox: true).refusal == .peerRefused)
        #expect(peer(confined, name: Question.bob).refusal == .unknownSigner)

        let unconfined = Question(agentIsConfined: false)
        #expect(peer(unconfined).refusal == .peerRefused)
        // A no is taken, but not from inside.
        #expect(peer(unconfined, .deny).isSuccess)
        #expect(peer(unconfined, isInsideBox: true, .deny).refusal == .peerRefused)
    }

    @Test("A1 is not enough for more, and for an agent outside A2 is the least")
    func least() {
        for assurance in [Requirement.Assurance.key, .hardwareKey, .twoPeople] {
            #expect(peer(Question(Requirement(assurance: assurance))).refusal == .assuranceTooLow)
        }
        #expect(Requirement(nil, agentIsConfined: true).assuranceOfEach == .localUser)
        #expect(Requirement(nil, agentIsConfined: false).assuranceOfEach == .key)
        #expect(Requirement(ApprovalTerms(assurance: .twoPeople), agentIsConfined: true).quorum == 2)
    }

    // MARK: A2, A3

    @Test("a key is A2, a hardware key that was touched A3")
    func keysAndHardware() throws {
        let two = Question(Requirement(assurance: .key, roles: ["maintainer"]))
        #expect(try signed(two, "alice", "ed25519").get().approver.assurance == .key)
        #expect(try signed(two, "bob", "ecdsaSK").get().approver.assurance == .hardwareKey)
        let three = Question(Requirement(assurance: .hardwareKey, roles: ["maintainer"]))
        #expect(try signed(three, "alice", "ed25519").refusal == .assuranceTooLow)
        #expect(try signed(three, "bob", "ecdsa256").refusal == .assuranceTooLow)
        #expect(try signed(three, "bob", "ecdsaSK").isSuccess)
    }

    // MARK: Roles

    @Test("a role is asked of everybody; without one it is the principal's to say")
    func roles() throws {
        let maintainer = Question(Requirement(assurance: .key, roles: ["maintainer"]))
        #expect(try signed(maintainer, "bob", "ecdsa256").isSuccess)
        #expect(try signed(maintainer, "carol", "ed25519SK").refusal == .wrongRole)
        let both = Question(Requirement(assurance: .key, roles: ["maintainer", "security"]))
        #expect(try signed(both, "bob", "ecdsa256").refusal == .wrongRole)
        let none = Question(Requirement(assurance: .key))
        #expect(try signed(none, "alice", "ed25519").isSuccess)
        #expect(try signed(none, "bob", "ecdsa256").refusal == .wrongRole)
        // The local user has a role if the file says so.
        #expect(peer(Question(Requirement(roles: ["maintainer"]))).isSuccess)
        #expect(peer(Question(Requirement(roles: ["security"]))).refusal == .wrongRole)
    }

    @Test("where the principal may not approve, no other name and no other key of theirs helps")
    func ownTask() throws {
        let question = Question(Requirement(assurance: .key, excludesPrincipal: true))
        #expect(try signed(question, "alice", "ed25519").refusal == .ownTask)
        #expect(try signed(question, "alice", "ecdsa384").refusal == .ownTask)
        #expect(try signed(question, "bob", "ecdsa256").isSuccess)
        #expect(peer(Question(Requirement(excludesPrincipal: true))).refusal == .ownTask)
        let other = question.statement(by: "alice@work")
        #expect(
            judge.judge(
                signature: try keys.sign(other.bytes, with: "ecdsa384"), over: other.bytes, for: question.request,
                now: question.now
            ).refusal == .ownTask)
        // A key that could be the principal's is.
        var eves = question
        eves.request.principal = "eve@example.com"
        #expect(try signed(eves, "dave", "rsa").refusal == .ownTask)
        #expect(try signed(question, "dave", "rsa").isSuccess)
        let list = try AllowedSigners(
            parsing: Array("dave@example.com,*@example.org \(try keys.publicLine("rsa"))\n".utf8), file: "signers")
        let statement = question.statement(by: "dave@example.com")
        for (principal, expected) in [("alice@example.net", nil), ("alice@example.org", .ownTask)]
            as [(String, ApprovalRefusal.Code?)]
        {
            var request = question.request
            request.principal = principal
            #expect(
                ApprovalJudge(signers: list).judge(
                    signature: try keys.sign(statement.bytes, with: "rsa"), over: statement.bytes, for: request,
                    now: question.now
                ).refusal == expected)
        }
    }

    // MARK: Quorum

    private func verdict(_ question: Question, _ answers: [ApprovalAnswer]) -> QuorumVerdict {
        Quorum.verdict(of: answers, for: question.request, now: question.now)
    }

    @Test("people are counted, not keys and not names")
    func people() throws {
        let question = Question(Requirement(assurance: .twoPeople))
        let alice = try signed(question, "alice", "ed25519").get()
        let aliceAgain = try signed(question, "alice", "ecdsa384").get()
        let bob = try signed(question, "bob", "ecdsa256").get()
        let dave = try signed(question, "dave", "rsa").get()
        let eve = try signed(question, "eve", "rsa").get()
        let work = try {
            let statement = question.statement(by: "alice@work")
            return try judge.judge(
                signature: try keys.sign(statement.bytes, with: "ecdsa384"), over: statement.bytes,
                for: question.request, now: question.now
            ).get()
        }()
        #expect(verdict(question, []) == .waiting(missing: 2))
        for one in [
            [alice], [alice, alice], [alice, aliceAgain], [alice, work, aliceAgain], [dave, eve], [work, alice],
        ] {
            #expect(verdict(question, one) == .waiting(missing: 1), "\(one.map(\.approver.name))")
        }
        for two in [[alice, bob], [bob, dave, eve], [alice, bob, aliceAgain]] {
            guard case .granted(let grant) = verdict(question, two) else {
                Issue.record("\(two.map(\.approver.name)) are not enough")
                continue
            }
            #expect(grant.approvers.count == 2)
            #expect(grant.assurance == .twoPeople)
            #expect(grant.subject == Question.call)
        }
        let three = Question(Requirement(assurance: .key, quorum: 3))
        let answers = try [("alice", "ed25519"), ("bob", "ecdsa256"), ("dave", "rsa")].map {
            try signed(three, $0, $1).get()
        }
        #expect(verdict(three, Array(answers.dropLast())) == .waiting(missing: 1))
        #expect(verdict(three, answers) != .waiting(missing: 1))
        // Answers to another request do not count.
        #expect(verdict(three, [alice, bob, dave]) == .waiting(missing: 3))
    }

    @Test("a key that a pattern lets sign under other names is still its holder's")
    func patterns() throws {
        let list = try AllowedSigners(
            parsing: Array(
                """
                alice@example.com,*@example.org \(try keys.publicLine("ed25519"))
                alice@example.com \(try keys.publicLine("ecdsa384"))
                bob@example.com \(try keys.publicLine("ecdsa256"))

                """.utf8), file: "signers")
        let question = Question(Requirement(assurance: .twoPeople))
        let answers = try [
            ("someone@example.org", "ed25519"), ("alice@example.com", "ecdsa384"), ("bob@example.com", "ecdsa256"),
        ].map { name, key in
            let statement = question.statement(by: name)
            return try ApprovalJudge(signers: list).judge(
                signature: try keys.sign(statement.bytes, with: key), over: statement.bytes, for: question.request,
                now: question.now
            ).get()
        }
        #expect(verdict(question, Array(answers.prefix(2))) == .waiting(missing: 1))
        #expect(verdict(question, Array(answers.suffix(2))) != .waiting(missing: 1))
    }

    @Test("they have to say yes to the same, and at the same time")
    func same() throws {
        let question = Question(Requirement(assurance: .key, quorum: 2))
        let alice = try signed(question, "alice", "ed25519").get()
        let bob = try signed(question, "bob", "ecdsa256", scope: .pattern).get()
        #expect(verdict(question, [alice, bob]) == .waiting(missing: 1))
        let both = try [alice, signed(question, "bob", "ecdsa256").get()]
        #expect(verdict(question, both) != .waiting(missing: 1))
        #expect(
            Quorum.verdict(of: both, for: question.request, now: question.now + 600) == .waiting(missing: 2),
            "a yes that expired meanwhile counts no longer")
    }

    @Test("one no ends it, whoever is known may say it")
    func no() throws {
        let question = Question(Requirement(assurance: .hardwareKey, quorum: 2, roles: ["maintainer"]))
        let no = try signed(question, "dave", "rsa", .deny, reason: "not today").get()
        let yes = try signed(question, "bob", "ecdsaSK").get()
        #expect(verdict(question, [yes, no]) == .denied(by: no.approver, reason: "not today"))
        #expect(try signed(question, "dave", "ecdsa256", .deny).refusal == .unknownSigner)
        #expect(peer(question, .deny).isSuccess)
    }

    // MARK: Break-glass

    @Test("breaking the glass: alone, in hardware, with a reason, for five minutes, by those who may")
    func breakGlass() throws {
        let reason = "production is down"
        let question = Question(
            Requirement(assurance: .hardwareKey, quorum: 3, roles: ["maintainer"], excludesPrincipal: true))
        let carol = try signed(question, "carol", "ed25519SK", scope: .breakGlass, reason: reason).get()
        guard case .granted(let grant) = verdict(question, [carol]) else {
            Issue.record("the glass did not break")
            return
        }
        #expect(grant.scope == .breakGlass)
        #expect(grant.subject == Question.call)
        #expect(grant.assurance == .hardwareKey)
        #expect(grant.expires == question.now + BreakGlass.longest)

        #expect(try signed(question, "bob", "ecdsa256", scope: .breakGlass, reason: reason).refusal == .assuranceTooLow)
        #expect(
            try signed(question, "alice", "ed25519", scope: .breakGlass, reason: reason).refusal == .assuranceTooLow)
        for reason in [
            nil, "x", "        ", "\u{200B}\u{200B}\u{200B}\u{200B}\u{200B}\u{200B}\u{200B}\u{200B}\u{200B}",
            "--------",
        ] {
            #expect(try signed(question, "carol", "ed25519SK", scope: .breakGlass, reason: reason).refusal == .noReason)
        }
        let long = question.statement(scope: .breakGlass, by: "carol@example.com", reason: reason) {
            $0.expires = $0.issued + BreakGlass.longest + 1
        }
        #expect(
            judge.judge(
                signature: try keys.sign(long.bytes, with: "ed25519SK"), over: long.bytes, for: question.request,
                now: question.now
            ).refusal == .tooLong)
        let sealed = Question(Requirement(assurance: .hardwareKey, allowsBreakGlass: false))
        #expect(try signed(sealed, "carol", "ed25519SK", scope: .breakGlass, reason: reason).refusal == .noBreakGlass)
        let withoutRole = ApprovalJudge(
            signers: try AllowedSigners(
                parsing: Array("carol@example.com \(try keys.publicLine("ed25519SK"))".utf8), file: "signers"))
        let statement = question.statement(scope: .breakGlass, by: "carol@example.com", reason: reason)
        #expect(
            withoutRole.judge(
                signature: try keys.sign(statement.bytes, with: "ed25519SK"), over: statement.bytes,
                for: question.request, now: question.now
            ).refusal == .wrongRole)
    }

    @Test("of several rules each has to be content")
    func combined() {
        let both = Requirement(assurance: .hardwareKey, roles: ["a"], validity: 60).combined(
            with: Requirement(
                assurance: .twoPeople, roles: ["b"], excludesPrincipal: true, validity: 600, allowsBreakGlass: false))
        #expect(
            both
                == Requirement(
                    assurance: .hardwareKey, quorum: 2, roles: ["a", "b"], excludesPrincipal: true, validity: 60,
                    allowsBreakGlass: false))
        #expect(both.assurance == .twoPeople)
    }
}
