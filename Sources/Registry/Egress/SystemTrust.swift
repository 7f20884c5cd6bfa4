import Glibc
import LinuxIO

/// The roots that this host trusts, where distributions keep them as one file.
enum SystemTrust {
    static let files = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]

    /// As PEM; empty where there are none.
    static func bundle() -> [UInt8] {
        for name in files {
            guard let file = try? Descriptor.open(name, O_RDONLY | O_NONBLOCK),
                let bytes = try? file.readAll(limit: 2 << 20)
            else { continue }
            return bytes
        }
        return []
    }
}
