import Testing

@testable import Approvals

@Suite("What was revoked counts no longer")
struct RevocationTests {
    let keys: Keyring

    init() throws {
        keys = try Keyring()
        for name in ["authority", "other", "key"] { try keys.make(name) }
    }

    private func list(_ specification: String, authority: String? = nil) throws -> RevocationList {
        try RevocationList(
            parsing: try keys.revocationList(specification, authority: authority), file: "revoked.krl")
    }

    private func certificate(_ serial: UInt64, keyID: String = "alice", by authority: String = "authority") throws
        -> SSHSigner
    {
        try SSHSigner(blob: try keys.certify("key", by: authority, serial: serial, keyID: keyID))
    }

    @Test("certificates by number, by range and by many of them")
    func serials() throws {
        // Enough single numbers close together that ssh-keygen writes a bitmap, in no regular order, and a few to list.
        let close = (1000..<1200).filter { $0 * $0 % 11 < 4 }.map { UInt64($0) }
        let krl = try list(
            "serial: 5\nserial: 7\nserial: 18446744073709551615\nserial: 300-400\n"
                + close.map { "serial: \($0)\n" }.joined(), authority: "authority")
        #expect(krl.certificates.contains { !$0.bitmaps.isEmpty })
        for serial in UInt64(990)..<1210 {
            let isRevoked = krl.certificates.contains { certificates in
                certificates.serials.contains { $0.contains(serial) }
                    || certificates.bitmaps.contains { $0.contains(serial) }
            }
            #expect(isRevoked == close.contains(serial), "\(serial)")
        }
        for serial in [5, 7, 300, 350, 400, UInt64.max] + close.prefix(2) {
            #expect(refusal { try krl.check(try certificate(serial)) } == .revoked, "\(serial)")
        }
        for serial in [0, 4, 6, 8, 299, 401, 999, UInt64.max - 1] {
            #expect(refusal { try krl.check(try certificate(serial)) } == nil, "\(serial)")
        }
        // Numbers are of one authority.
        #expect(refusal { try krl.check(try certificate(5, by: "other")) } == nil)
        #expect(refusal { try krl.check(.key(try keys.publicKey("key"))) } == nil)
    }

    @Test("certificates by identifier, of one authority and of any")
    func identifiers() throws {
        let own = try list("id: mallory\n", authority: "authority")
        #expect(refusal { try own.check(try certificate(1, keyID: "mallory")) } == .revoked)
        #expect(refusal { try own.check(try certificate(1, keyID: "alice")) } == nil)
        #expect(refusal { try own.check(try certificate(1, keyID: "mallory", by: "other")) } == nil)
        let any = try list("id: mallory\n", authority: "none")
        #expect(refusal { try any.check(try certificate(1, keyID: "mallory", by: "other")) } == .revoked)
    }

    @Test("the key in a certificate, and its authority", arguments: ["key", "sha1", "sha256"])
    func keysOfCertificates(_ word: String) throws {
        let certificate = try certificate(1)
        #expect(refusal { try RevocationList.none.check(certificate) } == nil)
        for name in ["key", "authority"] {
            let krl = try list("\(word): \(try keys.publicLine(name))\n")
            #expect(refusal { try krl.check(certificate) } == .revoked, "\(name)")
        }
        #expect(refusal { try list("\(word): \(try keys.publicLine("other"))\n").check(certificate) } == nil)
    }

    @Test("ssh-keygen sees it the same way")
    func compared() throws {
        let message = Array("x".utf8)
        let signature = try keys.sign(message, with: "key")
        let signers = "\(Question.alice) \(try keys.publicLine("key"))\n"
        for (name, isRevoked) in [("key", true), ("other", false)] {
            let krl = try keys.revocationList("sha256: \(try keys.publicLine(name))\n")
            let theirs = try keys.accepts(signature, message, as: Question.alice, signers: signers, revoked: krl)
            #expect(theirs == !isRevoked)
            let ours = try RevocationList(parsing: krl, file: "revoked.krl")
            #expect((refusal { try ours.check(.key(try keys.publicKey("key"))) } == nil) == theirs)
        }
    }

    @Test("a list that is cut, changed in its form or has something unknown is refused as a whole")
    func malformed() throws {
        let krl = try keys.revocationList(
            "serial: 5\nserial: 300-400\nid: mallory\nkey: \(try keys.publicLine("key"))\n", authority: "authority")
        func read(_ bytes: [UInt8]) -> ApprovalFileError? {
            do {
                _ = try RevocationList(parsing: bytes, file: "revoked.krl")
                return nil
            } catch { return error }
        }
        #expect(read(krl) == nil)
        // Whole sections can be cut off: nothing in the format says how many there are.
        let cuts = krl.indices.filter { $0 >= 44 && read(Array(krl[..<$0])) == nil }
        #expect(cuts.count <= 2)
        #expect(read(krl + [200, 0, 0, 0, 0])?.message.contains("unknown type 200") == true)
        #expect(read(krl + [4, 0, 0, 0, 0, 0, 0, 0, 0])?.message.contains("signed") == true)
        #expect(read(krl + [255, 0, 0, 0, 0]) != nil)
        #expect(read(krl + [3, 0, 0, 0, 5, 0, 0, 0, 1, 7]) != nil)
        #expect(read(krl + [2, 0, 0, 0, 0]) != nil)
        var flags = krl
        flags[35] = 1
        #expect(read(flags)?.reason == .invalidList)
        var version = krl
        version[11] = 2
        #expect(read(version)?.message.contains("version") == true)
        // 1 GiB is announced, and not there.
        #expect(read(krl + [1, 0x40, 0, 0, 0]) != nil)
    }

    @Test("lists of public keys say where they are wrong")
    func text() throws {
        let line = try keys.publicLine("key")
        let list = try RevocationList(
            parsing: Array("# lost\n\n  \(line) alice's\r\n\(try keys.publicLine("other"))".utf8), file: "revoked")
        #expect(refusal { try list.check(.key(try keys.publicKey("key"))) } == .revoked)
        #expect(refusal { try list.check(.key(try keys.publicKey("other"))) } == .revoked)
        #expect(refusal { try list.check(.key(try keys.publicKey("authority"))) } == nil)
        for (text, place) in [
            ("\(line)\nnothing", ":2:1: "), ("ssh-ed25519", ":1:12: "), ("ssh-ed25519 AAAA!", ":1:13: "),
            (" ssh-rsa \(line.split(separator: " ")[1])", ":1:2: "), ("\u{1}", ":1:1: "),
        ] {
            do {
                _ = try RevocationList(parsing: Array(text.utf8), file: "revoked")
                Issue.record("\(text) is accepted")
            } catch {
                #expect(error.message.hasPrefix("revoked" + place), "\(error.message)")
            }
        }
    }
}
