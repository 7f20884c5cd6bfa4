import Approvals
import Credentials
import Crypto
import CryptoExtras
import StrictJSON

import struct Foundation.Data

/// An Ed25519 key that signs for one call: what `ssh-keygen -t ed25519` writes without a passphrase, or PKCS #8. It does
/// not print.
struct SSHAgentKey: Sendable, CustomReflectable {
    private let key: Curve25519.Signing.PrivateKey
    /// RFC 8709, 4.
    let blob: [UInt8]

    private static let magic = Array("openssh-key-v1\0".utf8)

    init(_ secret: Secret) throws(CredentialError) {
        let text = secret.withBytes { String(decoding: $0, as: UTF8.self) }
        guard let key = (try? Curve25519.Signing.PrivateKey(pemRepresentation: text)) ?? Self.openSSH(text) else {
            throw CredentialError(
                .unsupported, "the credential is no Ed25519 key without a passphrase, which an ssh-agent here holds",
                remedy: "make one with `ssh-keygen -t ed25519 -N ''`, and let the host know it")
        }
        self.key = key
        var writer = SSHWriter()
        writer.string("ssh-ed25519")
        writer.string(Array(key.publicKey.rawRepresentation))
        blob = writer.bytes
    }

    /// RFC 8709, 6.
    func signature(of data: [UInt8]) throws -> [UInt8] {
        var writer = SSHWriter()
        writer.string("ssh-ed25519")
        writer.string(Array(try key.signature(for: data)))
        return writer.bytes
    }

    var customMirror: Mirror { Mirror(self, children: []) }

    /// OpenSSH's PROTOCOL.key, without a cipher.
    private static func openSSH(_ text: String) -> Curve25519.Signing.PrivateKey? {
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.first == "-----BEGIN OPENSSH PRIVATE KEY-----", lines.last == "-----END OPENSSH PRIVATE KEY-----",
            let bytes = Data(base64Encoded: lines.dropFirst().dropLast().joined()), bytes.starts(with: magic)
        else { return nil }
        do throws(ApprovalRefusal) {
            var reader = SSHReader(Array(bytes.dropFirst(magic.count)), "key")
            guard try reader.text("cipher") == "none", try reader.text("key derivation") == "none" else { return nil }
            _ = try reader.string("options")
            guard try reader.uint32("count") == 1 else { return nil }
            _ = try reader.string("public key")
            var inner = SSHReader(try reader.string("private key"), "key")
            guard try inner.uint32("check") == inner.uint32("check"), try inner.text("type") == "ssh-ed25519" else {
                return nil
            }
            let point = try inner.string("public key")
            let pair = try inner.string("private key")
            guard pair.count == 64, pair.suffix(32).elementsEqual(point) else { return nil }
            return try? Curve25519.Signing.PrivateKey(rawRepresentation: Array(pair.prefix(32)))
        } catch {
            return nil
        }
    }
}
