import Credentials
import Ledger
import LinuxIO
import Manifests
import Registry
@_spi(Launch) import Sandbox
import Store

/// The credential sources of an `$AGENTBOX_HOME`, ready to be asked.
package struct CredentialSetup: Sendable {
    package let catalogue: SourceCatalog
    package let sources: ConfiguredSources
    private let process: CredentialProcess?

    /// Reads `$AGENTBOX_HOME/sources`; what does not load there is set aside. Blocking.
    ///
    /// - Parameter process: Speaks with servers; without it sources that do say what they would issue, and no more.
    package init(_ home: Home, process: CredentialProcess? = nil) {
        catalogue = SourceCatalog.load(directory: home.sources)
        self.process = process
        let local = LocalSources(keys: Self.keys(of: home))
        sources = ConfiguredSources(
            catalogue.sources.values.compactMap { configuration in
                let source = local.source(configuration) ?? Self.remote(configuration, process)
                return source.map { ConfiguredSources.Source(configuration, $0) }
            }, catalogue: catalogue)
    }

    /// The process that speaks with servers, in a box of its own; it starts when it is first needed.
    package static func process(
        _ launcher: Launcher, _ installation: Installation, _ profiles: ProfileCatalog
    ) -> CredentialProcess {
        CredentialProcess(launcher: launcher, program: installation.programs + "/agentbox-credentials") {
            guard let name = ProfileName(CredentialProcess.profile) else {
                preconditionFailure("`\(CredentialProcess.profile)` is no name")
            }
            return try profiles.resolve(name)
        }
    }

    /// Where the keys of local sources are, beside the ledger's.
    package static func keys(of home: Home) -> String { KeyFolder.path(beside: home.ledger) }

    /// Ends the process that speaks with servers, if there is one.
    package func close() async { await process?.close() }

    /// What ends the leases of runs whose process is gone.
    package func deadLeases(of home: Home, store: any StateStore, ledger: Ledger) -> DeadLeases {
        let retirement = LeaseRetirement(sources: sources, store: store, ledger: ledger)
        return DeadLeases(store: store, retirement: retirement, home: home) { run in
            guard let identifier = RunIdentifier(run) else { return false }
            // One that cannot be looked at may live.
            return (try? RunDirectory.isAlive(identifier, in: home)) ?? true
        }
    }

    private static func remote(
        _ configuration: SourceConfiguration, _ process: CredentialProcess?
    ) -> (any CredentialSource)? {
        guard case .remote(let options) = configuration.options else { return nil }
        guard let process else { return UnaskedSource(options: options) }
        let reader = SecretReader(patience: configuration.timeout)
        return RemoteSource(options, timeout: configuration.timeout, process: process) {
            () async throws(CredentialError) in
            var secrets: [String: Secret] = [:]
            for (name, reference) in options.secrets { secrets[name] = try await reader.read(reference) }
            return secrets
        }
    }
}

/// A source that speaks with a server, where nobody may ask it: it says what it would issue.
private struct UnaskedSource: CredentialSource {
    let options: RemoteSourceOptions

    func plan(_ request: CredentialRequest) throws(CredentialError) -> CredentialPlan { try options.plan(request) }

    func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential { throw unasked }

    func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError) {
        throw unasked
    }

    func probe(_ lease: LeaseHandle, with credential: MintedCredential?) async -> ProbeResult {
        .unknown(unasked.message)
    }

    private var unasked: CredentialError { CredentialError(.unreachable, "no server is asked here") }
}
