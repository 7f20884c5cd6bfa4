import Store
import TestSupport

/// A kind of store that has to pass the conformance suite: a home of its own, opened any number of times.
///
/// A new backend is one more case here.
enum StateBackend: String, CaseIterable, Sendable {
    case sqlite

    /// Opens what another process that was given the same home would open.
    func open(_ home: Home) throws -> any StateStore {
        switch self {
        case .sqlite: try SQLiteStateStore(home)
        }
    }
}

/// A home with a store in it, which cleans itself.
struct StateFixture {
    let folder: TemporaryFolder
    let home: Home
    let store: any StateStore

    init(_ backend: StateBackend = .sqlite) throws {
        folder = try TemporaryFolder()
        home = try Home(folder("home"))
        store = try backend.open(home)
    }

    static func record(
        _ key: String, _ kind: StateRecord.Kind = .approval, run: String? = "r1", state: String = "pending"
    ) -> StateRecord {
        StateRecord(kind, key, run: run, state: state, body: ["name": .string(key)])
    }
}
