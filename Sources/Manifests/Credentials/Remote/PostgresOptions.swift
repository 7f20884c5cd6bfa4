import Hosts

/// A PostgreSQL server in which roles are made: `type: postgres`.
package struct PostgresOptions: Hashable, Sendable {
    package var host: String
    package var port: Int
    package var database: String
    /// Who makes the roles: a superuser, or a role with CREATEROLE that owns what it grants or has it with grant option.
    package var user: String
    package var password: SecretReference?
    package var tls: PostgresTLS
    /// Roots that the server's certificate may lead to, in the place of the system's; PEM.
    package var trust: SecretReference?

    package var secrets: [String: SecretReference] {
        var secrets: [String: SecretReference] = [:]
        secrets["password"] = password
        secrets["trust"] = trust
        return secrets
    }

    static let shape: Shape<PostgresOptions> = object(
        "the options of a PostgreSQL server",
        required("host", .serverHost, "The server's name, which its certificate has to carry, or its address."),
        optional("port", .integer(1...65_535), default: 5432, shown: 5432, "Its TCP port."),
        required("database", .identifier, "The database in which roles get what a scope asks for."),
        required(
            "user", .identifier,
            "Who makes the roles: a superuser, or a role with CREATEROLE that may grant what scopes ask for."),
        optional("password", SecretReference.shape, "The password of `user`."),
        optional(
            "tls", .choice(), default: .verifyFull, shown: "verify-full",
            "`verify-full` (libpq's), or `none` where nobody can listen, say on the loopback."),
        optional(
            "trust", SecretReference.shape,
            "Roots that the server's certificate may lead to, in the place of the system's; PEM.")
    ) { host, port, database, user, password, tls, trust in
        PostgresOptions(
            host: host, port: port, database: database, user: user, password: password, tls: tls, trust: trust)
    }
}

/// How a server proves who it is.
package enum PostgresTLS: String, Hashable, Sendable, CaseIterable {
    case verifyFull = "verify-full"
    case none
}

extension Shape where Value == String {
    /// A host name or an address that stands for itself.
    static var serverHost: Shape {
        .text("a host name or an address", pattern: "^[A-Za-z0-9._:-]+$", length: 1...253) { text in
            (try? Host(bare: text)) == nil ? nil : text
        }
    }

    /// A name in PostgreSQL (NAMEDATALEN - 1 bytes). Quoted wherever it is written, so that it may hold anything.
    static var identifier: Shape {
        .text("a name of at most 63 bytes", pattern: #"^[^\u0000-\u001f\u007f]*$"#, length: 1...63) { text in
            text.utf8.count > 63 || text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? nil : text
        }
    }
}
