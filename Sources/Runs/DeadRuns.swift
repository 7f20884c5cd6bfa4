import Ledger
import LinuxIO
import Sandbox
import Store

/// What runs left behind whose process was killed: half-published layers, and calls without an end on record.
struct DeadRuns: Sendable {
    let home: Home
    let ledger: Ledger

    /// Finishes every call of a dead run that has no end: its layer is rolled back or forward, and the ledger says that
    /// nobody knows what became of it. Runs that live are left alone.
    ///
    /// - Returns: What a person should look at.
    func finish(_ recovery: Recovery) async throws -> [String] {
        var notes: [String] = []
        for call in recovery.unfinished {
            guard let run = RunIdentifier(call.run) else { continue }
            let adopted = try await BlockingPool.shared.run { [home] () throws(StoreError) in
                try RunDirectory.adopt(run, in: home)
            }
            // A run whose folder is gone belongs to no process either.
            let isAlive = try adopted == nil && RunDirectory.isAlive(run, in: home)
            if isAlive { continue }
            if let adopted {
                let recovery = try await BlockingPool.shared.run { () throws(LayerError) in
                    try RunLayers.recover(runDirectory: adopted.path)
                }
                for problem in recovery.failures + recovery.unresolved.map({ "`\($0)` changed after the crash" }) {
                    notes.append("run \(run): \(problem)")
                }
            }
            _ = try await ledger.appendIfUnfinished(.unknown(try call.decision(), index: call.index))
        }
        return notes
    }
}
