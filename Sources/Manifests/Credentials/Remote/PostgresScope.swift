import StrictJSON

/// What a role may do: the `scope` of a credential whose source is of type `postgres`.
package struct PostgresScope: Hashable, Sendable {
    package var grants: [Grant]
    /// Roles that it is a member of.
    package var memberOf: [String]
    /// Sessions at once.
    package var connections: Int

    /// Privileges on tables of one schema.
    package struct Grant: Hashable, Sendable {
        package var schema: String
        /// Empty for all that there are when it is made.
        package var tables: [String]
        package var privileges: [Privilege]
    }

    package enum Privilege: String, Hashable, Sendable, CaseIterable {
        case select
        case insert
        case update
        case delete
        case truncate
    }

    package init(_ json: JSON) throws(ManifestErrors) { self = try Self.shape.value(of: json, named: "scope") }

    private init(grants: [Grant], memberOf: [String], connections: Int) {
        self.grants = grants
        self.memberOf = memberOf
        self.connections = connections
    }

    private static let grant: Shape<Grant> = object(
        "privileges on tables, such as `{schema: public, tables: [orders], privileges: [select]}`",
        optional("schema", .identifier, default: "public", shown: "public", "The tables' schema."),
        optional(
            "tables", .list(of: .identifier, "a list of tables", count: 1...200).unique { $0 }, default: [],
            "Tables and views; without it all of the schema."),
        required(
            "privileges", .list(of: .choice(), "a list of privileges", count: 1...5).unique { $0 },
            "What may be done with them.")
    ) { Grant(schema: $0, tables: $1, privileges: $2) }

    static let shape: Shape<PostgresScope> = object(
        "what a role may do",
        optional("grants", .list(of: grant, "a list of grants", count: 1...64), default: [], "Privileges on tables."),
        optional(
            "memberOf", .list(of: .identifier, "a list of roles", count: 1...16).unique { $0 }, default: [],
            "Roles that it is a member of."),
        optional("connections", .integer(1...16), default: 1, shown: 1, "Sessions at once.")
    ) { PostgresScope(grants: $0, memberOf: $1, connections: $2) }
}
