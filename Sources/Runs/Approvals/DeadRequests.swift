import Ledger
import LinuxIO
import Registry
import Store

/// What runs whose process is gone left in the store: they are over, and so are their requests.
struct DeadRequests: Sendable {
    let home: Home
    let store: any StateStore
    let ledger: Ledger

    /// Voids every request of a dead run, and says so in the ledger: a yes that comes now, or came and was not used,
    /// must not count for another run.
    func finish() async throws {
        for run in try await store.runs(.live) where isDead(run.run) {
            let fence = try await store.takeFence(RunRecord.fence(of: run.run))
            let context = RunContext(
                run: run.run, task: run.task, intentDigest: run.intentDigest, principal: run.principal,
                agent: .init(
                    name: run.agent, confinement: run.confinement == "confined" ? .confined : .unconfined))
            let pending = StateQuery(.approval, run: run.run, state: ApprovalRecord.State.pending.rawValue)
            for found in try await store.records(pending) {
                guard var record = ApprovalRecord(found) else { continue }
                record.state = .void
                record.reason = "its agentbox died"
                // Only one of several that start at once says so.
                guard try await store.replace(record.record, fence: fence) else { continue }
                try await ledger.append(
                    ApprovalAnsweredEntry(
                        context: context, call: record.call, request: record.id, verdict: .void,
                        reason: "its agentbox died"))
            }
            try await store.update(run: run.run, fence: fence) { $0.state = .ended }
        }
    }

    private func isDead(_ run: String) -> Bool {
        guard let identifier = RunIdentifier(run) else { return true }
        // One that cannot be looked at may live.
        return (try? !RunDirectory.isAlive(identifier, in: home)) ?? false
    }
}
