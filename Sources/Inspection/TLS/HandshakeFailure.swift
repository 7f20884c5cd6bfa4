import Egress
import Glibc
import Hosts
import NIOSSL

/// A handshake with an origin that failed, with the certificate that it showed, if it came that far.
struct HandshakeFailure: Error {
    let cause: any Error
    let certificate: NIOSSLCertificate?

    /// It was not finished in time.
    struct Late: Error {}
    /// In seconds.
    static let patience: Int64 = 15

    /// Why the origin's certificate was not taken; nil if the handshake failed for something else.
    func doubt(of host: Host, at now: time_t) -> String? {
        if let cause = cause as? NIOSSLExtraError {
            // Of all that is wrong with a certificate, what it does not say is whose it is.
            guard cause == .failedToValidateHostname || cause == .serverHostnameImpossibleToMatch else { return nil }
            return "its certificate is \(Self.names(of: certificate)), and not for `\(host)`"
        }
        guard "\(cause)".contains("CERTIFICATE_VERIFY_FAILED") else { return nil }
        guard let certificate else { return "its certificate is not valid" }
        if certificate.notValidAfter < now {
            return "its certificate has expired, at \(Self.moment(certificate.notValidAfter))"
        }
        if certificate.notValidBefore > now {
            return "its certificate is valid from \(Self.moment(certificate.notValidBefore)) on only"
        }
        let hint = "`trust:` in the grant names an authority of your own"
        let issuer = Self.text(certificate.issuerName)
        guard issuer != Self.text(certificate.subjectName) else {
            return "its certificate is certified by itself, and nobody trusts it here; \(hint)"
        }
        return "no authority that is trusted here certifies it (it shows \(issuer)); \(hint)"
    }

    private static func names(of certificate: NIOSSLCertificate?) -> String {
        guard let certificate else { return "for another" }
        let names = (certificate._subjectAlternativeNames()).prefix(8).compactMap { name -> String? in
            guard name.nameType == .dnsName else { return nil }
            return shown(String(decoding: name.contents, as: UTF8.self))
        }
        return names.isEmpty ? "for no host by name" : "for \(names.prefix(2).joined(separator: ", "))"
    }

    private static func text(_ name: [SSLCertificateName]) -> String {
        // The last part is the most specific one.
        shown(name.last?.value ?? "nobody")
    }

    /// A stranger wrote it: it is cut, and what is no letter of names or sentences is left out.
    private static func shown(_ text: String) -> String {
        "`\(text.unicodeScalars.filter { (0x20...0x7E).contains($0.value) && $0 != "`" }.prefix(48).map(String.init).joined())`"
    }

    private static func moment(_ time: time_t) -> String {
        var time = time
        var parts = tm()
        guard gmtime_r(&time, &parts) != nil else { return "a time that nobody can write" }
        return String(unsafeUninitializedCapacity: 32) { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                strftime($0.baseAddress, $0.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
            }
        }
    }
}
