import StrictJSON

/// The PostgreSQL of the tests: with the tables `orders` and `customers` in the database `orders`, and a database `other`
/// in which everybody may make tables.
package final class PostgresCluster: Sendable {
    package static let shared = Result { try PostgresCluster() }
    package static let password = "admin-password-of-the-tests"

    private let component: Component
    package var port: String { component.words[0] }
    package let certificate: String
    /// Of its Unix socket, which asks for passwords too.
    package var socketFolder: String { component.folder }

    private init() throws {
        component = try Component("postgres.sh")
        certificate = File.text(of: component.folder + "/server.pem") ?? ""
    }

    /// The options of a source there.
    package func options(_ edit: (inout JSONObject) -> Void = { _ in }) -> JSON {
        var object: JSONObject = [
            "host": "localhost", "port": .integer(Int64(port) ?? 0), "database": "orders", "user": "admin",
            "password": ["file": "/etc/agentbox/password"], "trust": ["file": "/etc/agentbox/roots.pem"],
        ]
        edit(&object)
        return .object(object)
    }

    /// The manifest of a source there, whose secrets lie in these files.
    package func manifest(named name: String, password: String, roots: String) -> String {
        """
        apiVersion: agentbox.dev/v1
        kind: CredentialSource
        name: \(name)
        type: postgres
        options:
          host: localhost
          port: \(port)
          database: orders
          user: admin
          password: {file: \(password)}
          trust: {file: \(roots)}
        """
    }

    package var secrets: [String: String] { ["password": Self.password, "trust": certificate] }

    /// What `psql` is started with.
    package func psql(_ user: String, _ password: String, _ database: String = "orders", _ more: [String] = [])
        -> [String]
    {
        [
            "env", "PGPASSWORD=\(password)", "PGSSLMODE=require", "psql", "-X", "-q", "-A", "-t", "-h", "127.0.0.1",
            "-p", port, "-U", user, "-v", "ON_ERROR_STOP=1",
        ] + more + [database]
    }

    /// Runs SQL as somebody.
    package func run(
        _ statements: String, as user: String = "admin", _ password: String = PostgresCluster.password,
        in database: String = "orders"
    ) -> Command.Result {
        Command.run(psql(user, password, database), input: statements)
    }

    /// Everything that the server logged, statements too.
    package var log: String { File.text(of: component.folder + "/server.log") ?? "" }

    package func hasRole(of lease: String) -> Bool {
        run("SELECT count(*) FROM pg_roles WHERE rolname = 'agentbox_\(lease)'").output != "0\n"
    }
}
