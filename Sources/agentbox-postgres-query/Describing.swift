import StrictJSON
import ToolSupport

/// What there is in the database, from its catalogue: the tables, or one of them with its columns.
struct Describing {
    private let schema: String?
    private let table: String?

    private static let mostTables = 1000

    init(_ arguments: Arguments) throws(ServerFailure) {
        do throws(ToolError) {
            try arguments.allow("schema", "table")
            schema = try arguments.optionalText("schema")
            table = try arguments.optionalText("table")
            for text in [schema, table] where text?.utf8.contains(0) ?? false {
                throw ToolError(.invalidArguments, "a name holds a NUL character")
            }
        } catch {
            throw .own(error)
        }
    }

    func run() throws(ServerFailure) -> JSON {
        let session = try Session(readOnly: true, timeout: 30)
        guard let table else { return try tables(session) }
        let found = try session.run(
            Self.relation + "AND c.relname = $2", [schema ?? "public", table])
        guard let row = found.first, row.count == 6, let number = row[5] else {
            throw .own(
                ToolError(
                    .notFound, "there is no such table in the schema \(schema ?? "public")",
                    remedy: "without `table` all tables are listed"))
        }
        var result = Self.table(row)
        result["columns"] = .array(
            try session.run(
                """
                SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
                    pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity <> '' OR a.attgenerated <> '',
                    pg_catalog.col_description(a.attrelid, a.attnum)
                FROM pg_catalog.pg_attribute a
                LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
                """, [number]
            ).map { column in
                var object: JSONObject = ["name": Self.text(column[0]), "type": Self.text(column[1])]
                object["nullable"] = .bool(column[2] != "t")
                object["default"] = column[3].map(JSON.string)
                if column[4] == "t" { object["generated"] = true }
                object["comment"] = column[5].map(JSON.string)
                return .object(object)
            })
        result["constraints"] = .array(
            try session.run(
                """
                SELECT conname, pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint
                WHERE conrelid = $1::pg_catalog.oid ORDER BY contype DESC, conname
                """, [number]
            ).map { ["name": Self.text($0[0]), "definition": Self.text($0[1])] })
        result["indexes"] = .array(
            try session.run(
                """
                SELECT c.relname, pg_catalog.pg_get_indexdef(i.indexrelid) FROM pg_catalog.pg_index i
                JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = $1::pg_catalog.oid ORDER BY c.relname
                """, [number]
            ).map { ["name": Self.text($0[0]), "definition": Self.text($0[1])] })
        return ["table": .object(result)]
    }

    private func tables(_ session: borrowing Session) throws(ServerFailure) -> JSON {
        let rows = try session.run(
            Self.relation + "ORDER BY n.nspname, c.relname LIMIT \(Self.mostTables + 1)", [schema])
        return [
            "tables": .array(rows.prefix(Self.mostTables).map { .object(Self.table($0)) }),
            "complete": .bool(rows.count <= Self.mostTables),
        ]
    }

    /// The kinds of relations that a statement can name, outside of the server's own schemas; `$1` is a schema or NULL.
    private static let relation = """
        SELECT n.nspname, c.relname,
            CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view'
                WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END,
            CASE WHEN c.reltuples >= 0 THEN c.reltuples::pg_catalog.int8 END,
            pg_catalog.obj_description(c.oid, 'pg_class'), c.oid
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ($1::pg_catalog.text IS NULL OR n.nspname = $1)
            AND n.nspname !~ '^pg_(catalog|toast|temp)' AND n.nspname <> 'information_schema'

        """

    private static func table(_ row: [String?]) -> JSONObject {
        var object: JSONObject = ["schema": text(row[0]), "name": text(row[1]), "kind": text(row[2])]
        object["rowEstimate"] = row[3].flatMap { Int64($0) }.map(JSON.integer)
        object["comment"] = row[4].map(JSON.string)
        return object
    }

    private static func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
}
