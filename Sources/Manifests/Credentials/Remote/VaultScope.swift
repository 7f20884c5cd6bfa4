import StrictJSON

/// What Vault is asked for: the `scope` of a credential whose source is of type `vault`.
package enum VaultScope: Hashable, Sendable {
    /// A secret that somebody stored (KV version 2).
    case stored(mount: String, path: String, fields: [String], isWrapped: Bool)
    /// A user of a database (the database secrets engine).
    case database(mount: String, role: String)
    /// A certificate (the PKI secrets engine).
    case certificate(mount: String, role: String, commonName: String, alternativeNames: [String], uris: [String])
    /// A token of Vault's own.
    case token(policies: [String], uses: Int?)

    package init(_ json: JSON) throws(ManifestErrors) {
        // INVARIANT: a scope without its one key is a problem, and none is nil then.
        guard let scope = try Self.shape.value(of: json, named: "scope") else {
            throw .unreadable("scope", "it cannot be decoded")
        }
        self = scope
    }

    private static let stored: Shape<VaultScope> = object(
        "a stored secret such as `{path: app/key, fields: [token]}`",
        optional("mount", .vaultPath, default: "secret", shown: "secret", "Where the engine is mounted."),
        required("path", .vaultPath, "The secret's path in it."),
        optional(
            "fields", .list(of: .line("the name of a field"), "a list of fields", count: 1...16).unique { $0 },
            default: [], "Which of its fields are delivered."),
        optional(
            "wrapped", .boolean, default: false, shown: false,
            "Deliver a token that unwraps it once, in the place of the secret (field `token`).")
    ) { .stored(mount: $0, path: $1, fields: $2, isWrapped: $3) }.checked { scope, located, decoding in
        guard case .stored(_, _, let fields, let isWrapped) = scope, fields.isEmpty != isWrapped else { return }
        decoding.report(
            .contradiction, at: located.position,
            isWrapped
                ? "`fields` and `wrapped` exclude each other: what is wrapped is the whole secret"
                : "`fields` is missing: name those that are delivered")
    }

    private static let database: Shape<VaultScope> = object(
        "a role of the database engine such as `{role: readonly}`",
        optional("mount", .vaultPath, default: "database", shown: "database", "Where the engine is mounted."),
        required("role", .vaultPath, "The role.")
    ) { .database(mount: $0, role: $1) }

    private static let certificate: Shape<VaultScope> = object(
        "a certificate such as `{role: client, commonName: call.example}`",
        optional("mount", .vaultPath, default: "pki", shown: "pki", "Where the engine is mounted."),
        required("role", .vaultPath, "The role."),
        required("commonName", .line("a name"), "The subject's common name."),
        optional(
            "alternativeNames", .list(of: .line("a name"), "a list of names", count: 1...16), default: [],
            "DNS names and mail addresses."),
        optional("uris", .list(of: .line("a URI"), "a list of URIs", count: 1...16), default: [], "URIs.")
    ) { .certificate(mount: $0, role: $1, commonName: $2, alternativeNames: $3, uris: $4) }

    private static let token: Shape<VaultScope> = object(
        "a token such as `{policies: [read-app], uses: 1}`",
        required(
            "policies", .list(of: .vaultPath, "a list of policies", count: 1...16).unique { $0 },
            "What it may do; `default` is not added."),
        optional("uses", .integer(1...10_000), "How often it may be used.")
    ) { .token(policies: $0, uses: $1) }

    static let shape: Shape<VaultScope?> = object(
        "what Vault is asked for",
        optional("kv", stored, "A secret that somebody stored, in a KV engine of version 2."),
        optional("database", database, "A user of a database."),
        optional("pki", certificate, "A certificate with its key."),
        optional("token", token, "A token of Vault's own.")
    ) { $0 ?? $1 ?? $2 ?? $3 }.exactlyOne(of: ["kv", "database", "pki", "token"])
}
