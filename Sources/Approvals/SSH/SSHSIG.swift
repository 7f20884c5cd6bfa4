import Crypto
import Diagnostics

/// A signature in a file, as `ssh-keygen -Y sign` makes it (OpenSSH's PROTOCOL.sshsig). Reading one checks its form, and
/// of a certificate the authority's signature; `verify` checks the rest.
package struct SSHSIG: Hashable, Sendable {
    package let signer: SSHSigner
    let namespace: String
    let hash: Hash
    let signature: SSHSignature

    /// What the message was hashed with.
    package enum Hash: String, Hashable, Sendable, CaseIterable {
        case sha256, sha512
    }

    /// Longest signature, in bytes of its binary form.
    static let longest = 24 << 10
    private static let magic = Array("SSHSIG".utf8)
    private static let version: UInt32 = 1

    /// Reads the armoured form, or the binary one.
    package init(_ bytes: [UInt8]) throws(ApprovalRefusal) {
        if bytes.starts(with: Self.magic) {
            try self.init(binary: bytes)
        } else {
            try self.init(binary: try SSHArmour.bytes(bytes))
        }
    }

    init(binary bytes: [UInt8]) throws(ApprovalRefusal) {
        guard bytes.count <= Self.longest else {
            throw ApprovalRefusal(.malformed, "the signature is \(bytes.count) bytes long")
        }
        var reader = SSHReader(bytes, "signature")
        guard try reader.take(Self.magic.count, "name").elementsEqual(Self.magic) else {
            throw reader.malformed("does not begin with `SSHSIG`")
        }
        let version = try reader.uint32("version")
        guard version == Self.version else {
            throw ApprovalRefusal(.unsupported, "the signature is of version \(version); \(Self.version) is supported")
        }
        let signerBlob = try reader.string("public key", limit: SSHCertificate.longest)
        namespace = try reader.text("namespace", limit: 256)
        guard try reader.string("reserved field", limit: 256).isEmpty else {
            throw reader.malformed("has something in its reserved field")
        }
        let hashName = try reader.text("hash", limit: 32)
        guard let hash = Hash(rawValue: hashName) else {
            throw ApprovalRefusal(
                .unsupported, "the signature is over the hash \(VisibleText.quoted(hashName))",
                remedy: "sign with sha512 or sha256")
        }
        self.hash = hash
        signature = try SSHSignature(blob: try reader.string("signature", limit: SSHSignature.longest))
        try reader.end()
        signer = try SSHSigner(blob: signerBlob)
    }

    /// Whether the signer signed this message for that purpose. A security key has to have been touched.
    package func verify(_ message: [UInt8], namespace: String) throws(ApprovalRefusal) {
        guard self.namespace.utf8.elementsEqual(namespace.utf8) else {
            throw ApprovalRefusal(
                .wrongNamespace,
                "the signature was made for \(VisibleText.quoted(self.namespace)), not for `\(namespace)`",
                remedy: "sign with `ssh-keygen -Y sign -n \(namespace)`")
        }
        var signed = SSHWriter()
        signed.string(namespace)
        signed.string("")
        signed.string(hash.rawValue)
        switch hash {
        case .sha256: signed.string(Array(SHA256.hash(data: message)))
        case .sha512: signed.string(Array(SHA512.hash(data: message)))
        }
        try signer.key.verify(signature, over: Self.magic + signed.bytes)
    }

    /// What the security key says of its use; nil of other keys. Believe it after `verify` only.
    var use: SecurityKeyUse? { signature.use }
}
