import Egress
import NIOSSL

/// How the tool is met: with the certificate that the call's authority made for the destination.
struct ToolContexts: Sendable {
    private let contexts: [ApplicationProtocol: NIOSSLContext]

    init(_ identity: TLSIdentity) throws {
        let key = try identity.key.withBytes { try NIOSSLPrivateKey(bytes: Array($0), format: .der) }
        let chain = try identity.chain.map {
            NIOSSLCertificateSource.certificate(try NIOSSLCertificate(bytes: $0, format: .der))
        }
        var contexts: [ApplicationProtocol: NIOSSLContext] = [:]
        for name in ApplicationProtocol.allCases {
            var settings = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain, privateKey: .privateKey(key))
            settings.minimumTLSVersion = .tlsv12
            settings.applicationProtocols = [name.rawValue]
            contexts[name] = try NIOSSLContext(configuration: settings)
        }
        self.contexts = contexts
    }

    /// - Throws: `NIOSSLError`.
    func handler(for name: ApplicationProtocol) throws -> NIOSSLServerHandler {
        guard let context = contexts[name] else { preconditionFailure("there is one for each") }
        return NIOSSLServerHandler(context: context)
    }
}

/// What is spoken inside of TLS (RFC 7301).
enum ApplicationProtocol: String, Sendable, CaseIterable, Hashable {
    case http1 = "http/1.1"
    case http2 = "h2"
}
