import CPostgreSQL
import Diagnostics
import StrictJSON
import ToolSupport

/// A session with the database that `PGHOST` and its like lead to: in a call, the socket of its credential.
struct Session: ~Copyable {
    private let handle: OpaquePointer

    /// - Parameters:
    ///   - readOnly: Of every transaction that does not say otherwise.
    ///   - timeout: Of a statement, in seconds.
    init(readOnly: Bool, timeout: Int) throws(ServerFailure) {
        handle = try Self.connect(readOnly, timeout)
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    private static func connect(_ readOnly: Bool, _ timeout: Int) throws(ServerFailure) -> OpaquePointer {
        let options =
            "-c default_transaction_read_only=\(readOnly ? "on" : "off") -c statement_timeout=\(timeout)s "
            + "-c idle_in_transaction_session_timeout=\(timeout + 30)s"
        // No file of the view's is to say anything about the connection.
        let parameters = [
            ("application_name", "agentbox"), ("client_encoding", "UTF8"), ("passfile", "/dev/null/none"),
            ("sslmode", "disable"), ("gssencmode", "disable"), ("connect_timeout", "15"), ("options", options),
        ]
        var keys = (parameters.map { strdup($0.0) } + [nil]).map { UnsafePointer($0) }
        var values = (parameters.map { strdup($0.1) } + [nil]).map { UnsafePointer($0) }
        defer { for pointer in keys + values { free(UnsafeMutablePointer(mutating: pointer)) } }
        guard let handle = PQconnectdbParams(&keys, &values, 0) else {
            throw .own(ToolError(.system, "there is no memory for a connection"))
        }
        guard PQstatus(handle) == CONNECTION_OK else {
            let text = VisibleText.line(String(cString: PQerrorMessage(handle)), limit: 600)
            PQfinish(handle)
            throw .own(ToolError(.notPermitted, "there is no connection to the database: \(text)"))
        }
        return handle
    }

    deinit { PQfinish(handle) }

    // MARK: statements of this tool's own

    /// Runs one of this tool's own statements, all rows as texts.
    @discardableResult
    func run(_ statement: String, _ parameters: [String?] = []) throws(ServerFailure) -> [[String?]] {
        let result = withTexts(parameters) { values in
            PQexecParams(handle, statement, Int32(parameters.count), nil, values, nil, nil, 0)
        }
        let checked = try check(result, statement)
        defer { PQclear(checked) }
        return (0..<PQntuples(checked)).map { row in
            (0..<PQnfields(checked)).map { Self.text(checked, row, $0) }
        }
    }

    // MARK: the call's statement

    private static let name = "agentbox_call"

    /// Has the server parse the call's statement, and says what it takes and gives. The extended protocol takes one
    /// statement and refuses more (PostgreSQL, "Extended Query"): nothing can follow a `COMMIT` within it.
    func prepare(_ statement: String) throws(ServerFailure) -> Shape {
        PQclear(try check(PQprepare(handle, Self.name, statement, 0, nil), statement))
        let result = try check(PQdescribePrepared(handle, Self.name), statement)
        defer { PQclear(result) }
        return Shape(
            parameters: (0..<PQnparams(result)).map { PQparamtype(result, $0) },
            columns: (0..<PQnfields(result)).map { column in
                Shape.Column(
                    name: PQfname(result, column).map { String(cString: $0) } ?? "", type: PQftype(result, column),
                    modifier: PQfmod(result, column))
            })
    }

    /// What a statement takes and gives, by the numbers of types.
    struct Shape {
        struct Column {
            let name: String
            let type: Oid
            let modifier: Int32
        }
        let parameters: [Oid]
        let columns: [Column]
    }

    /// How the call's statement ended.
    struct End {
        /// `SELECT`, `INSERT`, …
        var command = ""
        /// Rows that it was about, as the server counts them.
        var affected: Int?
        /// The rest was not waited for.
        var isCancelled = false
    }

    /// Runs what was prepared, and hands on row by row, so that no more than one is held.
    ///
    /// - Parameter row: False: no more is wanted, and the statement is cancelled.
    func execute(
        _ statement: String, _ parameters: [String?], row: ([String?]) -> Bool
    ) throws(ServerFailure) -> End {
        let isSent = withTexts(parameters) { values in
            PQsendQueryPrepared(handle, Self.name, Int32(parameters.count), values, nil, nil, 0) == 1
        }
        guard isSent, PQsetSingleRowMode(handle) == 1 else { throw lost() }
        var end = End()
        var failure: ServerFailure?
        while let result = PQgetResult(handle) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_SINGLE_TUPLE:
                guard !end.isCancelled else { continue }
                if !row((0..<PQnfields(result)).map { Self.text(result, 0, $0) }) {
                    end.isCancelled = true
                    cancel()
                }
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                end.command = PQcmdStatus(result).map { Self.command(String(cString: $0)) } ?? ""
                end.affected = PQcmdTuples(result).flatMap { Int(String(cString: $0)) }
            case PGRES_EMPTY_QUERY:
                failure = failure ?? .own(ToolError(.invalidArguments, "`statement` holds no statement"))
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                // It waits for data that nobody has: the session ends with it.
                throw .own(
                    ToolError(
                        .invalidArguments, "COPY to and from the client is another protocol",
                        remedy: "use SELECT and INSERT"))
            default:
                if end.isCancelled { continue }
                failure = failure ?? ServerError(result, statement: statement).map { .said($0) } ?? lost()
            }
        }
        if let failure { throw failure }
        guard PQstatus(handle) == CONNECTION_OK else { throw lost() }
        return end
    }

    /// `INSERT 0 1` is `INSERT`, `CREATE TABLE` itself.
    private static func command(_ tag: String) -> String {
        tag.split(separator: " ").filter { $0.utf8.contains { !(0x30...0x39).contains($0) } }.joined(separator: " ")
    }

    private func cancel() {
        guard let request = PQgetCancel(handle) else { return }
        defer { PQfreeCancel(request) }
        var reason = [CChar](repeating: 0, count: 256)
        // If it does not work the rest is read and dropped, until the statement's time is over.
        _ = PQcancel(request, &reason, Int32(reason.count))
    }

    /// True between `BEGIN` and its end.
    var isInTransaction: Bool {
        let status = PQtransactionStatus(handle)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    // MARK: results

    private func check(_ result: OpaquePointer?, _ statement: String) throws(ServerFailure) -> OpaquePointer {
        guard let result else { throw lost() }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK: return result
        default:
            defer { PQclear(result) }
            throw ServerError(result, statement: statement).map { .said($0) } ?? lost()
        }
    }

    private func lost() -> ServerFailure {
        let text = VisibleText.line(String(cString: PQerrorMessage(handle)), limit: 600)
        return .own(ToolError(.programFailed, text.isEmpty ? "the database did not answer" : text))
    }

    private static func text(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> String? {
        guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, row, column)))
        return String(decoding: bytes, as: UTF8.self)
    }

    private func withTexts<Success>(
        _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Success
    ) -> Success {
        let values = texts.map { text in text.flatMap { strdup($0) } }
        defer { for value in values { free(value) } }
        return (values.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("a list with a nil in it has a place") }
            return body(base)
        }
    }
}
