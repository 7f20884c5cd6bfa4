import Testing

@testable import Approvals

@Suite("A certificate counts as far as its authority, names and time go")
struct CertificateTests {
    let keys: Keyring
    let question = Question(ApprovalRequirement(assurance: .key))

    init() throws {
        keys = try Keyring()
        for name in ["authority", "other", "key"] { try keys.make(name) }
    }

    private func signers(_ options: String = "cert-authority", _ names: String = "*@example.com") throws -> String {
        "\(names) \(options) \(try keys.publicLine("authority"))\n"
    }

    private func judge(
        _ signature: [UInt8], _ statement: ApprovalStatement, signers text: String? = nil,
        revocations: RevocationList = .none
    ) throws -> Result<ApprovalAnswer, ApprovalRefusal> {
        let list = try AllowedSigners(parsing: Array((try text ?? signers()).utf8), file: "signers")
        return ApprovalJudge(signers: list, revocations: revocations).judge(
            signature: signature, over: statement.bytes, for: question.request, now: question.now)
    }

    /// With the certificate that lies beside the key now, and what ssh-keygen says of it.
    private func judge(
        certified key: String = "key", signers text: String? = nil, revocations: RevocationList = .none
    ) throws -> (ours: Result<ApprovalAnswer, ApprovalRefusal>, theirs: Bool) {
        let statement = question.statement()
        let signature = try keys.signWithCertificate(statement.bytes, with: key)
        let theirs = try keys.accepts(
            signature, statement.bytes, as: Question.alice, signers: try text ?? signers())
        return (try judge(signature, statement, signers: text, revocations: revocations), theirs)
    }

    @Test("the control: of every kind of key, by an authority of every kind", arguments: Keyring.Kind.allCases)
    func kinds(_ kind: Keyring.Kind) throws {
        try keys.make("subject", kind)
        try keys.make("signer", kind)
        try keys.certify("subject", by: "signer", options: kind == .rsa ? ["-t", "rsa-sha2-256"] : [])
        let text = "*@example.com cert-authority \(try keys.publicLine("signer"))\n"
        let (ours, theirs) = try judge(certified: "subject", signers: text)
        #expect(theirs)
        let answer = try ours.get()
        #expect(answer.approver.assurance == (kind.isSecurityKey ? .hardwareKey : .key))
        #expect(answer.approver.key == (try keys.publicKey("subject")).fingerprint)
        // The authority's own key is no approver's.
        let own = question.statement()
        #expect(
            try judge(try keys.sign(own.bytes, with: "signer"), own, signers: text).refusal == .unknownSigner)
    }

    @Test("expired, not yet valid, for another name, by another authority, of a host, for nobody")
    func refused() throws {
        try keys.certify("key", by: "authority")
        #expect(try judge(certified: "key").ours.isSuccess)

        let cases: [(String, [String], String, String?)] = [
            ("-2h:-1h", [], "authority", Question.alice), ("+1h:+2h", [], "authority", Question.alice),
            ("-5m:+1h", [], "authority", Question.bob), ("-5m:+1h", [], "authority", "alice,bob@example.com"),
            ("-5m:+1h", ["-h"], "authority", Question.alice), ("-5m:+1h", [], "authority", nil),
        ]
        for (validity, options, authority, principals) in cases {
            try keys.certify("key", by: authority, principals: principals, validity: validity, options: options)
            let (ours, theirs) = try judge(certified: "key")
            #expect(ours.refusal == .certificateRefused, "\(validity) \(options) \(principals ?? "nobody")")
            #expect(!theirs)
        }
        try keys.certify("key", by: "other")
        let (ours, theirs) = try judge(certified: "key")
        #expect(ours.refusal == .unknownSigner)
        #expect(!theirs)
    }

    @Test("with an option that cannot be honoured")
    func options() throws {
        for option in ["force-command=/bin/true", "source-address=127.0.0.1", "critical:other@example.com=x"] {
            try keys.certify("key", by: "authority", options: ["-O", option])
            #expect(try judge(certified: "key").ours.refusal == .certificateRefused, "\(option)")
        }
        // What an extension gives is not for here, and takes nothing away.
        try keys.certify("key", by: "authority", options: ["-O", "clear", "-O", "extension:other@example.com=x"])
        #expect(try judge(certified: "key").ours.isSuccess)
    }

    @Test("signed with SHA-1, which ssh-keygen refuses too")
    func sha1() throws {
        try keys.make("rsa", .rsa)
        try keys.certify("key", by: "rsa", options: ["-t", "ssh-rsa"])
        let blob = try certificate("key")
        #expect(refusal { try SSHCertificate(blob: blob) } == .unsupported)
        try keys.certify("key", by: "rsa", options: ["-t", "rsa-sha2-512"])
        let good = try certificate("key")
        #expect(refusal { try SSHCertificate(blob: good) } == nil)
    }

    @Test("touch: a certificate that lets a key go untouched does not here")
    func untouched() throws {
        try keys.make("touchless", .ed25519SK, options: ["-O", "no-touch-required"])
        try keys.certify("touchless", by: "authority", options: ["-O", "no-touch-required"])
        let (ours, theirs) = try judge(certified: "touchless")
        #expect(theirs)
        #expect(ours.refusal == .noTouch)
    }

    @Test("an authority in hardware has to have been touched")
    func untouchedAuthority() throws {
        try keys.make("hardware", .ed25519SK, options: ["-O", "no-touch-required"])
        try keys.certify("key", by: "hardware")
        #expect(refusal { try SSHCertificate(blob: try certificate("key")) } == .noTouch)
    }

    @Test("verification: by PIN or fingerprint, where the certificate or the file asks for it")
    func verification() throws {
        try keys.make("plain", .ed25519SK)
        try keys.make("verifying", .ed25519SK, options: ["-O", "verify-required"])
        for (key, isVerifying) in [("plain", false), ("verifying", true)] {
            try keys.certify(key, by: "authority")
            #expect(try judge(certified: key).ours.isSuccess)
            let asking = try signers() + "# agentbox: verify-required *@example.com\n"
            let (ours, theirs) = try judge(certified: key, signers: asking)
            #expect(theirs, "ssh-keygen skips the comment")
            #expect(ours.refusal == (isVerifying ? nil : .noVerification))
            try keys.certify(key, by: "authority", options: ["-O", "verify-required"])
            #expect(try judge(certified: key).ours.refusal == (isVerifying ? nil : .noVerification))
        }
        // A key that is none of hardware verifies nobody.
        try keys.certify("key", by: "authority", options: ["-O", "verify-required"])
        #expect(try judge(certified: "key").ours.refusal == .noVerification)
    }

    @Test("no bit of it can be changed", arguments: [Keyring.Kind.ed25519, .ecdsa256])
    func everyBit(_ kind: Keyring.Kind) throws {
        try keys.make("subject", kind)
        let blob = try keys.certify("subject", by: "authority")
        _ = try SSHCertificate(blob: blob)
        for index in blob.indices {
            var changed = blob
            changed[index] ^= 1 << UInt8(index % 8)
            #expect(refusal { try SSHSigner(blob: changed) } != nil, "byte \(index)")
            #expect(refusal { try SSHSigner(blob: blob[..<index]) } != nil, "cut at \(index)")
        }
        #expect(refusal { try SSHSigner(blob: blob + [0]) } == .malformed)
    }

    @Test("swapped for another certificate of the key, the statement still names who it is")
    func swapped() throws {
        let statement = question.statement()
        try keys.certify("key", by: "authority")
        let signature = try keys.signWithCertificate(statement.bytes, with: "key")
        #expect(try judge(signature, statement).isSuccess)
        // The key's blob is not signed over: anybody can put another certificate of the same key there.
        var parts = try SSHSIGParts(try SSHArmour.bytes(signature))
        parts.key = try keys.certify("key", by: "authority", principals: Question.bob)
        #expect(try judge(parts.bytes, statement).refusal == .certificateRefused)
        parts.key = try keys.publicBlob("key")
        #expect(try judge(parts.bytes, statement).refusal == .unknownSigner)
        // The certificate of another's key with this signature.
        try keys.make("mallory")
        parts.key = try keys.certify("mallory", by: "authority")
        #expect(try judge(parts.bytes, statement).refusal == .badSignature)
    }

    @Test("a line for keys is none for authorities, and the other way round")
    func lines() throws {
        try keys.certify("key", by: "authority")
        let plain = "\(Question.alice) \(try keys.publicLine("key"))\n"
        let (ours, theirs) = try judge(certified: "key", signers: plain)
        #expect(ours.refusal == .unknownSigner)
        #expect(!theirs)
        let notAuthority = try signers("namespaces=\"*\"")
        #expect(try judge(certified: "key", signers: notAuthority).ours.refusal == .unknownSigner)
    }

    @Test("two certificates of one person are one person")
    func onePerson() throws {
        try keys.make("second")
        try keys.certify("key", by: "authority", principals: "alice@example.com,lead@example.com")
        try keys.certify("second", by: "authority", principals: "alice@example.com,lead@example.com", serial: 2)
        var request = question.request
        request.requirement.quorum = 2
        let list = try AllowedSigners(parsing: Array(try signers().utf8), file: "signers")
        let answers = try [("key", Question.alice), ("second", "lead@example.com")].map { key, name in
            let statement = question.statement(by: name)
            return try ApprovalJudge(signers: list).judge(
                signature: try keys.signWithCertificate(statement.bytes, with: key), over: statement.bytes,
                for: request, now: question.now
            ).get()
        }
        #expect(Quorum.verdict(of: answers, for: request, now: question.now) == .waiting(missing: 1))
        // The control: bob is another.
        try keys.make("third")
        try keys.certify("third", by: "authority", principals: Question.bob, serial: 3)
        let statement = question.statement(by: Question.bob)
        let bob = try ApprovalJudge(signers: list).judge(
            signature: try keys.signWithCertificate(statement.bytes, with: "third"), over: statement.bytes,
            for: request, now: question.now
        ).get()
        guard case .granted(let grant) = Quorum.verdict(of: answers + [bob], for: request, now: question.now) else {
            Issue.record("two people are not enough")
            return
        }
        #expect(grant.assurance == .twoPeople)
        #expect(grant.approvers.count == 2)
    }

    private func certificate(_ name: String) throws -> [UInt8] {
        let words = String(decoding: try keys.folder.read(name + "-cert.pub"), as: UTF8.self).split(separator: " ")
        return try #require(Base64.bytes(Array(words[1].utf8)))
    }
}
