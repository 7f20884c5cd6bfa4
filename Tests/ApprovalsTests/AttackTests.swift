import Testing

@testable import Approvals

@Suite("An approval binds to one call, one text, one moment and one person")
struct AttackTests {
    let keys: Keyring
    let question: Question
    let signers: AllowedSigners

    /// `alice` signs with her ed25519 key and her security keys, `bob` with an ecdsa key.
    init() throws {
        keys = try SharedKeys.keyring()
        question = Question(ApprovalRequirement(assurance: .key))
        signers = try AllowedSigners(
            parsing: Array(
                """
                \(Question.alice) \(try keys.publicLine("ed25519"))
                \(Question.alice) \(try keys.publicLine("ed25519SK"))
                \(Question.bob) \(try keys.publicLine("ecdsa256"))

                """.utf8), file: "signers")
    }

    private func judge(
        _ statement: ApprovalStatement, _ signature: [UInt8], for request: ApprovalRequest? = nil, now: Moment? = nil,
        revocations: RevocationList = .none
    ) -> Result<ApprovalAnswer, ApprovalRefusal> {
        ApprovalJudge(signers: signers, revocations: revocations).judge(
            signature: signature, over: statement.bytes, for: request ?? question.request, now: now ?? question.now)
    }

    private func signed(_ statement: ApprovalStatement, with key: String = "ed25519") throws -> [UInt8] {
        try keys.sign(statement.bytes, with: key)
    }

    @Test("the control: a signed statement is accepted, and says who and how")
    func control() throws {
        let statement = question.statement()
        let answer = try judge(statement, try signed(statement)).get()
        #expect(answer.approver.name == Question.alice)
        #expect(answer.approver.assurance == .key)
        #expect(answer.approver.method == .ssh)
        #expect(answer.approver.key == (try keys.publicKey("ed25519")).fingerprint)
        let touched = try judge(statement, try signed(statement, with: "ed25519SK")).get()
        #expect(touched.approver.assurance == .hardwareKey)
        #expect(touched.approver.method == .securityKey)
        #expect(touched.approver.counter == 0x1234_5678)
    }

    @Test("replayed for another call, another request, or the same request asked anew")
    func replayed() throws {
        let statement = question.statement()
        let signature = try signed(statement)
        #expect(judge(statement, signature).isSuccess)

        var otherCall = question.request
        otherCall.offers[0].subject = .of(Array("another call".utf8))
        #expect(judge(statement, signature, for: otherCall).refusal == .wrongSubject)
        var otherRequest = question.request
        otherRequest.id = "r-2"
        #expect(judge(statement, signature, for: otherRequest).refusal == .wrongRequest)
        var askedAnew = question.request
        askedAnew.nonce = Nonce.make()
        #expect(judge(statement, signature, for: askedAnew).refusal == .wrongRequest)
        // The statement made to fit the other request is not what was signed.
        #expect(judge(question.statement { $0.request = "r-2" }, signature, for: otherRequest).refusal == .badSignature)
    }

    @Test("a pattern's approval for the call, and the other way round")
    func otherScope() throws {
        let pattern = question.statement(scope: .pattern)
        #expect(judge(pattern, try signed(pattern)).isSuccess)
        let asCall = question.statement(scope: .once) { $0.subject = Question.pattern }
        #expect(judge(asCall, try signed(asCall)).refusal == .wrongSubject)
        let plan = question.statement(scope: .plan)
        #expect(judge(plan, try signed(plan)).refusal == .wrongSubject)
    }

    @Test("after it expired, after the request did, before anything was asked")
    func times() throws {
        let statement = question.statement { $0.expires = question.now + 30 }
        let signature = try signed(statement)
        #expect(judge(statement, signature, now: question.now + 29).isSuccess)
        #expect(judge(statement, signature, now: question.now + 30).refusal == .expired)
        var closed = question.request
        closed.expires = question.now
        #expect(judge(statement, signature, for: closed).refusal == .expired)

        let early = question.statement { $0.issued = question.now + -61 }
        #expect(judge(early, try signed(early)).refusal == .notYetValid)
        let late = question.statement { $0.issued = question.now + 61 }
        #expect(judge(late, try signed(late)).refusal == .notYetValid)
        let long = question.statement { $0.expires = question.now + 601 }
        #expect(judge(long, try signed(long)).refusal == .tooLong)
    }

    @Test("signed for another purpose")
    func namespace() throws {
        let statement = question.statement()
        for namespace in ["git", "file", "approval@agentbox.dev ", "approval", "x,approval@agentbox.dev"] {
            let signature = try keys.sign(statement.bytes, with: "ed25519", namespace: namespace)
            #expect(judge(statement, signature).refusal == .wrongNamespace, "\(namespace)")
        }
    }

    @Test("another text was shown")
    func text() throws {
        let statement = question.statement { $0.shown = ShownText("alice wants to read README.md").digest }
        #expect(judge(statement, try signed(statement)).refusal == .wrongText)
    }

    @Test("the touch flag stripped, in a signature that is good without it and in one that is not")
    func touch() throws {
        let statement = question.statement()
        let binary = try SSHArmour.bytes(try signed(statement, with: "ed25519SK"))
        #expect(judge(statement, binary).isSuccess)
        // The last five bytes are flags and counter.
        var stripped = binary
        stripped[stripped.count - 5] = 0
        #expect(judge(statement, stripped).refusal == .badSignature)

        let keyring = try Keyring()
        let untouched = try keyring.make("untouched", .ed25519SK, options: ["-O", "no-touch-required"])
        let list = "\(Question.alice) \(try keyring.publicLine(untouched))\n"
        let signature = try keyring.sign(statement.bytes, with: untouched)
        #expect(try keyring.accepts(signature, statement.bytes, as: Question.alice, signers: list))
        let judge = ApprovalJudge(signers: try AllowedSigners(parsing: Array(list.utf8), file: "signers"))
        #expect(
            judge.judge(signature: signature, over: statement.bytes, for: question.request, now: question.now).refusal
                == .noTouch)
    }

    @Test("with a key that was revoked, by every way to say so")
    func revoked() throws {
        let statement = question.statement()
        let signature = try signed(statement)
        let line = try keys.publicLine("ed25519")
        let lists = [
            Array("\(line) alice's laptop, lost\n".utf8), try keys.revocationList("key: \(line)\n"),
            try keys.revocationList("sha1: \(line)\n"), try keys.revocationList("sha256: \(line)\n"),
        ]
        let other = try RevocationList(parsing: Array(try keys.publicLine("rsa").utf8), file: "revoked")
        #expect(judge(statement, signature, revocations: other).isSuccess)
        for list in lists {
            let revocations = try RevocationList(parsing: list, file: "revoked")
            #expect(judge(statement, signature, revocations: revocations).refusal == .revoked)
            #expect(judge(statement, signature, revocations: other.union(revocations)).refusal == .revoked)
        }
    }

    @Test("by somebody else, under another's name")
    func impersonated() throws {
        let statement = question.statement()
        #expect(judge(statement, try signed(statement, with: "ecdsa256")).refusal == .unknownSigner)
        let own = question.statement(by: Question.bob)
        #expect(judge(own, try signed(own, with: "ecdsa256")).refusal == .wrongRole)
        let unlisted = question.statement()
        #expect(judge(unlisted, try signed(unlisted, with: "rsa")).refusal == .unknownSigner)
    }

    @Test("a signature that was made into another good one is the same person's same yes")
    func malleated() throws {
        // s and n - s are both good in ECDSA; OpenSSH knows no rule against it, and half of its signatures have either.
        let statement = question.statement(by: Question.bob)
        let request = {
            var request = question.request
            request.principal = Question.bob
            return request
        }()
        let binary = try SSHArmour.bytes(try signed(statement, with: "ecdsa256"))
        let other = try #require(try Malleation.otherS(of: binary))
        #expect(other != binary)
        let answers = try [binary, other].map { try judge(statement, $0, for: request).get() }
        #expect(answers[0] == answers[1])
        let two = {
            var request = request
            request.requirement.quorum = 2
            return request
        }()
        #expect(Quorum.verdict(of: answers, for: two, now: question.now) == .waiting(missing: 1))

        // S + L, which some verifiers of Ed25519 take.
        let own = question.statement()
        var edwards = try SSHArmour.bytes(try signed(own))
        #expect(judge(own, edwards).isSuccess)
        Malleation.addOrder(to: &edwards)
        #expect(judge(own, edwards).refusal == .badSignature)
    }

    @Test("a signature of one algorithm beside a key of another")
    func confusion() throws {
        let statement = question.statement()
        let parts = try Keyring.Kind.allCases.map {
            try SSHSIGParts(try SSHArmour.bytes(try signed(statement, with: $0.rawValue)))
        }
        for (index, key) in parts.enumerated() {
            for (other, signature) in parts.enumerated() where other != index {
                var mixed = key
                mixed.signature = signature.signature
                #expect(judge(statement, mixed.bytes).refusal == .badSignature, "\(index) with \(other)")
            }
        }
        // A plain key's bytes that call themselves a security key's.
        var renamed = parts[0]
        var writer = SSHWriter()
        writer.string("sk-ssh-ed25519@openssh.com")
        guard case .ed25519(let point) = try keys.publicKey("ed25519") else { return }
        writer.string(point)
        writer.string("ssh:")
        renamed.key = writer.bytes
        #expect(judge(statement, renamed.bytes).refusal == .badSignature)
    }

    @Test("a statement in another form, or with more in it, under a good signature")
    func otherForm() throws {
        let statement = question.statement()
        let text = String(decoding: statement.bytes, as: UTF8.self)
        let judge = ApprovalJudge(signers: signers)
        let changed = [
            text + "\n", " " + text, text.replacing(#""once""#, with: #""\u006fnce""#),
            text.replacing("{", with: #"{"a":1,"#), text.replacing(",\"verdict\"", with: ", \"verdict\""),
            text.replacing(#""verdict":"allow""#, with: #""verdict":"allow","verdict":"deny""#),
        ]
        for text in changed {
            let bytes = Array(text.utf8)
            #expect(
                judge.judge(
                    signature: try keys.sign(bytes, with: "ed25519"), over: bytes, for: question.request,
                    now: question.now
                ).refusal == .malformedStatement, "\(text)")
        }
    }
}

/// The fields of a signature, to be put together wrongly.
struct SSHSIGParts {
    var key: [UInt8]
    var namespace: [UInt8]
    var reserved: [UInt8]
    var hash: [UInt8]
    var signature: [UInt8]

    init(_ binary: [UInt8]) throws {
        var reader = SSHReader(binary, "signature")
        _ = try reader.take(10, "head")
        key = Array(try reader.string("key"))
        namespace = Array(try reader.string("namespace"))
        reserved = Array(try reader.string("reserved"))
        hash = Array(try reader.string("hash"))
        signature = Array(try reader.string("signature"))
    }

    var bytes: [UInt8] {
        var writer = SSHWriter()
        writer.uint32(1)
        for field in [key, namespace, reserved, hash, signature] { writer.string(field) }
        return Array("SSHSIG".utf8) + writer.bytes
    }
}

/// Signatures made into others without a key.
enum Malleation {
    /// Of P-256.
    private static let order: [UInt8] =
        Hex.bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551".utf8) ?? []

    /// The same signature with n - s.
    static func otherS(of binary: [UInt8]) throws -> [UInt8]? {
        var parts = try SSHSIGParts(binary)
        guard case .ecdsa(.p256, let r, let s) = try SSHSignature(blob: parts.signature) else { return nil }
        let padded = [UInt8](repeating: 0, count: 32 - s.count) + s
        var difference = [UInt8](repeating: 0, count: 32)
        var borrow = 0
        for index in (0..<32).reversed() {
            let value = Int(order[index]) - Int(padded[index]) - borrow
            difference[index] = UInt8(truncatingIfNeeded: value)
            borrow = value < 0 ? 1 : 0
        }
        var numbers = SSHWriter()
        numbers.positiveInteger(r)
        numbers.positiveInteger(Array(difference.drop { $0 == 0 }))
        var signature = SSHWriter()
        signature.string("ecdsa-sha2-nistp256")
        signature.string(numbers.bytes)
        parts.signature = signature.bytes
        return parts.bytes
    }

    /// Adds the group's order to S, which are the last 32 bytes, little-endian.
    static func addOrder(to binary: inout [UInt8]) {
        let order = Hex.bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010".utf8) ?? []
        var carry = 0
        for (index, byte) in order.enumerated() {
            let place = binary.count - 32 + index
            let sum = Int(binary[place]) + Int(byte) + carry
            binary[place] = UInt8(truncatingIfNeeded: sum)
            carry = sum >> 8
        }
    }
}
