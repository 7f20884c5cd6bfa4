import Credentials
import Manifests
import StrictJSON

/// One source, for one question: made from what came with it, and forgotten with the answer.
protocol ServedSource: Sendable {
    func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential
    func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError)
    func probe(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError) -> ProbeResult
}

/// What a question brings for its source besides the options.
struct SourceContext: Sendable {
    let secrets: [String: Secret]
    /// When nobody waits for the answer any more.
    let deadline: ContinuousClock.Instant
    let derived: DerivedSecrets

    /// A secret that the options have a reference for.
    func secret(_ name: String) throws(CredentialError) -> Secret {
        guard let secret = secrets[name] else {
            throw CredentialError(.unconfigured, "the source's secret `\(name)` was not handed over")
        }
        return secret
    }

    /// A secret as a text without the line feed that editors leave behind it.
    func text(_ name: String) throws(CredentialError) -> String {
        let secret = try secret(name)
        let text = secret.withBytes { String(validating: $0, as: UTF8.self) }
        guard var text, !text.utf8.contains(0) else {
            throw CredentialError(.unconfigured, "the source's secret `\(name)` is no text")
        }
        while let last = text.unicodeScalars.last, last == "\n" || last == "\r" { text.unicodeScalars.removeLast() }
        guard !text.isEmpty else { throw CredentialError(.unconfigured, "the source's secret `\(name)` is empty") }
        return text
    }

    /// For the end of what is being done: what cannot be done any more is not begun.
    func requireTime() throws(CredentialError) {
        guard !Task.isCancelled else { throw CredentialError(.unreachable, "nobody waits for it any more") }
        guard ContinuousClock.now < deadline else { throw CredentialError(.unreachable, "it took too long") }
    }
}

extension SourceCall {
    func source(
        until deadline: ContinuousClock.Instant, _ derived: DerivedSecrets
    ) throws(CredentialError) -> any ServedSource {
        let options: RemoteSourceOptions?
        do throws(ManifestErrors) {
            options = try SourceType(rawValue: type).flatMap { (type) throws(ManifestErrors) in
                try RemoteSourceOptions(self.options, of: type)
            }
        } catch {
            throw CredentialError(.unconfigured, error.message)
        }
        guard let options else { throw CredentialError(.unconfigured, "no source of type `\(type)` asks a server") }
        let context = SourceContext(secrets: secrets, deadline: deadline, derived: derived)
        return switch options.server {
        case .postgres(let options): PostgresSource(options, context)
        case .vault(let options): VaultSource(options, context)
        case .oauth(let options): OAuthSource(options, context)
        case .awsSTS(let options): STSSource(options, context)
        case .githubApp(let options): GitHubAppSource(options, context)
        }
    }
}

extension CredentialRequest {
    /// Reads the scope; the host has done so already, as it planned.
    func scope<Scope>(_ read: (JSON) throws(ManifestErrors) -> Scope) throws(CredentialError) -> Scope {
        do throws(ManifestErrors) {
            return try read(scope)
        } catch {
            throw CredentialError(.unsupported, error.message)
        }
    }
}
