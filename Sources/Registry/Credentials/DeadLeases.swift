import Credentials
import Ledger
import LinuxIO
import Store

/// Leases whose process is gone: they are revoked and probed before any new call.
package struct DeadLeases: Sendable {
    private let store: any StateStore
    private let retirement: LeaseRetirement
    private let isAlive: @Sendable (String) -> Bool
    private let home: Home

    /// - Parameters:
    ///   - home: Whose leases they are: one process at a time ends them.
    ///   - isAlive: True if the run's process lives, or if nobody can tell: then its leases are its own.
    package init(
        store: any StateStore, retirement: LeaseRetirement, home: Home, isAlive: @escaping @Sendable (String) -> Bool
    ) {
        self.store = store
        self.retirement = retirement
        self.isAlive = isAlive
        self.home = home
    }

    /// Ends them. One that cannot be ended closes its source, and nothing else.
    ///
    /// - Returns: What a person should look at.
    package func finish() async throws(StoreError) -> [String] {
        guard try await !dead().isEmpty else { return [] }
        let lock = try await RecoveryLock.take(home)
        defer { withExtendedLifetime(lock) {} }
        // Another process may have ended them meanwhile.
        let dead = try await dead()
        guard !dead.isEmpty else { return [] }
        var contexts: [String: RunContext] = [:]
        for run in Set(dead.map(\.run)) { contexts[run] = try await context(of: run) }
        let known = contexts
        // At once: a source that hangs holds up those of others no longer than itself.
        return await withTaskGroup(of: String?.self) { group in
            for lease in dead {
                group.addTask {
                    let report = await retirement.retire(
                        lease, with: nil, context: known[lease.run] ?? Self.unknown(lease.run))
                    return report.failure.map { failure in
                        "the credential `\(lease.credential)` of call \(lease.call) of run \(lease.run) could not be "
                            + "ended: \(failure); its source `\(lease.source)` is closed until it can"
                    }
                }
            }
            return await group.reduce(into: []) { notes, note in if let note { notes.append(note) } }.sorted()
        }
    }

    private func dead() async throws(StoreError) -> [LeaseRecord] {
        try await store.openLeases().filter { !isAlive($0.run) }
    }

    private func context(of run: String) async throws(StoreError) -> RunContext {
        guard let found = try await store.record(.run, run), let record = RunRecord(found) else {
            return Self.unknown(run)
        }
        return RunContext(
            run: run, task: record.task, intentDigest: record.intentDigest, principal: record.principal,
            agent: .init(
                name: record.agent, confinement: record.confinement == "confined" ? .confined : .unconfined))
    }

    /// A run that died before it was known to others.
    private static func unknown(_ run: String) -> RunContext {
        RunContext(
            run: run, task: "", intentDigest: "", principal: "", agent: .init(name: nil, confinement: .unconfined))
    }
}
