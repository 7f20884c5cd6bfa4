import Diagnostics
import StrictJSON
import ToolSupport

/// One statement of a call.
struct Query {
    private let statement: String
    private let parameters: [JSON]
    private let schema: String?
    private let timeout: Int
    private let writes: Bool
    private var rows: KeptRows

    init(_ arguments: Arguments, writes: Bool) throws(ServerFailure) {
        do throws(ToolError) {
            // `tables` and `privileges` are for the credential's scope: the server holds the call to them.
            if writes {
                try arguments.allow(
                    "statement", "parameters", "tables", "schema", "privileges", "maxRows", "maxBytes", "timeout")
            } else {
                try arguments.allow("statement", "parameters", "tables", "schema", "maxRows", "maxBytes", "timeout")
            }
            statement = try arguments.text("statement")
            schema = try arguments.optionalText("schema")
            for text in [statement, schema ?? ""] where text.utf8.contains(0) {
                throw ToolError(.invalidArguments, "`statement` and `schema` hold no NUL character")
            }
            if let value = arguments.members["parameters"], value.arrayValue == nil {
                throw ToolError(.invalidArguments, "the argument `parameters` has to be a list")
            }
            parameters = arguments.members["parameters"]?.arrayValue ?? []
            timeout = try arguments.number("timeout", in: 1...300, default: 30)
            rows = KeptRows(
                mostRows: try arguments.number("maxRows", in: 1...10_000, default: 200),
                mostBytes: try arguments.number("maxBytes", in: 1024...(1 << 20), default: 256 << 10))
        } catch {
            throw .own(error)
        }
        self.writes = writes
    }

    func run() throws(ServerFailure) -> JSON {
        let session = try Session(readOnly: !writes, timeout: timeout)
        if let schema {
            try session.run("SELECT pg_catalog.set_config('search_path', pg_catalog.quote_ident($1), false)", [schema])
        }
        try session.run(writes ? "BEGIN READ WRITE" : "BEGIN READ ONLY")
        // Attack: `SET TRANSACTION READ WRITE`, and what does the same by another name. After a transaction's first
        // snapshot, which this takes, the server refuses that.
        try session.run("SELECT 1")
        let shape = try session.prepare(statement)
        let types = try TypeNames(shape, session)
        let values = try Parameters(parameters, types).texts
        var kept = rows
        let end = try session.execute(statement, values) { row in
            kept.add(row, types.columns)
            // What is written is written to the end, whatever is read of it.
            return writes || !kept.isCut
        }
        guard session.isInTransaction else {
            throw .own(
                ToolError(
                    .invalidArguments, "the statement ended the transaction that it ran in, and did nothing else",
                    remedy: "leave BEGIN, COMMIT and ROLLBACK out: each call is a transaction"))
        }
        try session.run(writes ? "COMMIT" : "ROLLBACK")
        var report = kept.json
        report["columns"] = .array(
            zip(shape.columns, types.columns).map { ["name": .string($0.name), "type": .string($1.name)] })
        if !end.command.isEmpty { report["command"] = .string(end.command) }
        if writes, let affected = end.affected { report["affected"] = .integer(Int64(affected)) }
        return .object(report)
    }
}
