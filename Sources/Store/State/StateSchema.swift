import GRDB
import Glibc
import LinuxIO

/// The file of `SQLiteStateStore`: how it is opened and made, and what its errors mean.
enum StateSchema {
    /// Says whose database it is: "agbx".
    private static let applicationIdentifier: Int32 = 0x6167_6278

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(
                sql: """
                    PRAGMA application_id = \(applicationIdentifier);
                    CREATE TABLE records (
                        kind TEXT NOT NULL, key TEXT NOT NULL, run TEXT, state TEXT NOT NULL, body TEXT NOT NULL,
                        version INTEGER NOT NULL, changed INTEGER NOT NULL, PRIMARY KEY (kind, key)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX records_by_run ON records (kind, run, state);
                    CREATE INDEX records_by_state ON records (kind, state, changed);
                    CREATE TABLE fences (name TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
                    CREATE TABLE revocations (
                        epoch INTEGER PRIMARY KEY AUTOINCREMENT, scope TEXT NOT NULL, person TEXT NOT NULL,
                        reason TEXT, time INTEGER NOT NULL
                    ) STRICT;
                    """)
        }
        return migrator
    }

    static func open(_ home: Home) throws(StoreError) -> (DatabaseQueue, SharedDescriptor) {
        let path = home.path + "/state/state.sqlite"
        do {
            let folder = try home.part(.state)
            let notice = try file("changed", in: folder).shared()
            _ = try file("state.sqlite", in: folder)
            // Of two processes that make the same database at once, the other would see it half made, and take it for
            // somebody else's; and to turn it to WAL it would not wait.
            let database = try FolderLock.holding("migration.lock", in: folder) {
                let database = try DatabaseQueue(path: path, configuration: configuration)
                try prepare(database, path)
                return database
            }
            return (database, notice)
        } catch {
            throw Self.error(error, path)
        }
    }

    /// SQLite gives its other files the mode of this one.
    private static func file(_ name: String, in folder: Folder) throws -> Descriptor {
        let file = try folder.open(name, O_RDWR | O_CREAT | O_NONBLOCK, mode: 0o600)
        let status = try file.status()
        guard status.kind == .file, status.owner == geteuid(), status.permissions & 0o077 == 0 else {
            throw StoreError(
                .stateUnsafe, "`\(folder.path)/\(name)` is not a file of yours alone",
                remedy: "chmod 600 '\(folder.path)/\(name)', if nobody else has had access to it")
        }
        return file
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(SQLiteStateStore.patience / .seconds(1))
        configuration.label = "agentbox-state"
        configuration.prepareDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;
                    PRAGMA cell_size_check = ON;
                    """)
        }
        return configuration
    }

    private static func prepare(_ database: DatabaseQueue, _ path: String) throws {
        let migrator = migrator
        let (isOurs, isComplete, isNewer) = try database.read { db in
            let owner = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
            return (
                tables == 0 || owner == applicationIdentifier, try migrator.hasCompletedMigrations(db),
                try migrator.hasBeenSuperseded(db)
            )
        }
        guard isOurs else { throw damaged(path, "it is a database of another program") }
        guard !isNewer else {
            throw StoreError(
                .stateNewer, "`\(path)` was written by a later agentbox", remedy: "install that version again")
        }
        if !isComplete { try migrator.migrate(database) }
    }

    static func damaged(_ path: String, _ what: String) -> StoreError {
        StoreError(
            .stateDamaged, "the state `\(path)` is damaged: \(what)",
            remedy:
                "move the folder away: pending approvals and leases are lost with it, the ledger and the pins are not"
        )
    }

    static func error(_ error: any Error, _ path: String) -> StoreError {
        switch error {
        case let error as StoreError: return error
        case let error as SystemError:
            return StoreError(.system, "cannot open the state `\(path)`: \(error.message)", remedy: error.remedy)
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_MISMATCH, .SQLITE_SCHEMA:
                return damaged(path, error.message ?? "SQLite cannot read it")
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                return StoreError(
                    .stateBusy, "the state `\(path)` is held by another process",
                    remedy: "find who holds it: fuser '\(path)'")
            case .SQLITE_FULL:
                return StoreError(
                    .system, "the state `\(path)` cannot be written: the disk is full", remedy: "free some space")
            default:
                return StoreError(
                    .system, "the state `\(path)`: \(error.message ?? "error \(error.resultCode.rawValue)")")
            }
        default: return StoreError(.system, "the state `\(path)`: \(error)")
        }
    }
}
