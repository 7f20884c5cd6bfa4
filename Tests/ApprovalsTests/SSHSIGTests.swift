import TestSupport
import Testing

@testable import Approvals

@Suite("A signature is read as ssh-keygen writes it, and in no other form")
struct SSHSIGTests {
    let keys: Keyring
    let message = Array(#"{"kind":"agentbox.dev/approval/v1"}"#.utf8)

    init() throws { keys = try SharedKeys.keyring() }

    static let cases = Keyring.Kind.allCases.flatMap { kind in ["sha256", "sha512"].map { (kind, $0) } }

    @Test("what ssh-keygen signs is verified, with every kind of key", arguments: cases)
    func real(_ kind: Keyring.Kind, _ hash: String) throws {
        let armoured = try keys.sign(message, with: kind.rawValue, hash: hash)
        let signature = try SSHSIG(armoured)
        try signature.verify(message, namespace: Approvals.namespace)
        #expect(signature.signer == .key(try keys.publicKey(kind.rawValue)))
        #expect(signature.hash.rawValue == hash)
        #expect((signature.use != nil) == kind.isSecurityKey)
        #expect(signature.use?.isTouched ?? true)
        // Written again it is the same, and its binary form is read alike.
        let binary = try SSHArmour.bytes(armoured)
        #expect(SSHArmour.text(binary) == String(decoding: armoured, as: UTF8.self))
        #expect(try SSHSIG(binary) == signature)
    }

    @Test("it is of this message and this namespace", arguments: Keyring.Kind.allCases)
    func bound(_ kind: Keyring.Kind) throws {
        let signature = try SSHSIG(try keys.sign(message, with: kind.rawValue))
        #expect(refusal { try signature.verify(message + [0x20], namespace: Approvals.namespace) } == .badSignature)
        #expect(refusal { try signature.verify(message, namespace: "file") } == .wrongNamespace)
        let other = try SSHSIG(try keys.sign(message, with: kind.rawValue, namespace: "git"))
        #expect(refusal { try other.verify(message, namespace: Approvals.namespace) } == .wrongNamespace)
        try other.verify(message, namespace: "git")
    }

    @Test("no byte of it can be changed, left out or added", arguments: Keyring.Kind.allCases)
    func everyByte(_ kind: Keyring.Kind) throws {
        let binary = try SSHArmour.bytes(try keys.sign(message, with: kind.rawValue))
        try verify(binary)
        for index in binary.indices {
            var changed = binary
            changed[index] ^= 1 << UInt8(index % 8)
            #expect(refusal { try verify(changed) } != nil, "byte \(index)")
            #expect(refusal { try verify(Array(binary[..<index])) } != nil, "cut at byte \(index)")
        }
        #expect(refusal { try verify(binary + [0]) } == .malformed)
        #expect(refusal { try verify([0] + binary) } == .malformed)
    }

    private func verify(_ binary: [UInt8]) throws {
        let signature = try SSHSIG(binary)
        try signature.verify(message, namespace: Approvals.namespace)
        // A key that was changed can still verify nothing of another's: it has to be the one that the file lists.
        let known = try Keyring.Kind.allCases.map { try keys.publicKey($0.rawValue) }
        guard known.contains(signature.signer.key) else { throw ApprovalRefusal(.unknownSigner, "another key") }
    }

    @Test("what is refused here and what ssh-keygen refuses: never less here", arguments: Keyring.Kind.allCases)
    func never(_ kind: Keyring.Kind) throws {
        let binary = try SSHArmour.bytes(try keys.sign(message, with: kind.rawValue))
        let signers = "\(Question.alice) \(try keys.publicLine(kind.rawValue))\n"
        #expect(try keys.accepts(Array(SSHArmour.text(binary).utf8), message, as: Question.alice, signers: signers))
        var generator = Repeatable(state: 7)
        var refusedByBoth = 0
        for _ in 0..<40 {
            var changed = binary
            let index = Int.random(in: changed.indices, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: changed[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: changed.remove(at: index)
            case 2: changed.insert(0, at: index)
            default: changed[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
            let theirs = try keys.accepts(
                Array(SSHArmour.text(changed).utf8), message, as: Question.alice, signers: signers)
            let ours = refusal { try verify(changed) } == nil
            #expect(theirs || !ours, "accepted what ssh-keygen refuses, at byte \(index)")
            if !theirs, !ours { refusedByBoth += 1 }
        }
        #expect(refusedByBoth >= 30)
    }

    @Test("the touch of a security key counts, unlike for ssh-keygen", arguments: [Keyring.Kind.ed25519SK, .ecdsaSK])
    func touch(_ kind: Keyring.Kind) throws {
        let keyring = try Keyring()
        let name = try keyring.make("untouched", kind, options: ["-O", "no-touch-required"])
        let armoured = try keyring.sign(message, with: name)
        let signers = "\(Question.alice) \(try keyring.publicLine(name))\n"
        // The control: it is a good signature, and ssh-keygen takes it.
        #expect(try keyring.accepts(armoured, message, as: Question.alice, signers: signers))
        #expect(refusal { try SSHSIG(armoured).verify(message, namespace: Approvals.namespace) } == .noTouch)
    }

    @Test("armour has one form")
    func armour() throws {
        let armoured = String(decoding: try keys.sign(message, with: "ed25519"), as: UTF8.self)
        let lines = armoured.split(separator: "\n").map(String.init)
        func bytes(_ lines: [String], _ end: String = "\n") -> ApprovalRefusal.Code? {
            refusal { try SSHArmour.bytes(Array(lines.map { $0 + end }.joined().utf8)) }
        }
        #expect(bytes(lines) == nil)
        #expect(bytes(lines, "\r\n") == nil)
        #expect(refusal { try SSHArmour.bytes(Array(lines.joined(separator: "\n").utf8)) } == nil)
        #expect(bytes([lines[0], lines.dropFirst().dropLast().joined(), lines[lines.count - 1]]) == .malformed)
        let (first, last) = (lines[0], lines[lines.count - 1])
        let body = Array(lines.dropFirst().dropLast())
        let swapped = [body[1], body[0]] + body.dropFirst(2)
        let spaced = [" " + body[0]] + body.dropFirst()
        let foreign = ["-" + body[0].dropFirst()] + body.dropFirst()
        var wrong: [[String]] = [lines + ["x"], ["x"] + lines, lines + [""], [""] + lines, lines + lines, [], ["x"]]
        wrong += [Array(lines.dropLast()), Array(lines.dropFirst()), [first, last], [first, "", last]]
        for body in [spaced, foreign, Array(body.dropLast()) + [""]] { wrong.append([first] + body + [last]) }
        wrong.append([first + " "] + body + [last])
        #expect(bytes([first] + swapped + [last]) == nil, "the lines are base64, if of nothing")
        for lines in wrong { #expect(bytes(lines) == .malformed, "\(lines)") }
        #expect(refusal { try SSHSIG([UInt8](repeating: 0x41, count: SSHArmour.longest + 1)) } == .malformed)
    }

    @Test(
        "base64 has one form",
        arguments: ["QQ=", "QQ", "QR==", "QQ==QQ==", "Q===", "====", "QQ==\n", "Q Q=", "QUE", "QUF="])
    func base64(_ text: String) {
        #expect(Base64.bytes(Array(text.utf8)) == nil)
        #expect(Base64.bytes(Array("QQ==".utf8)) == [0x41])
        #expect(Base64.bytes([]) == [])
    }
}

/// The same on every machine.
struct Repeatable: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
