import Crypto

extension RevocationList {
    /// Whether the key, its certificate or that certificate's authority is revoked.
    package func check(_ signer: SSHSigner) throws(ApprovalRefusal) {
        guard !contains(signer.key) else {
            throw ApprovalRefusal(.revoked, "the key `\(signer.key.fingerprint)` was revoked")
        }
        guard case .certificate(let certificate) = signer else { return }
        guard !contains(certificate.authority) else {
            throw ApprovalRefusal(
                .revoked, "the certificate's authority `\(certificate.authority.fingerprint)` was revoked")
        }
        guard !certificates.contains(where: { $0.contains(certificate) }) else {
            throw ApprovalRefusal(.revoked, "the certificate with the serial number \(certificate.serial) was revoked")
        }
    }

    private func contains(_ key: SSHPublicKey) -> Bool {
        let blob = key.blob
        return keys.contains(blob) || (!sha256.isEmpty && sha256.contains(Array(SHA256.hash(data: blob))))
            || (!sha1.isEmpty && sha1.contains(Array(Insecure.SHA1.hash(data: blob))))
    }
}
