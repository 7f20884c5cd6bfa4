import StrictJSON
import Testing

@testable import Approvals

@Suite("A browser's credential signs one statement, on one page, by a person who was there")
struct WebAuthnTests {
    let question = Question(ApprovalRequirement(assurance: .key))
    let party = RelyingParty(id: "localhost", origin: "http://localhost:4321")
    let challenge = [UInt8](repeating: 7, count: 32)

    private func register(_ authenticator: SoftwareAuthenticator) throws -> AllowedSigners {
        let credential = try authenticator.register(challenge: challenge).credential(
            for: Question.alice, challenge: challenge, party)
        return try AllowedSigners(parsing: Array(credential.directive.utf8), file: "signers")
    }

    private func judge(
        _ assertion: WebAuthnAssertion, _ signers: AllowedSigners, of statement: ApprovalStatement? = nil,
        lastCounter: UInt32 = 0
    ) -> Result<ApprovalAnswer, ApprovalRefusal> {
        ApprovalJudge(signers: signers).judge(
            assertion, over: (statement ?? question.statement()).bytes, party, lastCounter: lastCounter,
            for: question.request, now: question.now)
    }

    @Test("the control: registered, listed, and used, with each algorithm", arguments: 0..<3)
    func control(_ kind: Int) throws {
        for format in ["none", "packed"] {
            let authenticator = SoftwareAuthenticator(key: try SoftwareAuthenticator.kinds()[kind])
            let credential = try authenticator.register(challenge: challenge, format: format).credential(
                for: Question.alice, challenge: challenge, party)
            #expect(credential.kind == .device)
            let signers = try AllowedSigners(parsing: Array(credential.directive.utf8), file: "signers")
            #expect(signers.credentials(of: Question.alice) == [credential])
            let assertion = try authenticator.assert(challenge: question.statement().digest.bytes)
            let answer = try judge(assertion, signers).get()
            #expect(
                answer.approver
                    == Approver(
                        name: Question.alice, assurance: .hardwareKey, method: .webauthn, key: credential.fingerprint,
                        counter: 1))
        }
    }

    @Test("a passkey that may be copied is a key, not a hardware key")
    func synced() throws {
        var authenticator = SoftwareAuthenticator(key: try SoftwareAuthenticator.kinds()[0])
        authenticator.flags |= 0x18
        authenticator.counter = 0
        let signers = try register(authenticator)
        let assertion = try authenticator.assert(challenge: question.statement().digest.bytes)
        #expect(try judge(assertion, signers).get().approver.assurance == .key)
        // One that was said to stay on its device does not begin to travel.
        authenticator.flags &= ~0x18
        let other = try authenticator.assert(challenge: question.statement().digest.bytes)
        #expect(judge(other, signers).refusal == .clonedKey)
    }

    @Test("another statement, page, credential, person, or nobody there")
    func refused() throws {
        let honest = SoftwareAuthenticator(key: try SoftwareAuthenticator.kinds()[0])
        let signers = try register(honest)
        let challenge = question.statement().digest.bytes
        #expect(judge(try honest.assert(challenge: challenge), signers).isSuccess)

        let replayed = try honest.assert(challenge: question.statement(reason: "other").digest.bytes)
        #expect(judge(replayed, signers).refusal == .wrongSubject)
        let cases: [(ApprovalRefusal.Code, (inout SoftwareAuthenticator) -> Void)] = [
            (.wrongOrigin, { $0.party.origin = "http://localhost:4322" }),
            (.wrongOrigin, { $0.party.origin = "http://localhost:4321.evil.example" }),
            (.wrongOrigin, { $0.party.id = "evil.example" }),
            (.wrongOrigin, { $0.extraMembers = #","topOrigin":"https://evil.example""# }),
            (.malformed, { $0.extraMembers = #","origin":"http://localhost:4321""# }),
            (.noTouch, { $0.flags = 0x04 }), (.noVerification, { $0.flags = 0x01 }), (.malformed, { $0.flags = 0x27 }),
            (.malformed, { $0.flags = 0x45 }), (.malformed, { $0.flags = 0x85 }),
            (.malformed, { $0.type = "webauthn.create" }), (.malformed, { $0.type = "payment.get" }),
            (.unknownSigner, { $0.id = [1] }),
            (.badSignature, { $0.key = (try? SoftwareAuthenticator.kinds()[0]) ?? $0.key }),
            (.badSignature, { $0.key = (try? SoftwareAuthenticator.kinds()[1]) ?? $0.key }),
        ]
        for (number, (expected, change)) in cases.enumerated() {
            var other = honest
            change(&other)
            #expect(judge(try other.assert(challenge: challenge), signers).refusal == expected, "case \(number)")
        }
        let bobs = question.statement(by: Question.bob)
        #expect(
            judge(try honest.assert(challenge: bobs.digest.bytes), signers, of: bobs).refusal == .unknownSigner)
        // The page itself in a frame of another's.
        var framed = try honest.assert(challenge: challenge)
        let text = String(decoding: framed.clientDataJSON, as: UTF8.self)
        framed.clientDataJSON = Array(text.replacing(#""crossOrigin":false"#, with: #""crossOrigin":true"#).utf8)
        #expect(judge(framed, signers).refusal == .wrongOrigin)
    }

    @Test("a count that goes back is a copy's")
    func counter() throws {
        var authenticator = SoftwareAuthenticator(key: try SoftwareAuthenticator.kinds()[1])
        authenticator.counter = 5
        let signers = try register(authenticator)
        let assertion = try authenticator.assert(challenge: question.statement().digest.bytes)
        #expect(judge(assertion, signers, lastCounter: 4).isSuccess)
        #expect(judge(assertion, signers, lastCounter: 5).refusal == .clonedKey)
        #expect(judge(assertion, signers, lastCounter: 6).refusal == .clonedKey)
        authenticator.counter = 0
        let uncounted = try authenticator.assert(challenge: question.statement().digest.bytes)
        #expect(judge(uncounted, signers).isSuccess)
        #expect(judge(uncounted, signers, lastCounter: 1).refusal == .clonedKey)
    }

    @Test("no bit of an assertion can be changed", arguments: 0..<3)
    func everyBit(_ kind: Int) throws {
        let authenticator = SoftwareAuthenticator(key: try SoftwareAuthenticator.kinds()[kind])
        let signers = try register(authenticator)
        let assertion = try authenticator.assert(challenge: question.statement().digest.bytes)
        for path in [\WebAuthnAssertion.clientDataJSON, \.authenticatorData, \.signature, \.credentialID] {
            for index in assertion[keyPath: path].indices {
                var changed = assertion
                changed[keyPath: path][index] ^= 1 << UInt8(index % 8)
                #expect(judge(changed, signers).refusal != nil, "byte \(index)")
            }
            for change in [{ $0 + [0] }, { Array($0.dropLast()) }] as [([UInt8]) -> [UInt8]] {
                var changed = assertion
                changed[keyPath: path] = change(changed[keyPath: path])
                #expect(judge(changed, signers).refusal != nil)
            }
        }
    }

    @Test("what a page sends is read in one form, so a count is kept under one name")
    func sent() throws {
        let honest = SoftwareAuthenticator(key: try SoftwareAuthenticator.kinds()[1])
        let assertion = try honest.assert(challenge: challenge)
        var json: JSON = [
            "credentialID": .string(assertion.credentialText),
            "clientDataJSON": .string(Base64.urlText(assertion.clientDataJSON)),
            "authenticatorData": .string(Base64.urlText(assertion.authenticatorData)),
            "signature": .string(Base64.urlText(assertion.signature)), "origin": "http://localhost:4321",
        ]
        let read = try #require(WebAuthnAssertion(json))
        #expect(read.signature == assertion.signature)
        #expect(read.credentialText == assertion.credentialText)
        // 12 bytes are 16 characters; of 13 the last character has bits to spare.
        for text in [assertion.credentialText + "==", assertion.credentialText + "B", "AB", "A+==", "A b", ""] {
            json = .object(changed(json, "credentialID", text))
            let other = WebAuthnAssertion(json)
            #expect(other == nil || other?.credentialText == text, "\(text)")
        }
        #expect(WebAuthnAssertion(["credentialID": "AAAA"]) == nil)
        let registration = try honest.register(challenge: challenge)
        let sent: JSON = [
            "clientDataJSON": .string(Base64.urlText(registration.clientDataJSON)),
            "attestationObject": .string(Base64.urlText(registration.attestationObject)),
        ]
        #expect(
            try WebAuthnRegistration(sent)?.credential(for: Question.alice, challenge: challenge, party)
                == registration.credential(for: Question.alice, challenge: challenge, party))
        #expect(WebAuthnRegistration(["clientDataJSON": "AAAA"]) == nil)
    }

    private func changed(_ json: JSON, _ key: String, _ value: String) -> JSONObject {
        var object = json.objectValue ?? JSONObject()
        object[key] = .string(value)
        return object
    }

    @Test("what a real browser sends is read and verified", arguments: ChromiumSample.all.indices)
    func chromium(_ index: Int) throws {
        let sample = ChromiumSample.all[index]
        let credential = try #require(WebAuthnRegistration(sample.registration)).credential(
            for: Question.alice, challenge: challenge, party)
        #expect(credential.kind == (sample.isSynced ? .synced : .device))
        let assertion = try #require(WebAuthnAssertion(sample.assertion))
        #expect(assertion.credentialText == credential.idText)
        let counter = try assertion.verify(credential, challenge: challenge, party, lastCounter: 0)
        #expect(counter > 0)
        #expect(
            refusal { try assertion.verify(credential, challenge: challenge, party, lastCounter: counter) }
                == .clonedKey)
        #expect(refusal { try assertion.verify(credential, challenge: [7], party, lastCounter: 0) } == .wrongSubject)
    }

    @Test("registration: this page's challenge, a person who was there, a key of a known kind")
    func registration() throws {
        let honest = SoftwareAuthenticator(key: try SoftwareAuthenticator.kinds()[0])
        func refused(_ challenge: [UInt8]? = nil, _ change: (inout SoftwareAuthenticator) -> Void) throws
            -> ApprovalRefusal.Code?
        {
            var other = honest
            change(&other)
            let registration = try other.register(challenge: self.challenge)
            return refusal {
                try registration.credential(for: Question.alice, challenge: challenge ?? self.challenge, party)
            }
        }
        #expect(try refused { _ in } == nil)
        #expect(try refused([1]) { _ in } == .wrongSubject)
        #expect(try refused { $0.party.origin = "http://127.0.0.1:4321" } == .wrongOrigin)
        #expect(try refused { $0.party.id = "evil.example" } == .wrongOrigin)
        #expect(try refused { $0.flags = 0x01 } == .noVerification)
        #expect(try refused { $0.flags = 0x04 } == .noTouch)
        #expect(try refused { $0.type = "webauthn.get" } == .malformed)
        #expect(try refused { $0.id = [] } == .malformed)
        #expect(try refused { $0.id = [UInt8](repeating: 1, count: 1024) } == .malformed)
        #expect(
            refusal {
                try honest.register(challenge: challenge, format: "tpm").credential(
                    for: Question.alice, challenge: challenge, party)
            } == .unsupported)
        for name in ["", "a b", "*@example.com", "alice,bob", "!alice", "аlice"] {
            #expect(
                refusal {
                    try honest.register(challenge: challenge).credential(for: name, challenge: challenge, party)
                } == .malformed, "\(name)")
        }
        let registration = try honest.register(challenge: challenge)
        for index in registration.attestationObject.indices {
            var cut = registration
            cut.attestationObject = Array(registration.attestationObject[..<index])
            #expect(
                refusal { try cut.credential(for: Question.alice, challenge: challenge, party) } != nil, "\(index)")
        }
    }
}

@Suite("CBOR is read in its canonical form only")
struct CBORTests {
    private func read(_ hex: String) -> CBOR? { Hex.bytes(hex.utf8).flatMap { try? CBORReader.value($0) } }

    /// Of RFC 8949, appendix A, as far as CTAP2 has them.
    @Test(
        "values of the specification",
        arguments: [
            ("00", .unsigned(0)), ("17", .unsigned(23)), ("1818", .unsigned(24)), ("1903e8", .unsigned(1000)),
            ("1a000f4240", .unsigned(1_000_000)), ("1b000000e8d4a51000", .unsigned(1_000_000_000_000)),
            ("1bffffffffffffffff", .unsigned(.max)), ("20", .negative(0)), ("3863", .negative(99)),
            ("3bffffffffffffffff", .negative(.max)), ("f4", .bool(false)), ("f5", .bool(true)), ("f6", .null),
            ("40", .bytes([])), ("4401020304", .bytes([1, 2, 3, 4])), ("60", .text("")), ("6449455446", .text("IETF")),
            ("62c3bc", .text("ü")), ("80", .array([])),
            ("83010203", .array([.unsigned(1), .unsigned(2), .unsigned(3)])), ("a0", .map([])),
            (
                "a201020304",
                .map([.init(key: .unsigned(1), value: .unsigned(2)), .init(key: .unsigned(3), value: .unsigned(4))])
            ),
        ] as [(String, CBOR)])
    func values(_ hex: String, _ value: CBOR) {
        #expect(read(hex) == value)
        #expect(read(hex + "00") == nil)
        #expect(read(String(hex.dropLast(2))) == nil)
    }

    @Test(
        "what is longer than it has to be, indefinite, out of order, tagged, fractional, unfinished or too deep",
        arguments: [
            "1817", "190017", "1900ff", "1a0000ffff", "1b00000000ffffffff", "3800", "5801ff", "1c", "1f",
            "5f42010243030405ff",
            "7f657374726561646d696e67ff", "9fff", "bf61610161629f0203ffff", "a201020102", "a203040102",
            "a2616201616101",
            "a2616101", "a1f401", "a18001", "a2200101a0", "c074323031332d30332d32315432303a30343a30305a",
            "d74401020304",
            "f97c00", "fb3ff199999999999a", "f7", "f0", "f818", "f8ff", "ff", "62c328", "41", "9bffffffffffffffff",
            "bbffffffffffffffff", "5bffffffffffffffff", "8181818181", "818181818100", "a101a101a101a101a10101", "",
        ])
    func refused(_ hex: String) { #expect(read(hex) == nil) }

    @Test("four levels are read")
    func depth() { #expect(read("8181818101") != nil) }
}
