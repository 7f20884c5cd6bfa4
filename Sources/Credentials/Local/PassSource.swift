import Manifests

/// The password store: a static secret, in a store that may be another than the usual one.
struct PassSource: CredentialSource {
    let options: PassSourceOptions
    let reader: SecretReader

    private var entry: StaticSource {
        StaticSource(reference: .pass(options.entry), reader: reader, isWhole: options.isWhole)
    }

    func plan(_ request: CredentialRequest) throws(CredentialError) -> CredentialPlan { try entry.plan(request) }

    func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential {
        guard let store = options.store else { return try await entry.mint(request) }
        _ = try plan(request)
        let secret = try await reader.pass(options.entry, store: store)
        guard secret.count > 0 else { throw CredentialError(.unconfigured, "the entry `\(options.entry)` is empty") }
        return MintedCredential(
            fields: [StaticSource.field: secret], handle: LeaseHandle(lease: request.lease, scope: request.scope),
            expires: nil)
    }

    func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError) {
        try await entry.revoke(lease, with: credential)
    }

    func probe(_ lease: LeaseHandle, with credential: MintedCredential?) async -> ProbeResult {
        await entry.probe(lease, with: credential)
    }
}
