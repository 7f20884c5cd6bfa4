import Diagnostics
import Glibc
import Ledger
import LinuxIO
import Manifests
import Registry
import Store
import StrictJSON

/// `agentbox revoke`: takes something back, waits until what runs on it has ended, and puts that on record.
package struct Revoker: Sendable {
    private let home: Home
    private let store: any StateStore

    /// How long what is revoked may take to end. It takes a fraction of a second; the promise is two.
    static let patience = Duration.seconds(5)

    package init(_ home: Home) async throws {
        self.home = home
        store = try await BlockingPool.shared.run { () throws(StoreError) in try SQLiteStateStore(home) }
    }

    /// What came of a revocation.
    package struct Result: Sendable {
        package let scope: RevocationScope
        package let epoch: Int64
        package var runs = 0
        package var calls = 0
        package var approvals = 0
        /// What had not ended when the patience did: runs, and calls as `run/call`.
        package var remaining: [String] = []
        /// Why it is not on record; nil if it is.
        package var problem: LedgerError?

        package var json: JSON {
            var object: JSONObject = [
                "scope": scope.json, "epoch": .integer(epoch),
                "ended": [
                    "runs": .integer(Int64(runs)), "calls": .integer(Int64(calls)),
                    "approvals": .integer(Int64(approvals)),
                ],
                "remaining": .array(remaining.map(JSON.string)),
            ]
            object["problem"] = problem.map { .string($0.message) }
            return .object(object)
        }
    }

    /// The one run that goes on and whose name begins so.
    ///
    /// - Throws: `RunError` if there is none, or more than one.
    package func scope(ofRun prefix: String) async throws -> RevocationScope {
        let now = try await RunningNow.look(home, store)
        let names = now.runs.map(\.record.run)
        let matching = names.filter { $0.hasPrefix(prefix) }
        guard let name = matching.first else {
            throw RunError(
                "no run \(VisibleText.quoted(prefix)) is going on",
                remedy: names.isEmpty ? "nothing runs now" : "these are: \(names.prefix(6).joined(separator: ", "))")
        }
        guard matching.count == 1 else {
            throw RunError("\(matching.count) runs begin like that", remedy: "give more of the name: `\(name)`")
        }
        return .run(name)
    }

    /// A tool that is registered, or a server of which one is: a name that means nothing would revoke nothing.
    ///
    /// - Throws: `RunError` if there is none of that name.
    package func scope(ofTool name: String) throws -> RevocationScope {
        let installation = try Installation.find()
        let registrar = try ToolRegistrar(home, installation)
        let catalogue = try ToolCatalog.load(directories: [installation.tools])
        let stored = try StoredTool.all(in: registrar, besides: catalogue) { _ in true }
        var names = Set(catalogue.entries.keys.map(\.rawValue)).union(stored.keys.map(\.rawValue))
        names.formUnion(stored.values.compactMap { $0.entry.server?.server.name.rawValue })
        guard names.contains(name) else {
            let near = Nearest.match(name, among: names.sorted())
            throw RunError(
                "there is no tool \(VisibleText.quoted(name))",
                remedy: near.map { "did you mean `\($0)`?" } ?? "see `agentbox tool list`")
        }
        return .tool(name)
    }

    /// Takes back, first and whatever else goes wrong after it.
    package func revoke(_ scope: RevocationScope, reason: String?) async throws -> Result {
        let before = try? await RunningNow.look(home, store)
        let by = Self.user
        let revocation = try await store.revoke(scope, by: by, reason: reason)
        var result = Result(scope: scope, epoch: revocation.epoch)
        let covered = Covered(scope, before)
        result.remaining = await remaining(covered)
        result.runs = covered.runs.count { !result.remaining.contains($0) }
        result.calls = covered.calls.count { !result.remaining.contains($0) }
        result.approvals = covered.approvals
        result.problem = await record(
            RevokedEntry(
                scope: scope.json, by: by, reason: reason, epoch: revocation.epoch, runs: Int64(result.runs),
                calls: Int64(result.calls), approvals: Int64(result.approvals),
                isIncomplete: !result.remaining.isEmpty))
        return result
    }

    /// Gives a tool, or what a principal may do, back. False if it was not revoked.
    ///
    /// The record comes first: nothing is given back that is not on record.
    package func lift(_ scope: RevocationScope, reason: String?) async throws -> Bool {
        let lifts = try await store.lifts()
        let revoked = try await store.revocations(after: lifts[scope] ?? 0).last { $0.scope == scope }
        guard let revoked else { return false }
        let by = Self.user
        if let problem = await record(
            RevocationLiftedEntry(scope: scope.json, by: by, reason: reason, epoch: revoked.epoch))
        {
            throw problem
        }
        try await RevocationLift(scope: scope, epoch: revoked.epoch, by: by).keep(in: store)
        return true
    }

    // MARK: Waiting

    /// What was going on and is covered.
    private struct Covered {
        /// Runs that end with it.
        var runs: [String] = []
        /// As `run/call`.
        var calls: [String] = []
        var approvals = 0

        init(_ scope: RevocationScope, _ now: RunningNow?) {
            for run in now?.runs ?? [] {
                let record = run.record
                func covers(_ tool: String) -> Bool {
                    scope.covers(run: record.run, tool: tool, principal: record.principal)
                }
                switch scope {
                case .tool: break
                default: if covers("") { runs.append(record.run) }
                }
                calls += run.calls.filter { covers($0.tool) || $0.server.map(covers) == true }
                    .map { "\(record.run)/\($0.call)" }
                approvals += run.approvals.count { covers($0.tool) || $0.server.map(covers) == true }
            }
        }
    }

    private func remaining(_ covered: Covered) async -> [String] {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            var left = covered.runs.filter { name in
                RunIdentifier(name).map { (try? RunDirectory.isAlive($0, in: home)) ?? true } ?? false
            }
            if !covered.calls.isEmpty {
                let open = (try? await RunningNow.openCalls(home)).map { Set($0.map { "\($0.run)/\($0.call)" }) }
                left += covered.calls.filter { open?.contains($0) ?? true }
            }
            if left.isEmpty || ContinuousClock.now > deadline { return left }
            guard await Reactor.shared.sleep(until: .now + .milliseconds(25)) == .deadlinePassed else { return left }
        }
    }

    private func record(_ entry: some LedgerEntry) async -> LedgerError? {
        do throws(LedgerError) {
            let (ledger, _) = try await BlockingPool.shared.run { [home] () throws(LedgerError) in
                try Ledger.open(home.ledger)
            }
            try await ledger.append(entry)
            try await ledger.close()
            return nil
        } catch {
            return error
        }
    }

    /// The name of the user who runs this, as the system has it.
    private static var user: String {
        guard let entry = getpwuid(geteuid()) else { return "user \(geteuid())" }
        return String(cString: entry.pointee.pw_name)
    }
}
