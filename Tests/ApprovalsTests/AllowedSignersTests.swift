import Testing

@testable import Approvals

@Suite("The allowed signers file is ssh-keygen's, read to the letter")
struct AllowedSignersTests {
    let keys: Keyring
    let message = Array("x".utf8)

    init() throws { keys = try SharedKeys.keyring() }

    private func line(_ kind: Keyring.Kind = .ed25519) throws -> String { try keys.publicLine(kind.rawValue) }

    private func read(_ text: String) throws(ApprovalFileError) -> AllowedSigners {
        try AllowedSigners(parsing: Array(text.utf8), file: "signers")
    }

    private func authorise(_ text: String, as name: String, now: Moment = Question().now) throws -> ApprovalRefusal
        .Code?
    {
        let list = try read(text)
        let key = SSHSigner.key(try keys.publicKey("ed25519"))
        return refusal { try list.authorise(key, as: name, namespace: Approvals.namespace, now: now) }
    }

    @Test(
        "who may sign is what ssh-keygen says",
        arguments: [
            ("alice@example.com KEY", "alice@example.com", nil),
            ("alice@example.com KEY", "bob@example.com", .unknownSigner),
            ("*@example.com KEY", "bob@example.com", nil), ("*@example.com KEY", "bob@example.org", .unknownSigner),
            ("*@example.com,!bob@* KEY", "bob@example.com", .unknownSigner),
            ("*@example.com,!bob@* KEY", "eve@example.com", nil), ("!bob@example.com KEY", "eve", .unknownSigner),
            ("\"alice,bob\" KEY", "bob", nil), ("a?ice KEY", "alice", nil), ("a?ice KEY", "aice", .unknownSigner),
            ("Alice KEY", "alice", .unknownSigner), ("  \talice \t KEY a comment", "alice", nil),
            ("alice namespaces=\"approval@agentbox.dev\" KEY", "alice", nil),
            ("alice namespaces=\"git,file\" KEY", "alice", .wrongNamespace),
            ("alice namespaces=\"*@agentbox.dev,!approval@*\" KEY", "alice", .wrongNamespace),
            ("alice Namespaces=\"approval*\" KEY", "alice", nil),
            ("alice valid-after=\"20200101Z\",valid-before=\"20990101Z\" KEY", "alice", nil),
            ("alice valid-before=\"20200101Z\" KEY", "alice", .expired),
            ("alice valid-after=\"20990101120000Z\" KEY", "alice", .notYetValid),
            ("alice cert-authority KEY", "alice", .unknownSigner),
            ("alice valid-before=\"20200101Z\" KEY\nalice KEY", "alice", nil),
            ("# agentbox: role lead alice\n# a comment\n\nalice KEY", "alice", nil),
            ("alice OTHER", "alice", .unknownSigner),
        ] as [(String, String, ApprovalRefusal.Code?)])
    func who(_ text: String, _ name: String, _ expected: ApprovalRefusal.Code?) throws {
        let text = text.replacing("KEY", with: try line()).replacing("OTHER", with: try line(.rsa)) + "\n"
        #expect(try authorise(text, as: name) == expected)
        let signature = try keys.sign(message, with: "ed25519")
        #expect(try keys.accepts(signature, message, as: name, signers: text) == (expected == nil))
    }

    @Test("a key that is listed for somebody else is told so, with the option to give")
    func otherName() throws {
        let list = try read("Bob@example.com \(try line())")
        let key = SSHSigner.key(try keys.publicKey("ed25519"))
        do throws(ApprovalRefusal) {
            try list.authorise(key, as: "alice@example.com", namespace: Approvals.namespace, now: Question().now)
            Issue.record("it was authorised")
        } catch {
            #expect(error.remedy == "give --as Bob@example.com", "\(error)")
        }
    }

    @Test("time is exact: from the first second on, until the second before")
    func times() throws {
        let text = "alice valid-after=\"20270601120000Z\",valid-before=\"202706011300Z\" \(try line())"
        let start = try #require(Moment("2027-06-01T12:00:00Z"))
        let cases: [(Int64, ApprovalRefusal.Code?)] = [
            (-1, .notYetValid), (0, nil), (3599, nil), (3600, .expired),
        ]
        for (offset, expected) in cases {
            #expect(try authorise(text, as: "alice", now: start + offset) == expected)
        }
    }

    @Test(
        "a line that is wrong is named with its place, and nothing of the file counts",
        arguments: [
            ("alice", ":1:6: the line has no key"), ("alice cert-authority", ":1:21: the line has no key"),
            ("ok KEY\nalice verify-required KEY", ":2:7: `verify-required` is no option that can be honoured"),
            ("alice roles=\"lead\" KEY", ":1:7: `roles` is no option that can be honoured"),
            ("alice cert-authority,no-touch-required KEY", ":1:22: `no-touch-required` is no option"),
            ("alice cert-authority,cert-authority KEY", ":1:22: the option `cert-authority` occurs twice"),
            ("alice cert-authority,, KEY", ":1:22: `` is no option"),
            ("alice namespaces=git KEY", ":1:7: the option's value has to stand between quotation marks"),
            ("alice namespaces=\"git KEY", ":1:7: a quotation mark is never closed"),
            ("alice namespaces=\"git,\" KEY", ":1:7: the list of namespaces has an empty one"),
            ("alice valid-before=\"20280101\" KEY", ":1:7: `valid-before` is `20280101`, which is no time in UTC"),
            ("alice valid-before=\"20280230Z\" KEY", ":1:7: `valid-before` is `20280230Z`, which is no time"),
            ("alice,,bob KEY", ":1:1: the list of names has an empty one"),
            ("\u{E9}lise cert-authority=1 KEY", ":1:7: `cert-authority` is no option"),
            ("alice ssh-ed25519 AAAA", ":1:19: the public key ends"),
            ("alice ssh-ed25519 ?", ":1:19: the key is not base64"),
            ("alice ssh-dss AAAAB3NzaC1kc3MAAAAA", ":1:15: keys of type `ssh-dss` are not supported"),
            ("alice ssh-ed25519-cert-v01@openssh.com AAAA", ":1:7: a certificate stands where a key is expected"),
            ("alice ssh-rsa BLOB", ":1:7: the key is of type `ssh-ed25519`, not `ssh-rsa`"),
            ("# agentbox: roles lead alice", ":1:13: `roles` is nothing that agentbox knows"),
            ("# agentbox: role lead", ":1:18: something is missing here"), ("# agentbox:", ":1:3: nothing follows"),
            ("# agentbox: role lead alice bob", ":1:29: something follows"),
            ("# agentbox: role l\u{E9}ad! alice", ":1:18: `l\u{E9}ad!` is no role"),
            ("# agentbox: role lead ,", ":1:23: the list of names has an empty one"),
            ("#agentbox role lead alice", ":1:2: a comment that begins with `agentbox`"),
            ("# Agentbox: role lead alice", ":1:3: a comment that begins with `Agentbox:`"),
            ("# agentbox: webauthn *@example.com device AAAA AAAA", ":1:22: a credential belongs to one name"),
            ("# agentbox: webauthn alice other AAAA AAAA", ":1:28: the credential cannot be read"),
            ("# agentbox: webauthn alice device AAAA AAAA", ":1:40: "),
            ("alice\u{7F} KEY", ":1:6: a control character"),
        ])
    func wrong(_ text: String, _ expected: String) throws {
        let blob = try line().split(separator: " ")[1]
        let text = text.replacing("KEY", with: try line()).replacing("BLOB", with: String(blob))
        do {
            _ = try read("alice@example.com \(try line(.rsa))\n")
            _ = try read(text)
            Issue.record("\(text) is accepted")
        } catch let error as ApprovalFileError {
            #expect(error.message.hasPrefix("signers" + expected), "\(error.message)")
        }
    }

    @Test("bytes that are not text, and files that are too large")
    func bytes() {
        #expect(throws: ApprovalFileError.self) { try AllowedSigners(parsing: [0xFF, 0xFE], file: "signers") }
        let long = [UInt8](repeating: 0x23, count: SignerLine.longest + 1)
        #expect(throws: ApprovalFileError.self) { try AllowedSigners(parsing: long, file: "signers") }
        let large = [UInt8](repeating: 0x0A, count: AllowedSigners.largestFile + 1)
        #expect(throws: ApprovalFileError.self) { try AllowedSigners(parsing: large, file: "signers") }
    }

    @Test("roles are of names, whatever the order of the lines")
    func roles() throws {
        let lines = [
            "# agentbox: role lead alice@example.com,bob@example.com",
            "#agentbox: role security *@security.example.com",
            "alice@example.com \(try line())", "bob@example.com \(try line(.rsa))",
        ]
        for text in [lines, lines.reversed(), lines.sorted()] {
            let list = try read(text.joined(separator: "\n"))
            #expect(list.hasRole("lead", "alice@example.com"))
            #expect(list.hasRole("security", "eve@security.example.com"))
            #expect(!list.hasRole("security", "alice@example.com"))
            #expect(!list.hasRole("lead", "eve@example.com"))
            #expect(!list.hasRole("other", "alice@example.com"))
        }
        // What stands behind a key comes from whoever made it.
        let list = try read("alice \(try line()) agentbox: role lead alice\n")
        #expect(!list.hasRole("lead", "alice"))
    }

    @Test("names of one line are one person")
    func aliases() throws {
        let list = try read(
            """
            alice,alice@example.com \(try line())
            alice@example.com,alice@work \(try line(.rsa))
            bob \(try line(.ecdsa256))
            carol,dave cert-authority \(try line(.ecdsa384))
            """)
        #expect(list.aliases(of: "alice") == ["alice", "alice@example.com", "alice@work"])
        #expect(list.aliases(of: "ALICE@work") == ["alice", "alice@example.com", "alice@work"])
        #expect(list.aliases(of: "bob") == ["bob"])
        // An authority's line says for whom it may speak, not that they are one.
        #expect(list.aliases(of: "carol") == ["carol"])
    }

    @Test(
        "how many people could approve is counted by person, role, kind of key and day",
        arguments: [
            ("", "A2", 1, nil, false, 0),
            ("alice@example.com KEY", "A2", 1, nil, false, 1),
            ("bob@example.com KEY", "A2", 1, nil, false, 0),
            ("bob@example.com KEY", "A2", 1, nil, true, 1),
            ("alice@example.com KEY", "A2", 1, nil, true, 0),
            ("alice@example.com,alice KEY", "A2", 1, nil, true, 0),
            ("alice@example.com KEY\nbob@example.com OTHER", "A2", 2, nil, false, 2),
            ("bob@example.com,bob KEY\nbob OTHER", "A2", 2, nil, false, 1),
            ("# agentbox: role lead bob\nalice KEY\nbob OTHER", "A2", 2, "lead", false, 1),
            ("# agentbox: role lead bob,carol\n*@x,bob KEY", "A2", 2, "lead", false, 1),
            ("# agentbox: role lead *\nbob KEY", "A2", 1, "lead", false, 1),
            ("# agentbox: role lead *\n* KEY", "A2", 3, "lead", false, nil),
            ("*@example.com cert-authority KEY", "A2", 2, nil, false, nil),
            ("*@example.com cert-authority KEY", "A2", 1, nil, false, 1),
            ("alice@example.com KEY", "A3", 1, nil, false, 0),
            ("alice@example.com cert-authority KEY", "A3", 1, nil, false, 1),
            ("alice@example.com valid-before=\"20200101Z\" KEY", "A2", 1, nil, false, 0),
            ("alice@example.com namespaces=\"git\" KEY", "A2", 1, nil, false, 0),
        ] as [(String, String, Int, String?, Bool, Int?)])
    func reach(
        _ text: String, _ assurance: String, _ quorum: Int, _ role: String?, _ excludes: Bool, _ expected: Int?
    ) throws {
        let text = text.replacing("KEY", with: try line()).replacing("OTHER", with: try line(.rsa)) + "\n"
        let requirement = ApprovalRequirement(
            assurance: try #require(.init(rawValue: assurance)), quorum: quorum, roles: Set([role].compactMap(\.self)),
            excludesPrincipal: excludes)
        #expect(
            try read(text).mostApprovers(for: requirement, principal: "alice@example.com", now: Question().now)
                == expected)
    }
}
