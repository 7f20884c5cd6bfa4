import HTTPRules

/// How a call gets the use of a credential, safest first.
package enum CredentialDelivery: Hashable, Sendable {
    /// The tool has a placeholder, and the secret takes its place outside.
    case broker(BrokerDelivery)
    /// A sealed file without a name, open in the call. The variable holds `/proc/self/fd/N`.
    case memfd(variable: String, field: String?)
    /// A file in the call's own memory, mode 0400. The variable, if there is one, holds its path.
    case file(name: String, variable: String?, field: String?)
    /// A socket on which the host does with the secret what the protocol asks for.
    case socket(SocketDelivery)
    /// In the environment, where everything that the tool starts has it too.
    case environment(variable: String, field: String?)

    /// The word of manifests.
    package var word: String {
        switch self {
        case .broker: "broker"
        case .memfd: "memfd"
        case .file: "file"
        case .socket: "socket"
        case .environment: "environment"
        }
    }

    /// Which of the credential's secret parts; nil: its only one, or in a file all of them as a JSON object.
    package var field: String? {
        switch self {
        case .broker(let broker): broker.field
        case .memfd(_, let field), .file(_, _, let field), .environment(_, let field): field
        case .socket(let socket): socket.field
        }
    }

    /// The variable that the tool finds it by.
    package var variable: String? {
        switch self {
        case .broker(let broker): broker.variable
        case .memfd(let variable, _), .environment(let variable, _): variable
        case .file(_, let variable, _): variable
        case .socket(let socket): socket.variable
        }
    }

    /// True if the tool itself can read the secret.
    package var givesSecretAway: Bool {
        switch self {
        case .broker, .socket: false
        case .memfd, .file, .environment: true
        }
    }
}

/// A placeholder in a variable, which the broker replaces by the secret in the headers of requests that are covered.
package struct BrokerDelivery: Hashable, Sendable {
    /// A URL whose scheme, host and port are where the secret may go. One of the tool's `connect` grants covers it.
    package var to: Template
    /// Empty: any.
    package var methods: [MethodName]
    /// Patterns of paths, as of a grant's `http`; empty: any.
    package var paths: [Template]
    /// Headers that may hold it beside `CredentialHeader.usual`, as they are written.
    package var headers: [String]
    /// Requests that may carry it.
    package var uses: Int
    package var variable: String
    package var field: String?

    package init(
        to: Template, methods: [MethodName], paths: [Template], headers: [String], uses: Int, variable: String,
        field: String?
    ) {
        self.to = to
        self.methods = methods
        self.paths = paths
        self.headers = headers
        self.uses = uses
        self.variable = variable
        self.field = field
    }

    /// Where a manifest does not say.
    package static let defaultUses = 1
}

/// A Unix socket beneath `/run/agentbox`.
package struct SocketDelivery: Hashable, Sendable {
    package var kind: Kind
    /// Of `ssh-agent`: the public keys of the one host that may be signed in to, as `known_hosts` has them:
    /// `ssh-ed25519 AAAA…`.
    package var hostKeys: [String]
    /// Of `postgres`: the server, as a `connect` grant names it.
    package var to: Template?
    package var variable: String
    package var field: String?

    package init(kind: Kind, hostKeys: [String] = [], to: Template? = nil, variable: String, field: String?) {
        self.kind = kind
        self.hostKeys = hostKeys
        self.to = to
        self.variable = variable
        self.field = field
    }

    /// What is spoken on the socket.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case sshAgent = "ssh-agent"
        case postgres

        /// Where programs look for it.
        package var usualVariable: String {
            switch self {
            case .sshAgent: "SSH_AUTH_SOCK"
            case .postgres: "PGHOST"
            }
        }
    }
}
