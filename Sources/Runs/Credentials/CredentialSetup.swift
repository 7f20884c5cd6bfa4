import Credentials
import Ledger
import LinuxIO
import Manifests
import Registry
import Store

/// The credential sources of an `$AGENTBOX_HOME`, ready to be asked.
package struct CredentialSetup: Sendable {
    package let catalogue: SourceCatalog
    package let sources: ConfiguredSources

    /// Reads `$AGENTBOX_HOME/sources`. Blocking.
    package init(_ home: Home) throws(ManifestErrors) {
        catalogue = try SourceCatalog.load(directory: home.sources)
        let local = LocalSources(keys: Self.keys(of: home))
        sources = ConfiguredSources(
            catalogue.sources.values.compactMap { configuration in
                local.source(configuration).map { ConfiguredSources.Source(configuration, $0) }
            })
    }

    /// Where the keys of local sources are, beside the ledger's.
    package static func keys(of home: Home) -> String { KeyFolder.path(beside: home.ledger) }

    /// What ends the leases of runs whose process is gone.
    package func deadLeases(of home: Home, store: any StateStore, ledger: Ledger) -> DeadLeases {
        DeadLeases(store: store, retirement: LeaseRetirement(sources: sources, store: store, ledger: ledger)) { run in
            guard let identifier = RunIdentifier(run) else { return false }
            // One that cannot be looked at may live.
            return (try? RunDirectory.isAlive(identifier, in: home)) ?? true
        }
    }
}
