/// A HashiCorp Vault or OpenBao: `type: vault`.
package struct VaultOptions: Hashable, Sendable {
    package var address: ServiceURL
    package var namespace: String?
    package var authentication: Authentication
    package var trust: SecretReference?

    /// How agentbox proves who it is.
    package enum Authentication: Hashable, Sendable {
        case token(SecretReference)
        case appRole(mount: String, role: String, secret: SecretReference)
        case jwt(mount: String, role: String, token: SecretReference)
    }

    package var secrets: [String: SecretReference] {
        var secrets: [String: SecretReference] = [:]
        switch authentication {
        case .token(let reference), .appRole(_, _, let reference), .jwt(_, _, let reference):
            secrets["auth"] = reference
        }
        secrets["trust"] = trust
        return secrets
    }

    private static let appRole: Shape<Authentication> = object(
        "an AppRole such as `{role: ID, secret: {file: secret-id}}`",
        optional("mount", .vaultPath, default: "approle", shown: "approle", "Where the method is mounted."),
        required("role", .line("a role id"), "The role's id."),
        required("secret", SecretReference.shape, "The secret id.")
    ) { .appRole(mount: $0, role: $1, secret: $2) }

    private static let jwt: Shape<Authentication> = object(
        "a JWT such as `{role: ci, token: {file: token}}`",
        optional("mount", .vaultPath, default: "jwt", shown: "jwt", "Where the method is mounted."),
        required("role", .line("the name of a role"), "The role to log in with."),
        required("token", SecretReference.shape, "The JWT.")
    ) { .jwt(mount: $0, role: $1, token: $2) }

    private static let authentication: Shape<Authentication?> = object(
        "one of `token`, `approle` or `jwt`",
        optional("token", SecretReference.shape, "A token."),
        optional("approle", appRole, "The AppRole method."),
        optional("jwt", jwt, "The JWT method.")
    ) { token, appRole, jwt in token.map { .token($0) } ?? appRole ?? jwt }.exactlyOne(of: ["token", "approle", "jwt"])

    static let shape: Shape<VaultOptions> = object(
        "the options of a Vault or OpenBao",
        required("address", .serviceURL, "Where it listens, such as `https://vault.internal:8200`."),
        optional("namespace", .vaultPath, "The namespace that all paths are in."),
        required("auth", authentication, "How agentbox proves who it is."),
        optional(
            "trust", SecretReference.shape,
            "Roots that the server's certificate may lead to, in the place of the system's; PEM.")
    ) { address, namespace, authentication, trust in
        // INVARIANT: without one there is a problem on record, and nothing is loaded.
        VaultOptions(
            address: address, namespace: namespace, authentication: authentication ?? .token(.environment("")),
            trust: trust)
    }
}

extension Shape where Value == String {
    /// A path in Vault without a slash at either end: no segment that a URL would read as another one.
    static var vaultPath: Shape {
        .text("a path such as `team/app`", pattern: "^[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*$", length: 1...300) { text in
            let segments = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            let isSound = segments.allSatisfy { segment in
                !segment.isEmpty && !segment.elementsEqual(".".utf8) && !segment.elementsEqual("..".utf8)
                    && segment.allSatisfy { byte in
                        Digits.isDigit(byte) || "._~-".utf8.contains(byte)
                            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    }
            }
            return isSound ? text : nil
        }
    }
}
