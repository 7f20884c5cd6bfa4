import Egress
import Hosts
import NIOSSL

/// How the origin is met: strictly. It has to prove that it is the host of the grant, by a chain to a root of the system's
/// or of the grant's, in TLS 1.2 or later. Nothing is resumed from any connection before.
struct OriginContexts: Sendable {
    private let roots: [NIOSSLCertificate]
    private let trust: [NIOSSLCertificate]

    /// - Throws: `NIOSSLError` if a text of `trust` holds no certificate.
    init(roots: [NIOSSLCertificate], trust: [String]) throws {
        self.roots = roots
        self.trust = try trust.flatMap { try NIOSSLCertificate.fromPEMBytes(Array($0.utf8)) }
    }

    /// - Parameter protocols: What the tool offers, in its order.
    func handler(to host: Host, offering protocols: [String]) throws -> NIOSSLClientHandler {
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.minimumTLSVersion = .tlsv12
        settings.certificateVerification = .fullVerification
        settings.trustRoots = .certificates(roots)
        if !trust.isEmpty { settings.additionalTrustRoots = [.certificates(trust)] }
        settings.applicationProtocols = protocols
        let context = try NIOSSLContext(configuration: settings)
        switch host {
        case .name(let name): return try NIOSSLClientHandler(context: context, serverHostname: name)
        // An address is no server name (RFC 6066, 3): the certificate has to name the one that is connected to.
        case .address: return try NIOSSLClientHandler(context: context, serverHostname: nil)
        }
    }
}
