import StrictJSON

/// The options of a source that speaks with a server.
package struct RemoteSourceOptions: Hashable, Sendable {
    package let server: Server
    /// As they stand in the manifest: what the process that speaks with the server is given.
    package let written: JSON

    package enum Server: Hashable, Sendable {
        case postgres(PostgresOptions)
        case vault(VaultOptions)
        case oauth(OAuthOptions)
        case awsSTS(STSOptions)
        case githubApp(GitHubAppOptions)
    }

    package var type: SourceType {
        switch server {
        case .postgres: .postgres
        case .vault: .vault
        case .oauth: .oauth
        case .awsSTS: .awsSTS
        case .githubApp: .githubApp
        }
    }

    /// Where its secrets are, by the names that the wire carries them under.
    package var secrets: [String: SecretReference] {
        switch server {
        case .postgres(let options): options.secrets
        case .vault(let options): options.secrets
        case .oauth(let options): options.secrets
        case .awsSTS(let options): options.secrets
        case .githubApp(let options): options.secrets
        }
    }

    static func shape<Options>(
        _ options: Shape<Options>, make: @escaping @Sendable (Options) -> Server
    ) -> Shape<SourceOptions> {
        Shape(options.expectation, schema: options.schema) { located, decoding in
            options.decode(located, &decoding).map {
                .remote(RemoteSourceOptions(server: make($0), written: located.json))
            }
        }
    }

    private init(server: Server, written: JSON) {
        self.server = server
        self.written = written
    }

    /// Reads what `written` was; nil if the type is none that speaks with a server.
    package init?(_ written: JSON, of type: SourceType) throws(ManifestErrors) {
        guard case .remote(let options) = try SourceOptions.shape(of: type).value(of: written, named: "options") else {
            return nil
        }
        self = options
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
