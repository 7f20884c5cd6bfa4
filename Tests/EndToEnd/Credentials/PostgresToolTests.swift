import StrictJSON
import TestSupport
import Testing

@Suite("The tools of PostgreSQL reach what a call names, as a role that is made for it")
struct PostgresToolTests {
    private let cluster: PostgresCluster

    init() throws { cluster = try PostgresCluster.shared.get() }

    private func scene(_ person: Person, rules: String) throws -> Scene {
        let scene = try Scene(person, rules: rules)
        let folder = scene.folder
        try folder.folder("home", mode: 0o700)
        try folder.write("outside/password", PostgresCluster.password + "\n", mode: 0o600)
        try folder.write("outside/roots.pem", cluster.certificate, mode: 0o600)
        try folder.write(
            "home/sources/postgres.yaml",
            cluster.manifest(
                named: "postgres", password: folder("outside/password"), roots: folder("outside/roots.pem")),
            mode: 0o600)
        scene.giveAway()
        return scene
    }

    /// A table of the test's own.
    private func table(_ more: String = "") throws -> String {
        let name = "scratch_\(UInt32.random(in: .min ... .max))"
        let made = cluster.run(
            "CREATE TABLE \(name) (id serial PRIMARY KEY, item text); INSERT INTO \(name) (item) VALUES ('a chair'), ('a table')"
        )
        try #require(made.status == 0, "\(made)")
        return name
    }

    private func error(_ json: JSON) -> String? { json["outcome"]?["structured"]?["error"]?["sqlstate"]?.stringValue }

    @Test("a query reads the tables that it names, and its role is dead after it", arguments: Person.possible)
    func query(person: Person) throws {
        let scene = try scene(person, rules: "- allow: postgres.query\n- allow: postgres.describe")
        let table = try table()
        let json = try scene.call(
            "postgres.query",
            [
                "statement": .string("SELECT item, current_user FROM \(table) WHERE id = $1"), "parameters": [2],
                "tables": [.string(table)],
            ])
        let result = try #require(json["outcome"]?["structured"], "\(json.encodedString())")
        #expect(
            result["rows"]?[0]?[0] == "a table" && result["columns"]?[0] == ["name": "item", "type": "text"],
            "\(json.encodedString())")
        let role = try #require(result["rows"]?[0]?[1]?.stringValue)
        #expect(role.hasPrefix("agentbox_"))
        #expect(cluster.run("SELECT count(*) FROM pg_roles WHERE rolname = '\(role)'").output == "0\n")
        let credential = json["outcome"]?["credentials"]?[0]
        #expect(credential?["outcome"] == "revoked" && credential?["probe"] == "refused", "\(json.encodedString())")
        #expect(json["outcome"]?["violations"]?.arrayValue?.isEmpty ?? true, "\(json.encodedString())")
        // Another table is not there for it, whoever names it.
        for statement in [
            "SELECT * FROM customers", "SELECT (SELECT count(*) FROM customers) FROM \(table)",
            "SELECT query_to_xml('SELECT * FROM customers', true, true, '')", "SELECT lo_import('/etc/passwd')",
            "SELECT pg_read_file('/etc/passwd')", "COPY \(table) TO '/tmp/agentbox-copied'", "SET ROLE admin",
            "SELECT rolpassword FROM pg_authid",
        ] {
            let denied = try scene.call(
                "postgres.query", ["statement": .string(statement), "tables": [.string(table)]])
            #expect(["42501", "25006"].contains(error(denied)), "\(statement): \(denied.encodedString())")
            #expect(denied["outcome"]?["status"] == "failed")
        }
        let described = try scene.call("postgres.describe", ["table": .string(table)])
        #expect(
            described["outcome"]?["structured"]?["table"]?["columns"]?[1]?["name"] == "item",
            "\(described.encodedString())")
    }

    @Test("postgres.execute may do what it says with the tables that it names", arguments: Person.possible)
    func execute(person: Person) throws {
        let scene = try scene(person, rules: "- allow: postgres.execute")
        let table = try table()
        func run(_ statement: String, _ privileges: [String]) throws -> JSON {
            try scene.call(
                "postgres.execute",
                [
                    "statement": .string(statement), "tables": [.string(table)],
                    "privileges": .array(privileges.map(JSON.string)),
                ])
        }
        // The column takes its number from a sequence.
        let inserted = try run("INSERT INTO \(table) (item) VALUES ('a lamp')", ["insert"])
        #expect(inserted["outcome"]?["structured"]?["affected"] == 1, "\(inserted.encodedString())")
        #expect(cluster.run("SELECT count(*) FROM \(table)").output == "3\n")
        for (statement, privileges) in [
            ("DELETE FROM \(table)", ["insert"]), ("UPDATE \(table) SET item = 'x'", ["select", "delete"]),
            ("DROP TABLE \(table)", ["select", "insert", "update", "delete", "truncate"]),
            ("INSERT INTO customers VALUES (1, 'x')", ["insert"]), ("SELECT setval('\(table)_id_seq', 1)", ["insert"]),
            ("ALTER ROLE CURRENT_USER SUPERUSER", ["insert"]), ("GRANT SELECT ON \(table) TO PUBLIC", ["select"]),
        ] {
            let denied = try run(statement, privileges)
            let made = denied["outcome"]?["structured"]?["command"] == "GRANT"
            #expect(error(denied) == "42501" || made, "\(statement): \(denied.encodedString())")
        }
        #expect(
            cluster.run(
                "SELECT relacl::text LIKE '%=r/%,%' OR relacl::text LIKE '{=r%' FROM pg_class WHERE relname = '\(table)'"
            ).output != "t\n")
        let deleted = try run("DELETE FROM \(table) WHERE id = 1", ["select", "delete"])
        #expect(deleted["outcome"]?["structured"]?["affected"] == 1, "\(deleted.encodedString())")
        #expect(cluster.run("SELECT count(*) FROM \(table)").output == "2\n")
    }

    @Test("the intent says which tables, and one that is not among them is never asked for")
    func intent() throws {
        let scene = try scene(
            Person.possible[0],
            rules: """
                - allow: postgres.query
                  args: {tables: {each: {oneOf: [orders]}}, schema: {absent: true}}
                """)
        let orders = try scene.call(
            "postgres.query", ["statement": "SELECT count(*) FROM orders", "tables": ["orders"]])
        #expect(
            orders["decision"] == "allow" && orders["outcome"]?["status"] == "succeeded", "\(orders.encodedString())")
        for arguments: JSON in [
            ["statement": "SELECT * FROM customers", "tables": ["customers"]],
            ["statement": "SELECT * FROM customers", "tables": ["orders", "customers"]],
            ["statement": "SELECT 1", "tables": ["orders"], "schema": "pg_catalog"],
            ["statement": "SELECT 1", "tables": ["ORDERS"]],
        ] {
            let denied = try scene.call("postgres.query", arguments)
            #expect(
                denied["decision"] == "deny" && denied["outcome"]?["structured"] == nil, "\(denied.encodedString())")
        }
        // Whoever quotes his way out of a name finds that it is none.
        let open = try self.scene(Person.possible[0], rules: "- allow: postgres.query")
        for name in ["orders\"; DROP TABLE orders; --", "orders, customers", "public.orders", ""] {
            let refused = try open.call("postgres.query", ["statement": "SELECT 1", "tables": [.string(name)]])
            #expect(refused["outcome"]?["structured"] == nil, "\(refused.encodedString())")
        }
        #expect(cluster.run("SELECT count(*) > 0 FROM orders").output == "t\n")
    }

    @Test("an agent in its box asks a database of which it has neither name nor password", arguments: Person.possible)
    func inRun(person: Person) throws {
        let scene = try scene(person, rules: "- allow: postgres.query")
        let table = try table()
        let result = scene.agentbox([
            "run", scene.intent, "--", "/bin/sh", "-c",
            """
            agentbox call postgres.query --json '{"statement": "SELECT item FROM \(table) ORDER BY id", "tables": ["\(table)"]}'
            env | grep -i -e pghost -e postgres -e '\(PostgresCluster.password)'; ls /run/agentbox
            """,
        ])
        #expect(result.output.contains("a chair") && !result.output.contains("postgres-role"), "\(result)")
        #expect(!result.output.contains(PostgresCluster.password))
    }

    @Test("in the profile of these tools there is no network, not even to the database")
    func confined() throws {
        let scene = try scene(Person.possible[0], rules: "- allow: db.probe")
        try scene.folder.write(
            "sandboxes/probe.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: probe
            description: The profile postgres with Python in it.
            extends: postgres
            filesystem: {exec: [/usr, /bin, /lib, /lib64]}
            """)
        try scene.folder.write(
            "tools/db.probe/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: db.probe
            version: 1.0.0
            description: Looks for ways out.
            command: [./probe.py]
            inputSchema: {type: object}
            outputSchema: {type: object}
            sandbox: probe
            grants: []
            credentials: [{name: role, source: postgres, deliver: {socket: postgres}}]
            """)
        try scene.folder.write(
            "tools/db.probe/probe.py",
            """
            #!/usr/bin/python3
            import json, os, socket
            def attempt(family, address):
                try:
                    with socket.socket(family) as s:
                        s.settimeout(5)
                        s.connect(address)
                        return "connected"
                except OSError as problem: return str(problem)
            print(json.dumps({
                "socket": attempt(socket.AF_UNIX, os.environ["PGHOST"] + "/.s.PGSQL.5432"),
                "database": attempt(socket.AF_INET, ("127.0.0.1", \(cluster.port))),
                "six": attempt(socket.AF_INET6, ("::1", \(cluster.port))),
                "abstract": attempt(socket.AF_UNIX, "\\0/tmp/.X11-unix/X0"),
                "environment": sorted(os.environ),
            }))
            """, mode: 0o755)
        scene.giveAway()
        let catalogue = ["--tools", scene.folder("tools"), "--sandboxes", scene.folder("sandboxes")]
        let registered = scene.agentbox(["tool", "register", "db.probe"] + catalogue)
        try #require(registered.status == 0, "\(registered)")
        let json = try scene.call("db.probe", [:], options: catalogue)
        let found = json["outcome"]?["structured"]
        #expect(found?["socket"] == "connected", "the control: \(json.encodedString())")
        for name in ["database", "six"] {
            #expect(found?[name]?.stringValue?.contains("not permitted") == true, "\(json.encodedString())")
        }
        #expect(found?["abstract"] != "connected", "\(json.encodedString())")
        #expect(found?["environment"]?.arrayValue?.contains("PGPASSWORD") == false)
    }
}
