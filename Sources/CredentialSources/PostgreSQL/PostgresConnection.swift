import CPostgreSQL
import Credentials
import Glibc

/// A connection of libpq's, used by one thread that may block, and by none after its deadline.
final class PostgresConnection {
    /// What the server said about a statement that failed.
    struct Failure: Error {
        /// Five characters (PostgreSQL, appendix A); empty if it is libpq's own.
        let state: String
        let message: String
        /// It is the server that said so, and not the way there that failed.
        let isAnswer: Bool
    }

    let handle: OpaquePointer
    private let deadline: ContinuousClock.Instant

    /// - Parameter parameters: libpq's, by its names.
    init(_ parameters: [(String, String)], until deadline: ContinuousClock.Instant) throws(Failure) {
        self.deadline = deadline
        var keys = (parameters.map { strdup($0.0) } + [nil]).map { UnsafePointer($0) }
        var values = (parameters.map { strdup($0.1) } + [nil]).map { UnsafePointer($0) }
        defer {
            for pointer in values {
                guard let pointer else { continue }
                explicit_bzero(UnsafeMutablePointer(mutating: pointer), strlen(pointer))
            }
            for pointer in keys + values { free(UnsafeMutablePointer(mutating: pointer)) }
        }
        guard let handle = PQconnectStartParams(&keys, &values, 0) else {
            throw Failure(state: "", message: "out of memory", isAnswer: false)
        }
        self.handle = handle
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        // If this throws `deinit` runs all the same.
        try connect()
    }

    deinit { PQfinish(handle) }

    private func connect() throws(Failure) {
        guard PQstatus(handle) != CONNECTION_BAD else { throw own() }
        // libpq wants the first wait to be for writing.
        var state = PGRES_POLLING_WRITING
        while true {
            switch state {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING: try wait(for: POLLIN)
            case PGRES_POLLING_WRITING: try wait(for: POLLOUT)
            default: throw refused()
            }
            state = PQconnectPoll(handle)
        }
    }

    /// Why there is no connection. A server that answered says `FATAL`; libpq keeps no SQLSTATE of it.
    private func refused() -> Failure {
        let text = String(cString: PQerrorMessage(handle))
        return Failure(state: "", message: Self.lastLine(text), isAnswer: text.contains("FATAL:"))
    }

    private func own() -> Failure {
        Failure(state: "", message: Self.lastLine(String(cString: PQerrorMessage(handle))), isAnswer: false)
    }

    private static func lastLine(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline)
        return lines.last { $0.contains("FATAL:") }.map(String.init) ?? lines.last.map(String.init) ?? "no reason given"
    }

    private func wait(for events: Int32) throws(Failure) {
        let socket = PQsocket(handle)
        guard socket >= 0 else { throw own() }
        while true {
            let left = (deadline - ContinuousClock.now).wholeMilliseconds
            guard left > 0 else { throw Failure(state: "", message: "it did not answer in time", isAnswer: false) }
            var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
            let count = poll(&entry, 1, Int32(min(left, 60_000)))
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw own() }
        }
    }

    /// Runs one statement or several; the rows of the last one.
    @discardableResult
    func run(_ statement: String) throws(Failure) -> [[String?]] {
        guard PQsendQuery(handle, statement) == 1 else { throw own() }
        var rows: [[String?]] = []
        var failure: Failure?
        while true {
            while PQisBusy(handle) == 1 {
                try wait(for: POLLIN)
                guard PQconsumeInput(handle) == 1 else { throw own() }
            }
            guard let result = PQgetResult(handle) else { break }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK: rows = []
            case PGRES_TUPLES_OK: rows = Self.rows(of: result)
            default: failure = failure ?? Self.failure(of: result, own())
            }
        }
        if let failure { throw failure }
        return rows
    }

    private static let mostRows: Int32 = 10_000

    private static func rows(of result: OpaquePointer) -> [[String?]] {
        (0..<min(PQntuples(result), mostRows)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
    }

    private static func failure(of result: OpaquePointer, _ own: Failure) -> Failure {
        guard let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))),
            let text = PQresultErrorField(result, Int32(UInt8(ascii: "M")))
        else { return own }
        return Failure(state: String(cString: state), message: String(cString: text), isAnswer: true)
    }

    /// A name, quoted (PQescapeIdentifier).
    func identifier(_ name: String) throws(Failure) -> String {
        try quoted(PQescapeIdentifier(handle, name, name.utf8.count))
    }

    /// A text, quoted (PQescapeLiteral).
    func literal(_ text: String) throws(Failure) -> String {
        try quoted(PQescapeLiteral(handle, text, text.utf8.count))
    }

    private func quoted(_ pointer: UnsafeMutablePointer<CChar>?) throws(Failure) -> String {
        guard let pointer else { throw own() }
        defer { PQfreemem(pointer) }
        return String(cString: pointer)
    }

    /// What the server keeps of a password (RFC 5803): so the password itself is in no statement and in no log of it.
    func verifier(of password: String, for role: String) throws(Failure) -> String {
        try quoted(PQencryptPasswordConn(handle, password, role, "scram-sha-256"))
    }
}
