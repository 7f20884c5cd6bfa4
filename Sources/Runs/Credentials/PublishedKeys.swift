import Credentials
import LinuxIO
import Manifests
import Registry
import Store
import StrictJSON

/// `agentbox credential jwks`: what verifies the tokens and the certificates that are minted on this host, for those who
/// are to trust them. A JSON Web Key Set (RFC 7517), which is a SPIFFE bundle too.
package enum PublishedKeys {
    /// - Parameter name: Of one source; nil: of all that mint here.
    /// - Throws: `ManifestErrors` if one of them cannot be read: a set that lacks keys would take the place of a whole one.
    package static func keys(of name: String?, home: Home) async throws -> JSON {
        let catalogue = await BlockingPool.shared.run { SourceCatalog.load(directory: home.sources) }
        let missed = name.map { SourceName($0).map(catalogue.broken) ?? [] } ?? catalogue.broken
        if let errors = BrokenSource.errors(of: missed) { throw errors }
        let folder = CredentialSetup.keys(of: home)
        let named = catalogue.sources.values.sorted { $0.name < $1.name }.filter { source in
            name.map { $0 == source.name.rawValue } ?? true
        }
        var keys: [JSON] = []
        for source in named {
            let key: JSON
            switch source.options {
            case .jwt(let options): key = try await JWTKey(options.key, in: folder).publicJWK()
            case .x509(let options):
                key = try await X509Authority(options.key, trustDomain: options.trustDomain, in: folder).publicJWK()
            default: continue
            }
            if !keys.contains(key) { keys.append(key) }
        }
        guard !keys.isEmpty else {
            throw RunError(
                name.map { "no source `\($0)` mints tokens or certificates here" }
                    ?? "no source mints tokens or certificates here",
                remedy: "write one of `type: jwt` or `type: x509` into \(home.sources)")
        }
        return ["keys": .array(keys)]
    }
}
