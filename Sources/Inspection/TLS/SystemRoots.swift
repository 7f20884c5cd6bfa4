import NIOSSL

/// The roots that the host trusts, as the box shows them.
enum SystemRoots {
    private static let files = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]

    /// Empty where there are none: then only what a grant trusts is trusted.
    static func load() -> [NIOSSLCertificate] {
        for file in files {
            if let found = try? NIOSSLCertificate.fromPEMFile(file) { return found }
        }
        return []
    }
}
