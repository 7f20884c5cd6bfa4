import LinuxIO
import Sandbox
import StrictJSON

/// What a run changed in its workspace: to list, to show as diffs, and to take back.
///
///     let changes = try await RunChanges.load(runDirectory: run.path)
///     for change in changes.net { print(change.path, try await changes.diff(of: change)) }
///     let report = try await RunChanges.undo(runDirectory: run.path)
package struct RunChanges: Sendable {
    /// Every publication, in order.
    package let records: [ChangeRecord]
    /// All of them together, by path: how each name was before the run, and how the run left it.
    package let net: [WorkspaceChange]
    private let store: ChangeStore

    /// What a person took back of it, in order.
    package var undos: [ChangeRecord] { records.filter(\.origin.isUndo) }

    /// Every name that the run itself changed, whether it still is so or not.
    package var touched: Set<String> {
        Set(records.filter { !$0.origin.isUndo }.flatMap(\.changes).map(\.path))
    }

    /// Reads the records of a run that is under way or over.
    package static func load(runDirectory path: String) async throws(LayerError) -> RunChanges {
        try await BlockingPool.shared.run { () throws(LayerError) in
            let store = try ChangeStore(runDirectory: path)
            let records = try store.records()
            return RunChanges(records: records, net: NetChanges.of(records), store: store)
        }
    }

    /// Changes that a person should look at before using the workspace, each with the reason in `review`.
    package var toReview: [WorkspaceChange] { net.filter { $0.review != nil } }

    /// The difference of a change of `net` or of a record, from the contents that were kept.
    package func diff(of change: WorkspaceChange, limit: Int = FileDiff.largest) async throws(LayerError) -> FileDiff {
        try await BlockingPool.shared.run { [store] () throws(LayerError) in
            let old = try side(change.oldDigest, change.oldSize, limit, store)
            return FileDiff(change, old: old, new: try side(change.newDigest, change.newSize, limit, store))
        }
    }

    /// Takes back what still is as the run left it; see `RunLayers.undo`.
    package static func undo(
        runDirectory path: String, paths: [String]? = nil
    ) async throws(LayerError) -> UndoReport {
        try await BlockingPool.shared.run { () throws(LayerError) in
            try RunLayers.undo(runDirectory: path, paths: paths)
        }
    }

    package func json() -> JSON {
        [
            "changes": .array(net.map { $0.json() }), "records": .array(records.map { $0.json() }),
            "undone": .array(
                undos.map { undo in
                    ["time": .string(undo.time.description), "paths": .array(undo.changes.map { .string($0.path) })]
                }),
        ]
    }
}

/// One content of a change, as far as it was kept.
private func side(
    _ digest: String?, _ size: Int?, _ limit: Int, _ store: ChangeStore
) throws(LayerError) -> FileDiff.Side {
    guard let digest, let size else { return .absent }
    if size > limit { return .tooLarge }
    return try store.content(digest, limit: limit).map { .bytes($0) } ?? .unknown
}
