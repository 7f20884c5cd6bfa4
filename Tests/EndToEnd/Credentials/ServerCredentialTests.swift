import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("A role of PostgreSQL is made for one call, and gone when the call is over, however it ended")
struct ServerCredentialTests {
    private let cluster: PostgresCluster
    private let scene: Scene
    private static let tools = ["db.query", "db.slow", "db.wide", "db.socket"]

    init() throws {
        cluster = try PostgresCluster.shared.get()
        scene = try Scene(
            Person.possible[0],
            rules: Self.tools.map { "- allow: \($0)" }.joined(separator: "\n"))
        let folder = scene.folder
        try folder.folder("home", mode: 0o700)
        try folder.write("outside/password", PostgresCluster.password + "\n", mode: 0o600)
        try folder.write("outside/roots.pem", cluster.certificate, mode: 0o600)
        try folder.write(
            "home/sources/orders.yaml",
            cluster.manifest(
                named: "orders", password: folder("outside/password"), roots: folder("outside/roots.pem")), mode: 0o600)
        try folder.write(
            "sandboxes/db.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: db
            description: Python scripts and psql.
            extends: fetch
            filesystem: {exec: [/usr, /bin, /lib, /lib64], tmp: 64MiB}
            limits: {memory: 1GiB, processes: 32, files: 512}
            """)
        try write(tool: "db.query", "SELECT count(*) FROM orders")
        try write(tool: "db.slow", "SELECT pg_sleep(600)")
        try write(tool: "db.wide", "SELECT count(*) FROM customers")
        try write(tool: "db.socket", "SELECT count(*) FROM orders", deliver: "socket: postgres", grants: "[]")
        try folder.write(
            "tools/db.socket/query.py",
            """
            #!/usr/bin/python3
            import glob, json, os, subprocess
            def ask(*words):
                psql = sorted(glob.glob("/usr/lib/postgresql/*/bin/psql"))[-1]
                return subprocess.run([psql, "-X", "-A", "-t", "-w", *words], capture_output=True, text=True)
            done = ask("-c", "SELECT count(*) FROM orders")
            print(json.dumps({
                "user": os.environ["PGUSER"], "rows": done.stdout.strip(), "error": done.stderr.strip(),
                "other": ask("-U", "admin", "-c", "SELECT 1").stderr, "variables": dict(os.environ),
                "network": ask("-h", "127.0.0.1", "-p", "\(cluster.port)", "-c", "SELECT 1").stderr,
            }))
            """, mode: 0o755)
        scene.giveAway()
        for tool in Self.tools {
            let made = scene.agentbox(["tool", "register", tool] + catalogue)
            guard made.status == 0 else { throw TestSupportError("cannot register `\(tool)`: \(made)") }
        }
    }

    private var catalogue: [String] { ["--tools", scene.folder("tools"), "--sandboxes", scene.folder("sandboxes")] }

    private func write(
        tool: String, _ statement: String, deliver: String = "memfd: {variable: ROLE_FILE}", grants: String? = nil
    ) throws {
        try scene.folder.write(
            "tools/\(tool)/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: \(tool)
            version: 1.0.0
            description: Asks a database.
            command: [./query.py]
            inputSchema: {type: object, properties: {table: {type: string}}}
            outputSchema: {type: object}
            sandbox: db
            grants: \(grants ?? "[{connect: \"127.0.0.1:\(cluster.port)\"}]")
            credentials:
              - name: role
                source: orders
                scope: {grants: [{tables: ["${args.table}"], privileges: [select]}]}
                revocability: R3
                lifetime: 60s
                deliver: {\(deliver)}
            limits: {time: 20s}
            """)
        try scene.folder.write(
            "tools/\(tool)/query.py",
            """
            #!/usr/bin/python3
            import glob, json, os, subprocess
            role = json.load(open(os.environ["ROLE_FILE"]))
            done = subprocess.run(
                [sorted(glob.glob("/usr/lib/postgresql/*/bin/psql"))[-1], "-X", "-A", "-t", "-h", "127.0.0.1", "-p", "\(cluster.port)", "-U", role["username"],
                 "-c", "\(statement)", "orders"],
                env={"PGPASSWORD": role["password"], "PGSSLMODE": "require"}, capture_output=True, text=True)
            print(json.dumps({"user": role["username"], "password": role["password"], "rows": done.stdout.strip(),
                              "error": done.stderr.strip()}))
            """, mode: 0o755)
    }

    private func hasRole(_ user: String) -> Bool {
        cluster.run("SELECT count(*) FROM pg_roles WHERE rolname = '\(user)'").output != "0\n"
    }

    @Test func `the role does what its scope says, is gone, and its end is on record`() throws {
        let json = try scene.call("db.query", ["table": "orders"], options: catalogue)
        let result = json["outcome"]?["structured"]
        let user = try #require(result?["user"]?.stringValue, "\(json)")
        let password = try #require(result?["password"]?.stringValue)
        #expect(result?["rows"] == "2", "\(json)")
        #expect(!hasRole(user))
        #expect(cluster.run("SELECT 1", as: user, password).status != 0)
        let log = scene.agentbox(["audit", "log"])
        #expect(log.output.contains("credential role of orders (R3)"), "\(log)")

        // A table that the scope does not name is not there for it, and a scope that cannot be is no call.
        let wide = try scene.call("db.wide", ["table": "orders"], options: catalogue)
        let denied = wide["outcome"]?["structured"]?["error"]?.stringValue
        #expect(denied?.contains("permission denied") == true, "\(wide)")
        let nowhere = try scene.call("db.query", ["table": "nowhere"], options: catalogue)
        #expect(nowhere["outcome"]?["structured"]?["user"] == nil, "\(nowhere)")
        #expect(nowhere.encodedString().contains("does not exist"), "\(nowhere)")
        #expect(!nowhere.encodedString().contains(PostgresCluster.password))
    }

    @Test func `agentbox is killed while the call holds a session: the next start ends session and role`() throws {
        let result = scene.script(
            """
            start call --intent task.yaml \(catalogue.joined(separator: " ")) db.slow --json '{"table":"orders"}'
            for i in $(seq 300); do
                role=$(cat '\(scene.folder("role"))' 2>/dev/null)
                [ -n "$(agentbox credential list --json | grep '"open": *1')" ] && break
                sleep 0.1
            done
            sleep 1
            kill -9 $process
            """)
        let roles = cluster.run("SELECT rolname FROM pg_roles WHERE rolname LIKE 'agentbox\\_%'").output
        let user = try #require(roles.split(separator: "\n").last.map(String.init), "\(result)")
        #expect(hasRole(user))
        let next = try scene.call("db.query", ["table": "orders"], options: catalogue)
        #expect(next["outcome"]?["structured"]?["rows"] == "2", "\(next)")
        #expect(!hasRole(user))
        #expect(
            cluster.run("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'").output == "0\n")
    }

    @Test func `through its socket a call has the use of its role, and neither password nor network`() throws {
        let json = try scene.call("db.socket", ["table": "orders"], options: catalogue)
        let result = json["outcome"]?["structured"]
        let user = try #require(result?["user"]?.stringValue, "\(json)")
        #expect(result?["rows"] == "2", "\(json)")
        #expect(result?["other"]?.stringValue?.contains("this socket is for the role") == true, "\(json)")
        #expect(result?["network"]?.stringValue?.contains("failed") == true, "\(json)")
        #expect(result?["variables"]?["PGPASSWORD"] == nil && result?["variables"]?["PGDATABASE"] == "orders")
        #expect(!hasRole(user))
    }
}
