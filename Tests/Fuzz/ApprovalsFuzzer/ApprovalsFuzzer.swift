import Glibc

@testable import Approvals

/// What holds of all bytes that Approvals reads: they are read or refused, with a reason that can be shown; what is read
/// has this one form; and nothing that nobody signed is verified. A violation stops, and libFuzzer keeps the input.
/// `FUZZ_KIND` says what the bytes are.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    switch kind {
    case "sshsig": fuzzSignature(bytes)
    case "certificate": fuzzCertificate(bytes)
    case "krl": fuzzRevocations(bytes)
    case "signers": fuzzSigners(bytes)
    case "cbor": fuzzCBOR(bytes)
    case "webauthn": fuzzAuthenticator(bytes)
    case "statement": fuzzStatement(bytes)
    default: fatalError("FUZZ_KIND is not set")
    }
    return 0
}

private let kind = getenv("FUZZ_KIND").map { String(cString: $0) } ?? ""

private func refusable(_ body: () throws(ApprovalRefusal) -> Void) {
    do throws(ApprovalRefusal) {
        try body()
    } catch {
        checkMessage(error.message)
    }
}

private func checkMessage(_ message: String) {
    precondition(!message.isEmpty && message.utf8.count < 4096, "a message of \(message.utf8.count) bytes")
    precondition(!message.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }, "a control character")
}

private func fuzzSignature(_ bytes: [UInt8]) {
    refusable { () throws(ApprovalRefusal) in
        let signature = try SSHSIG(bytes)
        precondition(signature.signer.key.blob.count <= SSHPublicKey.longestBlob)
        precondition(
            (try? signature.verify(Array("nobody signed this".utf8), namespace: Approvals.namespace)) == nil,
            "a signature of what nobody signed")
    }
    refusable { () throws(ApprovalRefusal) in
        let binary = try SSHArmour.bytes(bytes)
        let again = try SSHArmour.bytes(Array(SSHArmour.text(binary).utf8))
        precondition(again == binary, "armour of another form")
    }
}

private func fuzzCertificate(_ bytes: [UInt8]) {
    refusable { () throws(ApprovalRefusal) in
        let key = try SSHPublicKey(blob: bytes)
        precondition(key.blob == bytes, "a key with two forms")
    }
    refusable { () throws(ApprovalRefusal) in
        let certificate = try SSHCertificate(blob: bytes)
        precondition(!certificate.principals.isEmpty && !certificate.principals.contains(""))
        precondition(certificate.validBefore == .max || certificate.validAfter < certificate.validBefore, "no seed")
    }
    refusable { () throws(ApprovalRefusal) in _ = try SSHSignature(blob: bytes) }
}

private let key = SSHPublicKey.ed25519([UInt8](repeating: 0x66, count: 32))

private func fuzzRevocations(_ bytes: [UInt8]) {
    do throws(ApprovalFileError) {
        let list = try RevocationList(parsing: bytes, file: "revoked")
        try? list.check(.key(key))
        for revoked in list.certificates {
            for bitmap in revoked.bitmaps {
                for serial in [0, bitmap.offset, bitmap.offset &+ 1, bitmap.offset &- 1, .max] {
                    _ = bitmap.contains(serial)
                }
            }
        }
        precondition(list.union(.none) == list)
    } catch {
        checkMessage(error.message)
    }
}

private func fuzzSigners(_ bytes: [UInt8]) {
    do throws(ApprovalFileError) {
        let list = try AllowedSigners(parsing: bytes, file: "signers")
        for name in ["alice@example.com", ""] {
            _ = list.hasRole("lead", name)
            _ = list.aliases(of: name)
            _ = list.credentials(of: name)
            try? list.authorise(
                .key(key), as: name, namespace: Approvals.namespace, now: Moment(secondsSince1970: 1_800_000_000))
        }
    } catch {
        checkMessage(error.message)
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        precondition(error.line.map { (1...lines.count).contains($0) } ?? true, "no such line")
        if let line = error.line, let column = error.column {
            precondition((1...(lines[line - 1].count + 1)).contains(column), "no such column")
        }
    }
}

private func fuzzCBOR(_ bytes: [UInt8]) {
    refusable { () throws(ApprovalRefusal) in
        let value = try CBORReader.value(bytes)
        precondition(encoded(value) == bytes, "a value with two forms")
        _ = try COSEKey(value)
    }
}

private func encoded(_ value: CBOR) -> [UInt8] {
    switch value {
    case .unsigned(let number): head(0, number)
    case .negative(let number): head(1, number)
    case .bytes(let bytes): head(2, UInt64(bytes.count)) + bytes
    case .text(let text): head(3, UInt64(text.utf8.count)) + Array(text.utf8)
    case .array(let elements): head(4, UInt64(elements.count)) + elements.flatMap(encoded)
    case .map(let members):
        head(5, UInt64(members.count)) + members.flatMap { encoded($0.key) + encoded($0.value) }
    case .bool(let isTrue): [isTrue ? 0xF5 : 0xF4]
    case .null: [0xF6]
    }
}

private func head(_ major: UInt8, _ argument: UInt64) -> [UInt8] {
    func bytes(_ count: Int) -> [UInt8] {
        stride(from: count * 8 - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: argument >> UInt64($0)) }
    }
    return switch argument {
    case ..<24: [major << 5 | UInt8(argument)]
    case ...0xFF: [major << 5 | 24] + bytes(1)
    case ...0xFFFF: [major << 5 | 25] + bytes(2)
    case ...0xFFFF_FFFF: [major << 5 | 26] + bytes(4)
    default: [major << 5 | 27] + bytes(8)
    }
}

private func fuzzAuthenticator(_ bytes: [UInt8]) {
    let party = RelyingParty(id: "localhost", origin: "http://localhost:4321")
    let challenge = [UInt8](repeating: 7, count: 32)
    // The page's answer is two texts: the browser's up to its end, then the authenticator's.
    let end = (bytes.firstIndex(of: UInt8(ascii: "}")) ?? -1) + 1
    let registration = WebAuthnRegistration(
        clientDataJSON: Array(bytes[..<end]), attestationObject: Array(bytes[end...]))
    refusable { () throws(ApprovalRefusal) in
        let credential = try registration.credential(for: "alice@example.com", challenge: challenge, party)
        guard
            let list = try? AllowedSigners(parsing: Array(credential.directive.utf8), file: "signers"),
            list.credentials(of: "alice@example.com") == [credential]
        else { fatalError("a credential that is read in another way") }
    }
    refusable { () throws(ApprovalRefusal) in _ = try AuthenticatorData(bytes) }
}

private func fuzzStatement(_ bytes: [UInt8]) {
    refusable { () throws(ApprovalRefusal) in
        let statement = try ApprovalStatement(parsing: bytes)
        precondition(statement.bytes == bytes, "a statement with two forms")
    }
}
