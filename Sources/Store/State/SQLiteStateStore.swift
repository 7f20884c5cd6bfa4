import GRDB
import Glibc
import LinuxIO
import StrictJSON

/// The embedded store: one SQLite file in `$AGENTBOX_HOME`, shared by every agentbox of this user.
///
/// WAL, `synchronous=FULL`: what was committed survives a loss of power. Several processes write; each transaction takes
/// its turn, and one that waits longer than `patience` is an error.
package final class SQLiteStateStore: StateStore {
    /// How long a transaction waits for those of other processes.
    static let patience = Duration.seconds(10)

    private let database: DatabaseQueue
    private let path: String
    private let noticePath: String
    private let notice: SharedDescriptor

    /// Opens the store of a home, and makes it if there is none. Blocking.
    ///
    /// - Throws: `.stateNewer` if a later agentbox has written it, `.stateDamaged` if it is no database of ours or not
    ///   whole, `.stateUnsafe` if others can read it.
    package init(_ home: Home) throws(StoreError) {
        let folder = home.path + "/state"
        path = folder + "/state.sqlite"
        noticePath = folder + "/changed"
        (database, notice) = try StateSchema.open(home)
    }

    // MARK: Records

    package func create(
        _ record: StateRecord, fence: FencingToken?, limit: Int?
    ) async throws(StoreError) -> StateRecord {
        let now = Timestamp.now()
        try await write { db in
            try Self.check(fence, db)
            if let limit {
                let count = try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM records WHERE kind = ? AND run IS ? AND state = ?",
                    arguments: [record.kind.rawValue, record.run, record.state])
                guard count ?? 0 < limit else {
                    throw StoreError(
                        .stateFull, "\(limit) records `\(record.kind.rawValue)` are `\(record.state)` already")
                }
            }
            try Self.insert(record, now, db)
        }
        return StateRecord(
            record.kind, record.key, run: record.run, state: record.state, body: record.body, version: 1, changed: now)
    }

    package func begin(_ record: StateRecord, fencing name: String) async throws(StoreError) -> FencingToken {
        let now = Timestamp.now()
        return try await write { db in
            try Self.insert(record, now, db)
            return try Self.takeFence(name, db)
        }
    }

    private static func insert(_ record: StateRecord, _ now: Timestamp, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO records (kind, key, run, state, body, version, changed) VALUES (?, ?, ?, ?, ?, 1, ?)
                ON CONFLICT DO NOTHING
                """,
            arguments: [
                record.kind.rawValue, record.key, record.run, record.state, record.body.encodedString(),
                now.millisecondsSince1970,
            ])
        guard db.changesCount == 1 else {
            throw StoreError(
                .stateConflict, "there is a record `\(record.kind.rawValue)` of the key `\(record.key)` already")
        }
    }

    package func record(_ kind: StateRecord.Kind, _ key: String) async throws(StoreError) -> StateRecord? {
        try await read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM records WHERE kind = ? AND key = ?", arguments: [kind.rawValue, key]
            ).map { try StateRecord(row: $0) }
        }
    }

    package func records(_ query: StateQuery) async throws(StoreError) -> [StateRecord] {
        var sql = "SELECT * FROM records WHERE kind = ?"
        var arguments: StatementArguments = [query.kind.rawValue]
        for (column, value) in [("run", query.run), ("state", query.state)] {
            guard let value else { continue }
            sql += " AND \(column) = ?"
            arguments += [value]
        }
        sql += " ORDER BY key"
        if let limit = query.limit { sql += " LIMIT \(limit)" }
        return try await read { [sql, arguments] db in
            try Row.fetchAll(db, sql: sql, arguments: arguments).map { try StateRecord(row: $0) }
        }
    }

    package func replace(
        _ record: StateRecord, fence: FencingToken?, epoch: Int64?
    ) async throws(StoreError) -> Bool {
        let body = record.body.encodedString()
        return try await write { db in
            try Self.check(fence, db)
            if let epoch, try Self.epoch(db) != epoch { return false }
            try db.execute(
                sql: """
                    UPDATE records SET state = ?, body = ?, changed = ?, version = version + 1
                    WHERE kind = ? AND key = ? AND version = ?
                    """,
                arguments: [
                    record.state, body, Timestamp.now().millisecondsSince1970, record.kind.rawValue, record.key,
                    record.version,
                ])
            return db.changesCount == 1
        }
    }

    package func removeRecords(
        _ kind: StateRecord.Kind, in state: String, before time: Int64
    ) async throws(StoreError) {
        let condition = "FROM records WHERE kind = ? AND state = ? AND changed < ?"
        let arguments: StatementArguments = [kind.rawValue, state, time]
        // Mostly there are none, and a look costs no sync.
        let isAny = try await read { db in
            try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 \(condition))", arguments: arguments)
        }
        guard isAny == true else { return }
        try await write { db in try db.execute(sql: "DELETE \(condition)", arguments: arguments) }
    }

    // MARK: Fences and revocations

    package func takeFence(_ name: String) async throws(StoreError) -> FencingToken {
        try await write { db in try Self.takeFence(name, db) }
    }

    private static func takeFence(_ name: String, _ db: Database) throws -> FencingToken {
        let number = try Int64.fetchOne(
            db,
            sql: """
                INSERT INTO fences (name, number) VALUES (?, 1)
                ON CONFLICT (name) DO UPDATE SET number = number + 1 RETURNING number
                """, arguments: [name])
        guard let number else { throw StateSchema.damaged("state.sqlite", "a fence has no number") }
        return FencingToken(name: name, number: number)
    }

    package func revoke(
        _ scope: RevocationScope, by: String, reason: String?
    ) async throws(StoreError) -> Revocation {
        let time = Timestamp.now()
        let epoch = try await write { db in
            try db.execute(
                sql: "INSERT INTO revocations (scope, person, reason, time) VALUES (?, ?, ?, ?)",
                arguments: [scope.json.encodedString(), by, reason, time.millisecondsSince1970])
            return db.lastInsertedRowID
        }
        return Revocation(epoch: epoch, scope: scope, by: by, reason: reason, time: time)
    }

    package func revocationEpoch() async throws(StoreError) -> Int64 { try await read { try Self.epoch($0) } }

    package func revocations(after epoch: Int64) async throws(StoreError) -> [Revocation] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM revocations WHERE epoch > ? ORDER BY epoch", arguments: [epoch]
            ).map { try Revocation(row: $0) }
        }
    }

    package func changes() throws(StoreError) -> StateChanges {
        try StoreError.translating("cannot watch `\(noticePath)`") { try StateChanges(file: noticePath) }
    }

    /// How commits become durable, for tests.
    func pragmas() async throws(StoreError) -> [String] {
        try await read { db in
            try ["journal_mode", "synchronous"].map { name in
                try String.fetchOne(db, sql: "PRAGMA \(name)") ?? ""
            }
        }
    }

    // MARK: Transactions

    private static func epoch(_ db: Database) throws -> Int64 {
        // AUTOINCREMENT remembers the greatest, whatever was removed.
        try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'revocations'") ?? 0
    }

    private static func check(_ fence: FencingToken?, _ db: Database) throws {
        guard let fence else { return }
        let newest = try Int64.fetchOne(db, sql: "SELECT number FROM fences WHERE name = ?", arguments: [fence.name])
        guard newest == fence.number else {
            throw StoreError(
                .stateFenced, "somebody else has taken over `\(fence.name)`",
                remedy: "start again: what this process knows of it is out of date")
        }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await uncancelled { [database] in try await database.read(body) }
    }

    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let value = try await uncancelled { [database] in
            try await database.writeWithoutTransaction { db in
                var result: Value?
                // Takes the right to write at once: a transaction that first reads could not wait for it later.
                try db.inTransaction(.immediate) {
                    result = try body(db)
                    return .commit
                }
                return result
            }
        }
        guard let value else { throw StateSchema.damaged(path, "a transaction came to no end") }
        // Watchers are told after the commit. It is done whether they can be told or not: they look now and then.
        try? notice.write([UInt8(ascii: ".")], at: 0)
        return value
    }

    /// A transaction that began ends, also in a task that is cancelled: what is on record must not depend on when a
    /// client goes away.
    private func uncancelled<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws(StoreError) -> Value {
        let result = await Task { () -> Result<Value, any Error> in
            do { return .success(try await body()) } catch { return .failure(error) }
        }.value
        switch result {
        case .success(let value): return value
        case .failure(let error): throw StateSchema.error(error, path)
        }
    }
}

extension StateRecord {
    fileprivate init(row: Row) throws {
        guard let body: String = row["body"], let json = try? JSON(parsing: body) else {
            throw StateSchema.damaged("state.sqlite", "a record is not JSON")
        }
        self.init(
            Kind(rawValue: row["kind"]), row["key"], run: row["run"], state: row["state"], body: json,
            version: row["version"], changed: Timestamp(millisecondsSince1970: row["changed"]))
    }
}

extension Revocation {
    fileprivate init(row: Row) throws {
        guard let text: String = row["scope"], let json = try? JSON(parsing: text), let scope = RevocationScope(json)
        else { throw StateSchema.damaged("state.sqlite", "a revocation has no scope") }
        self.init(
            epoch: row["epoch"], scope: scope, by: row["person"], reason: row["reason"],
            time: Timestamp(millisecondsSince1970: row["time"]))
    }
}
