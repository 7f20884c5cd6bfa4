import StrictJSON

/// A type of source that speaks with a server: the word of its manifest.
package enum RemoteSourceType: String, Hashable, Sendable, CaseIterable {
    case postgres
    case vault
    case oauth
    case awsSTS = "aws-sts"
    case githubApp = "github-app"
}

/// The options of a source that speaks with a server.
package enum RemoteSourceOptions: Hashable, Sendable {
    case postgres(PostgresOptions)
    case vault(VaultOptions)
    case oauth(OAuthOptions)
    case awsSTS(STSOptions)
    case githubApp(GitHubAppOptions)

    package var type: RemoteSourceType {
        switch self {
        case .postgres: .postgres
        case .vault: .vault
        case .oauth: .oauth
        case .awsSTS: .awsSTS
        case .githubApp: .githubApp
        }
    }

    /// Where its secrets are, by the names that the wire carries them under.
    package var secrets: [String: SecretReference] {
        switch self {
        case .postgres(let options): options.secrets
        case .vault(let options): options.secrets
        case .oauth(let options): options.secrets
        case .awsSTS(let options): options.secrets
        case .githubApp(let options): options.secrets
        }
    }

    static func shape(of type: RemoteSourceType) -> Shape<RemoteSourceOptions> {
        switch type {
        case .postgres: PostgresOptions.shape.map { .postgres($0) }
        case .vault: VaultOptions.shape.map { .vault($0) }
        case .oauth: OAuthOptions.shape.map { .oauth($0) }
        case .awsSTS: STSOptions.shape.map { .awsSTS($0) }
        case .githubApp: GitHubAppOptions.shape.map { .githubApp($0) }
        }
    }

    /// Reads the options from the value that a manifest had.
    package init(_ json: JSON, of type: RemoteSourceType) throws(ManifestErrors) {
        self = try Self.shape(of: type).value(of: json, named: "options")
    }
}

extension Shape {
    /// The value of a JSON that stands in no file; `name` says what it is in errors.
    func value(of json: JSON, named name: String) throws(ManifestErrors) -> Value {
        var problems = ProblemList(file: name)
        let bytes = json.encoded()
        guard let located = JSONReader.read(bytes, &problems) else {
            throw problems.errors ?? .unreadable(name, "it cannot be decoded")
        }
        var decoding = Decoding(problems, SourcePlaces(bytes))
        guard let value = decode(located, &decoding), decoding.problems.isEmpty else {
            throw decoding.problems.errors ?? .unreadable(name, "it cannot be decoded")
        }
        return value
    }
}
