import StrictJSON

/// An installation of a GitHub App: `type: github-app`.
package struct GitHubAppOptions: Hashable, Sendable {
    package var api: ServiceURL
    /// The app's client id, or its number.
    package var app: String
    package var installation: Int
    /// The app's private key; PEM.
    package var key: SecretReference
    package var trust: SecretReference?

    package var secrets: [String: SecretReference] {
        var secrets = ["key": key]
        secrets["trust"] = trust
        return secrets
    }

    static let shape: Shape<GitHubAppOptions> = object(
        "the options of a GitHub App",
        optional(
            "api", .serviceURL, default: usual, shown: .string(usual.text),
            "The REST interface; of GitHub Enterprise `https://HOST/api/v3`."),
        required(
            "app",
            .text("a client id or an app's id, in quotes", pattern: "^[A-Za-z0-9._-]+$", length: 1...100) { text in
                text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") } ? text : nil
            }, "The app's client id, or its id in quotes."),
        required("installation", .integer(1...Int(Int64(1) << 53)), "The installation's id."),
        required("key", SecretReference.shape, "The app's private key; PEM."),
        optional(
            "trust", SecretReference.shape,
            "Roots that the server's certificate may lead to, in the place of the system's; PEM.")
    ) { GitHubAppOptions(api: $0, app: $1, installation: $2, key: $3, trust: $4) }

    private static var usual: ServiceURL {
        guard let url = ServiceURL("https://api.github.com") else { preconditionFailure("GitHub's is a URL") }
        return url
    }
}

/// What an installation token may do: the `scope` of a credential whose source is of type `github-app`.
package struct GitHubAppScope: Hashable, Sendable {
    /// Names without the owner, as the interface wants them.
    package var repositories: [String]
    package var permissions: [String: Access]

    package enum Access: String, Hashable, Sendable, CaseIterable, Comparable {
        case read
        case write
        case admin

        package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    package init(_ json: JSON) throws(ManifestErrors) { self = try Self.shape.value(of: json, named: "scope") }

    private init(repositories: [String], permissions: [String: Access]) {
        self.repositories = repositories
        self.permissions = permissions
    }

    private static let repository = Shape<String>.text(
        "a repository such as `owner/name`", pattern: "^([A-Za-z0-9-]+/)?[A-Za-z0-9._-]+$", length: 1...140
    ) { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isSound =
            (1...2).contains(parts.count)
            && parts.allSatisfy { part in
                !part.isEmpty && part != "." && part != ".."
                    && part.utf8.allSatisfy { byte in
                        Digits.isDigit(byte) || "._-".utf8.contains(byte)
                            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    }
            }
        return isSound ? String(parts[parts.count - 1]) : nil
    }

    private static let permission = Shape<String>.text(
        "a permission such as `contents`", pattern: "^[a-z_]+$", length: 1...60
    ) { text in text.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (0x61...0x7A).contains($0) } ? text : nil }

    static let shape: Shape<GitHubAppScope> = object(
        "what a token may do",
        optional("repository", repository, "The one repository."),
        optional("repositories", .list(of: repository, "a list of repositories", count: 1...100), "The repositories."),
        required(
            "permissions", permissions, "What it may do there, such as `{contents: read}`.")
    ) { repository, repositories, permissions in
        GitHubAppScope(
            repositories: repository.map { [$0] } ?? repositories ?? [], permissions: permissions)
    }.exactlyOne(of: ["repository", "repositories"])

    private static let permissions: Shape<[String: Access]> = {
        let access = Shape<Access>.choice()
        let expectation = "permissions such as `{contents: read}`"
        let schema: JSON = [
            "type": "object", "propertyNames": permission.schema, "additionalProperties": access.schema,
            "minProperties": 1, "maxProperties": 40,
        ]
        let shape = Shape<[String: Access]>(expectation, schema: schema) { _, _ in nil }
        return Shape(expectation, schema: schema) { located, decoding in
            guard case .object(let members) = located.content, (1...40).contains(members.count) else {
                shape.mismatch(located, &decoding)
                return nil
            }
            var found: [String: Access] = [:]
            for member in members {
                let key = Located(.scalar(.string(member.key)), at: member.keyPosition)
                guard let name = permission.decode(key, &decoding) else { continue }
                found[name] = decoding.inside(.key(member.key)) { access.decode(member.value, &$0) }
            }
            return found.count == members.count ? found : nil
        }
    }()
}
