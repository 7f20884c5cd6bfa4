import Ledger
import LinuxIO
import Registry
import Sandbox
import Store
import StrictJSON

/// What runs left behind whose process was killed: half-published layers, and calls without an end on record.
struct DeadRuns: Sendable {
    let home: Home
    let ledger: Ledger

    /// Finishes every call of a dead run that has no end: its layer is rolled back or forward, and the ledger says
    /// what it published, or that nobody knows what became of it. Runs that live are left alone.
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
            let decision = try call.decision()
            var end = EndedEntry.unknown(decision, index: call.index)
            if let adopted {
                notes += try await recover(adopted)
                end = await published(decision, call.index, in: adopted) ?? end
            }
            _ = try await ledger.appendIfUnfinished(end)
        }
        return try await notes + finishLayers()
    }

    /// Finishes publications whose calls have an end on record: their run was over before they could be tidied up, or
    /// an earlier start could not look into them. One that cannot be finished keeps nobody from starting.
    private func finishLayers() async throws -> [String] {
        let runs = try await BlockingPool.shared.run { [home] () throws(StoreError) in
            try RunDirectory.holdingLayers(in: home)
        }
        var notes: [String] = []
        for run in runs {
            let adopted = try await BlockingPool.shared.run { [home] () throws(StoreError) in
                try RunDirectory.adopt(run, in: home)
            }
            guard let adopted else { continue }
            do throws(LayerError) {
                notes += try await recover(adopted)
            } catch {
                // Somebody undoes its changes at this moment, and tidies up as well.
                if error.reason != .runInUse { notes.append("run \(run): \(error.message)") }
            }
        }
        return notes
    }

    /// Rolls the publications of a dead run back or forward, and says what a person should look at.
    private func recover(_ run: RunDirectory) async throws(LayerError) -> [String] {
        let recovery = try await BlockingPool.shared.run { () throws(LayerError) in
            try RunLayers.recover(runDirectory: run.path)
        }
        let problems = recovery.failures + recovery.unresolved.map { "`\($0)` changed after the crash" }
        return problems.map { "run \(run.identifier): \($0)" }
    }

    /// The end of a call whose writes the run's record of changes holds: what became of it is known. Nil for any other.
    private func published(
        _ decision: DecidedEntry, _ index: LedgerIndex, in run: RunDirectory
    ) async -> EndedEntry? {
        // A record that cannot be read proves nothing: then the call's end is unknown.
        let records = try? await BlockingPool.shared.run { () throws(LayerError) in
            try ChangeStore(runDirectory: run.path).records()
        }
        guard let record = records?.first(where: { $0.origin.call == decision.call }) else { return nil }
        var outcome: JSONObject = [
            "end": "published", "reason": "what the call wrote is published, but its end was not recorded",
        ]
        var room = EntryRoom()
        room.add(record.changes.map { $0.json() }, as: "changes", to: &outcome)
        return EndedEntry(
            context: decision.context, call: decision.call, tool: decision.tool, decided: index,
            outcome: .object(outcome))
    }
}
