/// Where credentials come from: what the person who runs agentbox has set up, in a file of `$AGENTBOX_HOME/sources`.
/// `kind: CredentialSource`.
package struct SourceConfiguration: Hashable, Sendable {
    /// What tools name it by.
    package var name: SourceName
    package var description: String?
    package var options: SourceOptions
    /// How long one of its answers may take.
    package var timeout: Duration

    package init(name: SourceName, description: String? = nil, options: SourceOptions, timeout: Duration) {
        self.name = name
        self.description = description
        self.options = options
        self.timeout = timeout
    }

    package static let defaultTimeout = Duration.seconds(10)
}

/// The kinds of sources. The vocabulary is closed: a type that no build knows is an error at load.
package enum SourceType: String, Hashable, Sendable, CaseIterable {
    /// A variable of the environment that agentbox was started in.
    case environment
    case file
    /// The password store of passwordstore.org.
    case pass
    /// The desktop's keyring, by the Secret Service of freedesktop.org.
    case secretService = "secret-service"
    /// Signed here, for one call.
    case jwt
    /// Issued here, for one call.
    case x509
    /// A role of a PostgreSQL server, made for one call.
    case postgres
    /// HashiCorp Vault or OpenBao.
    case vault
    /// A token exchanged at an authorisation server (RFC 8693).
    case oauth
    /// A session of a role of AWS.
    case awsSTS = "aws-sts"
    /// A token of an installation of a GitHub App.
    case githubApp = "github-app"
}

/// What a source of each type has to know.
package enum SourceOptions: Hashable, Sendable {
    case environment(EnvironmentSourceOptions)
    case file(FileSourceOptions)
    case pass(PassSourceOptions)
    case secretService(SecretServiceOptions)
    case jwt(JWTSourceOptions)
    case x509(X509SourceOptions)
    /// One that speaks with a server.
    case remote(RemoteSourceOptions)

    package var type: SourceType {
        switch self {
        case .environment: .environment
        case .file: .file
        case .pass: .pass
        case .secretService: .secretService
        case .jwt: .jwt
        case .x509: .x509
        case .remote(let options): options.type
        }
    }

    /// What there was before the call is handed out as a whole to tools that ask for a part of what it opens.
    package var isWhole: Bool {
        switch self {
        case .environment(let options): options.isWhole
        case .file(let options): options.isWhole
        case .pass(let options): options.isWhole
        case .secretService(let options): options.isWhole
        case .jwt, .x509, .remote: false
        }
    }
}
