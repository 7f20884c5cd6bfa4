import Credentials
import Manifests

/// One role and what is done to it. Every statement can be repeated.
struct PostgresRole {
    typealias Failure = PostgresConnection.Failure

    let name: String
    private let connection: PostgresConnection

    init(_ name: String, on connection: PostgresConnection) {
        self.name = name
        self.connection = connection
    }

    /// Makes it with what it may do, all or nothing.
    ///
    /// - Parameter lifetime: By the server's clock.
    func create(_ scope: PostgresScope, password: String, lifetime: Duration) throws(Failure) {
        let role = try connection.identifier(name)
        let verifier = try connection.literal(try connection.verifier(of: password, for: name))
        let time = "'\(lifetime.wholeMilliseconds) ms'::pg_catalog.interval"
        let moment = try connection.run("SELECT (pg_catalog.clock_timestamp() + \(time))::pg_catalog.text")
        let until = try connection.literal(moment.first?.first.flatMap { $0 } ?? "-infinity")
        try connection.run("BEGIN")
        // Held until it is made or not: whoever ends it after a crash of ours waits for that.
        try lock()
        try connection.run(
            """
            CREATE ROLE \(role) NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT LOGIN \
            CONNECTION LIMIT \(scope.connections) PASSWORD \(verifier) VALID UNTIL \(until)
            """)
        for member in scope.memberOf { try connection.run("GRANT \(try connection.identifier(member)) TO \(role)") }
        for grant in scope.grants {
            let schema = try connection.identifier(grant.schema)
            var tables: [String] = []
            for table in grant.tables { tables.append("\(schema).\(try connection.identifier(table))") }
            let what = tables.isEmpty ? "ALL TABLES IN SCHEMA \(schema)" : "TABLE \(tables.joined(separator: ", "))"
            let privileges = grant.privileges.map { $0.rawValue.uppercased() }.joined(separator: ", ")
            try connection.run("GRANT USAGE ON SCHEMA \(schema) TO \(role)")
            try connection.run("GRANT \(privileges) ON \(what) TO \(role)")
            try requirePrivileges(of: grant)
            // Without it a row that takes its number from a sequence could not be inserted.
            guard grant.privileges.contains(.insert) else { continue }
            for sequence in try sequences(of: grant) {
                try connection.run("GRANT USAGE ON SEQUENCE \(sequence) TO \(role)")
            }
        }
        try connection.run("COMMIT")
    }

    /// To grant what one may not grant is a warning to PostgreSQL where one has something of it: a role that lacks what its
    /// call was told it has would be found out by the call.
    private func requirePrivileges(of grant: PostgresScope.Grant) throws(Failure) {
        var names: [String] = []
        for table in grant.tables { names.append(try connection.literal(table)) }
        let privileges = grant.privileges.map { "('\($0.rawValue.uppercased())')" }.joined(separator: ", ")
        let lacking = try connection.run(
            """
            SELECT pg_catalog.format('%s on %I.%I', p.privilege, n.nspname, c.relname), CURRENT_USER
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN (VALUES \(privileges)) AS p(privilege)
            WHERE n.nspname = \(try connection.literal(grant.schema)) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
              \(names.isEmpty ? "" : "AND c.relname IN (\(names.joined(separator: ", ")))")
              AND NOT pg_catalog.has_table_privilege(\(try connection.literal(name)), c.oid, p.privilege)
            ORDER BY 1 LIMIT 1
            """)
        guard let what = lacking.first?.first.flatMap({ $0 }) else { return }
        throw Failure(
            state: "42501",
            message: "the source's user may not grant \(what): it needs that privilege itself, WITH GRANT OPTION",
            isAnswer: true)
    }

    /// The sequences that belong to columns of a grant's tables, as far as they can be granted; as a statement names them.
    private func sequences(of grant: PostgresScope.Grant) throws(Failure) -> [String] {
        var names: [String] = []
        for table in grant.tables { names.append(try connection.literal(table)) }
        return try connection.run(
            """
            SELECT pg_catalog.format('%I.%I', n.nspname, s.relname)
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
            JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
            JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
            JOIN pg_catalog.pg_namespace m ON m.oid = t.relnamespace
            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'a'
              AND m.nspname = \(try connection.literal(grant.schema))
              \(names.isEmpty ? "" : "AND t.relname IN (\(names.joined(separator: ", ")))")
              AND pg_catalog.has_sequence_privilege(s.oid, 'USAGE WITH GRANT OPTION')
            """
        ).compactMap { $0.first ?? nil }
    }

    /// Lets nobody in as it any more, and ends its sessions. Its number; nil if there is no such role.
    func close() throws(Failure) -> Int? {
        try connection.run("BEGIN")
        try lock()
        guard let number = try number() else {
            try connection.run("COMMIT")
            return nil
        }
        let role = try connection.identifier(name)
        try connection.run("ALTER ROLE \(role) NOLOGIN CONNECTION LIMIT 0")
        try connection.run("COMMIT")
        // Who made it without being a superuser has to be a member, to end its sessions and to drop what it owns.
        try connection.run("GRANT \(role) TO CURRENT_USER")
        try endSessions(of: number)
        return number
    }

    /// Ends the sessions of the role that had this number.
    func endSessions(of number: Int) throws(Failure) {
        while case let sessions = try sessions(of: number), !sessions.isEmpty {
            for session in sessions {
                try connection.run("SELECT pg_catalog.pg_terminate_backend(\(session), 2000)")
            }
        }
    }

    /// Drops what it owns here and takes back what it was granted here. The second is in no other database's reach.
    func dropOwned() throws(Failure) {
        try connection.run("DROP OWNED BY \(try connection.identifier(name)) CASCADE")
    }

    /// Drops it.
    func drop() throws(Failure) {
        try dropOwned()
        try connection.run("DROP ROLE IF EXISTS \(try connection.identifier(name))")
    }

    /// Its number; nil if there is no such role.
    func number() throws(Failure) -> Int? {
        let rows = try connection.run(
            "SELECT oid FROM pg_catalog.pg_roles WHERE rolname = \(try connection.literal(name))")
        return rows.first?.first.flatMap { $0 }.flatMap { Int($0) }
    }

    /// The processes of sessions of the role that has or had this number.
    private func sessions(of number: Int) throws(Failure) -> [Int] {
        try connection.run(
            "SELECT pid FROM pg_catalog.pg_stat_activity WHERE usesysid = \(number)"
        ).compactMap { $0.first?.flatMap { Int($0) } }
    }

    /// Attack: it makes something in another database, where it is not looked for, and cannot be dropped then.
    func otherDatabases() throws(Failure) -> [String] {
        try connection.run(
            """
            SELECT DISTINCT d.datname FROM pg_catalog.pg_shdepend s
            JOIN pg_catalog.pg_database d ON d.oid = s.dbid
            JOIN pg_catalog.pg_roles r ON r.oid = s.refobjid
            WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
              AND r.rolname = \(try connection.literal(name)) AND d.datname <> pg_catalog.current_database()
            """
        ).compactMap { $0.first ?? nil }
    }

    private func lock() throws(Failure) {
        try connection.run(
            "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(\(try connection.literal(name)), 0))")
    }
}
