import Manifests

/// The sources that need nothing but this host.
package struct LocalSources: Sendable {
    private let keys: String

    /// - Parameter keys: `$AGENTBOX_HOME/keys`.
    package init(keys: String) { self.keys = keys }

    /// The source that the configuration sets up; nil if it speaks with a server.
    package func source(_ configuration: SourceConfiguration) -> (any CredentialSource)? {
        let reader = SecretReader(patience: configuration.timeout)
        switch configuration.options {
        case .environment(let options):
            return StaticSource(reference: .environment(options.variable), reader: reader, isWhole: options.isWhole)
        case .file(let options):
            return StaticSource(reference: .file(options.path), reader: reader, isWhole: options.isWhole)
        case .pass(let options): return PassSource(options: options, reader: reader)
        case .secretService(let options):
            return StaticSource(reference: .secretService(options.attributes), reader: reader, isWhole: options.isWhole)
        case .jwt(let options): return JWTSource(options: options, key: JWTKey(options.key, in: keys))
        case .remote: return nil
        case .x509(let options):
            return X509Source(
                options: options,
                authority: X509Authority(options.key, trustDomain: options.trustDomain, in: keys))
        }
    }
}
