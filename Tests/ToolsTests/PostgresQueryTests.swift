import StrictJSON
import TestSupport
import Testing

@Suite("postgres.query runs one statement, in a transaction that only reads")
struct PostgresQueryTests {
    private let cluster: PostgresCluster
    private let folder: TemporaryFolder
    /// A table of the test's own with three rows.
    private let table = "scratch_\(UInt32.random(in: .min ... .max))"

    init() throws {
        cluster = try PostgresCluster.shared.get()
        folder = try TemporaryFolder()
        let made = cluster.run(
            "CREATE TABLE \(table) (id serial, item text); INSERT INTO \(table) (item) VALUES ('a'), ('b'), ('c')")
        try #require(made.status == 0, "\(made)")
    }

    /// As a superuser: nothing but the tool's own transaction holds it.
    private func call(_ arguments: JSONObject, _ words: [String] = []) -> BundledTool.Result {
        var arguments = arguments
        if words != ["--describe"], arguments["tables"] == nil { arguments["tables"] = [.string(table)] }
        return BundledTool("postgres-query", words).call(
            .object(arguments), in: folder,
            environment: [
                "PGHOST": cluster.socketFolder, "PGPORT": cluster.port, "PGUSER": "admin", "PGDATABASE": "orders",
                "PGPASSWORD": PostgresCluster.password,
            ])
    }

    private func query(_ statement: String, _ more: JSONObject = [:]) throws -> JSON {
        var arguments = more
        arguments["statement"] = .string(statement)
        let result = call(arguments)
        #expect(result.status == 0, "\(statement): \(result)")
        return try #require(result.output)
    }

    private var count: String { cluster.run("SELECT count(*) FROM \(table)").output }

    @Test(
        "no statement gets out of the transaction, or changes it",
        arguments: [
            ("DELETE FROM T", "25006"), ("DROP TABLE T", "25006"), ("SELECT 1; DROP TABLE T", "42601"),
            ("COMMIT; DROP TABLE T", "42601"), ("COMMIT; BEGIN READ WRITE; DELETE FROM T; COMMIT", "42601"),
            ("SELECT 1;\n-- a comment\n;DROP TABLE T;", "42601"), ("SET TRANSACTION READ WRITE", "25001"),
            ("SET TRANSACTION READ WRITE; DELETE FROM T", "42601"), ("SET transaction_read_only = off", "25001"),
            ("SELECT set_config('transaction_read_only', 'off', false)", "25001"),
            ("WITH gone AS (DELETE FROM T RETURNING id) SELECT * FROM gone", "25006"),
            ("EXPLAIN ANALYZE DELETE FROM T", "25006"),
            ("DO $$ BEGIN SET TRANSACTION READ WRITE; DELETE FROM T; END $$", "25001"),
            ("DO $$ BEGIN PERFORM set_config('transaction_read_only', 'off', true); DELETE FROM T; END $$", "25001"),
            ("DO $$ BEGIN COMMIT; DELETE FROM T; END $$", "2D000"),
            ("DO $$ BEGIN ROLLBACK; DELETE FROM T; END $$", "2D000"),
            ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'DELETE FROM T; SELECT 1'", "25006"),
            ("VACUUM T", "25001"), ("SELECT nextval('T_id_seq')", "25006"), ("COPY T FROM '/etc/hostname'", "25006"),
        ])
    func readOnly(statement: String, state: String) throws {
        let statement = statement.replacing(/\bT(?=\b|_id_seq)/, with: table)
        let result = call(["statement": .string(statement)])
        #expect(result.status == 1 && result.output?["error"]?["sqlstate"]?.stringValue == state, "\(result)")
        #expect(count == "3\n")
    }

    @Test func `code of the database's own does not write in it either`() {
        let made = cluster.run(
            """
            CREATE FUNCTION \(table)_f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM \(table); SELECT 1';
            CREATE PROCEDURE \(table)_p() LANGUAGE plpgsql AS 'BEGIN COMMIT; DELETE FROM \(table); END';
            """)
        #expect(made.status == 0, "\(made)")
        for (statement, state) in [("SELECT \(table)_f()", "25006"), ("CALL \(table)_p()", "2D000")] {
            let result = call(["statement": .string(statement)])
            #expect(result.output?["error"]?["sqlstate"]?.stringValue == state, "\(result)")
        }
        #expect(count == "3\n")
        let control = call(["statement": .string("SELECT \(table)_f()"), "privileges": ["select"]], ["--write"])
        #expect(control.status == 0 && count == "0\n", "\(control)")
    }

    @Test("a statement that ends the transaction does nothing else", arguments: ["COMMIT", "ROLLBACK", "END", "ABORT"])
    func ending(statement: String) {
        let result = call(["statement": .string(statement)])
        #expect(result.status == 1 && result.error.contains("ended the transaction"), "\(result)")
        let written = call(["statement": .string(statement), "privileges": ["select"]], ["--write"])
        #expect(written.status == 1 && written.error.contains("ended the transaction"), "\(written)")
    }

    @Test func `postgres.execute is the control: the same statements change the table, whole or not at all`() throws {
        func execute(_ statement: String, _ more: JSONObject = [:]) -> BundledTool.Result {
            var arguments = more
            arguments["statement"] = .string(statement)
            arguments["privileges"] = ["delete"]
            return call(arguments, ["--write"])
        }
        let inserted = execute(
            "INSERT INTO \(table) (item) SELECT $1 || i FROM generate_series(1, 5) i RETURNING item",
            ["parameters": ["x"], "maxRows": 2])
        #expect(inserted.output?["affected"] == 5 && inserted.output?["command"] == "INSERT", "\(inserted)")
        #expect(inserted.output?["rows"] == [["x1"], ["x2"]] && inserted.output?["cut"] == "rows", "\(inserted)")
        #expect(count == "8\n")
        let failed = execute("UPDATE \(table) SET id = 1 / (id - 8)")
        #expect(failed.output?["error"]?["sqlstate"] == "22012", "\(failed)")
        #expect(execute("DELETE FROM \(table); DELETE FROM \(table)").output?["error"]?["sqlstate"] == "42601")
        #expect(count == "8\n")
        #expect(execute("DELETE FROM \(table) WHERE id > $1", ["parameters": [3]]).output?["affected"] == 5)
        #expect(execute("COMMIT; DELETE FROM \(table)").output?["error"]?["sqlstate"] == "42601")
        #expect(count == "3\n")
        // A constraint that is checked at the end is a failure, and not a result.
        let deferred = "\(table)_u"
        _ = cluster.run("CREATE TABLE \(deferred) (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        let twice = execute("INSERT INTO \(deferred) VALUES (1), (1)")
        #expect(twice.status == 1 && twice.output?["error"]?["sqlstate"] == "23505", "\(twice)")
        #expect(cluster.run("SELECT count(*) FROM \(deferred)").output == "0\n")
    }

    @Test func `values are of their types`() throws {
        let result = try query(
            #"""
            SELECT 1::int4 AS a, 9007199254740993::int8, 1.50::numeric(10,2), true, NULL::text, 'x'::varchar(5),
                ARRAY[1,NULL,3], ARRAY[['a','b"c\'],['d,e','NULL']], '{"a":[1]}'::jsonb, 'NaN'::float8, 0.1::float8,
                '\x00ff'::bytea, '[0:1]={5,6}'::int[], point '(1,2)', '1 2'::int2vector, '{}'::text[], 'é'::char(1),
                '"text"'::json, interval '1 day', ARRAY['{"b":1}'::jsonb], box '(1,1),(0,0)', ARRAY[box '(1,1),(0,0)'], NULL::int[]
            """#)
        let types = result["columns"]?.arrayValue?.compactMap { $0["type"]?.stringValue } ?? []
        #expect(
            types.prefix(7) == [
                "integer", "bigint", "numeric(10,2)", "boolean", "text", "character varying(5)", "integer[]",
            ])
        #expect(result["columns"]?[0]?["name"] == "a")
        let expected: [JSON] = [
            1, "9007199254740993", "1.50", true, .null, "x", [1, .null, 3], [["a", "b\"c\\"], ["d,e", "NULL"]],
            ["a": [1]], "NaN", 0.1, "\\x00ff", [5, 6], "(1,2)", "1 2", [], "é", "text", "1 day", [["b": 1]],
            "(1,1),(0,0)", ["(1,1),(0,0)"], .null,
        ]
        for (found, wanted) in zip(result["rows"]?[0]?.arrayValue ?? [], expected) { #expect(found == wanted) }
        #expect(result["rows"]?[0]?.arrayValue?.count == expected.count)
        #expect(result["complete"] == true && result["command"] == "SELECT" && result["rowCount"] == 1)
    }

    @Test func `parameters are bound, and none is ever SQL`() throws {
        let hostile = "'; DROP TABLE \(table); --"
        let result = try query(
            "SELECT $1::int + 1, $2, $3::int[], $4::jsonb, $5::bool, $6::text, $7::jsonb, $8::text[]",
            [
                "parameters": [
                    41, .string(hostile), [1, 2], ["a": "b"], true, .null, "word",
                    [.string(hostile), "a\"\\,{}", .null],
                ]
            ])
        #expect(
            result["rows"]?[0] == [
                42, .string(hostile), [1, 2], ["a": "b"], true, .null, "word", [.string(hostile), "a\"\\,{}", .null],
            ], "\(result)")
        for (statement, parameters, word) in [
            ("SELECT $1, $2", JSON.array([1]), "takes 2 parameters"), ("SELECT 1", [1], "takes 0 parameters"),
            ("SELECT $1::int", ["x"], "22P02"), ("SELECT $1::text", ["a\u{0}b"], "NUL"), ("SELECT \u{0}1", [], "NUL"),
        ] {
            let refused = call(["statement": .string(statement), "parameters": parameters])
            #expect(refused.status == 1 && refused.error.contains(word), "\(refused)")
        }
    }

    @Test func `limits say that they cut, and the server stops`() throws {
        let rows = try query("SELECT generate_series(1, 2000000000)", ["maxRows": 3])
        #expect(rows["rows"] == [[1], [2], [3]] && rows["cut"] == "rows" && rows["complete"] == false)
        let exact = try query("SELECT generate_series(1, 3)", ["maxRows": 3])
        #expect(exact["cut"] == nil && exact["complete"] == true && exact["rowCount"] == 3)
        let bytes = try query(
            "SELECT repeat('x', 200) FROM generate_series(1, 10000)", ["maxBytes": 2048, "maxRows": 10_000])
        #expect(bytes["cut"] == "bytes" && (bytes["rowCount"]?.integerValue ?? 0) == 10, "\(bytes)")
        let long = try query("SELECT 1, repeat('é', 1000000)", ["maxBytes": 2048])
        #expect(long["shortened"] == 1 && long["complete"] == false && long["rows"]?[0]?[0] == 1)
        #expect(long["rows"]?[0]?[1]?.stringValue?.hasSuffix("é…") == true)
        #expect((long["rows"]?[0]?[1]?.stringValue?.utf8.count ?? 0) <= 520)
        let slow = call(["statement": "SELECT pg_sleep(60)", "timeout": 1])
        #expect(slow.status == 1 && slow.output?["error"]?["sqlstate"] == "57014", "\(slow)")
        #expect(slow.error.contains("raise `timeout`"))
    }

    @Test func `errors have their state and their place`() {
        let unknown = call(["statement": "SELECT 1,\n  'é', nope FROM pg_class"])
        #expect(
            unknown.output?["error"] == [
                "sqlstate": "42703", "message": #"column "nope" does not exist"#, "position": 18, "line": 2,
                "column": 8,
            ], "\(unknown)")
        #expect(unknown.error.contains("SQLSTATE 42703, line 2, column 8"))
        let second = call(["statement": "SELECT 1; SELECT 2"])
        #expect(second.error.contains("give one statement a call"), "\(second)")
        for (statement, word) in [
            ("", "no statement"), ("-- nothing", "no statement"), ("COPY pg_class TO STDOUT", "another protocol"),
        ] {
            let refused = call(["statement": .string(statement)])
            #expect(refused.status == 1 && refused.error.contains(word), "\(refused)")
        }
        let nobody = BundledTool("postgres-query").call(
            ["statement": "SELECT 1", "tables": ["a"]], in: folder,
            environment: ["PGHOST": folder.path, "PGUSER": "nobody", "PGDATABASE": "orders"])
        #expect(nobody.status == 1 && nobody.error.contains("no connection"), "\(nobody)")
    }

    @Test func `postgres.describe says what there is`() {
        let all = call([:], ["--describe"])
        let names = all.output?["tables"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
        #expect(names.contains(table) && names.contains("orders") && !names.contains("pg_class"), "\(all)")
        _ = cluster.run("ALTER TABLE \(table) ADD PRIMARY KEY (id); COMMENT ON COLUMN \(table).item IS 'what it is'")
        let one = call(["table": .string(table)], ["--describe"]).output?["table"]
        #expect(
            one?["columns"]?[0]?["nullable"] == false && one?["columns"]?[1]?["comment"] == "what it is",
            "\(String(describing: one))")
        #expect(one?["constraints"]?[0]?["definition"] == "PRIMARY KEY (id)" && one?["indexes"]?.arrayValue?.count == 1)
        let none = call(["table": "'; DROP TABLE \(table); --" as JSON], ["--describe"])
        #expect(none.status == 1 && none.error.contains("no such table"), "\(none)")
        #expect(call(["schema": "nowhere"], ["--describe"]).output?["tables"] == [])
    }
}
