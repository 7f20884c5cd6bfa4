import Glibc
import Ledger
import LinuxIO
import Registry
import Store
import StrictJSON

/// What runs at this moment: `agentbox ps`.
package struct RunningNow: Sendable {
    package var runs: [LiveRun] = []
    /// What is revoked of tools and principals and was not lifted; a tool that was registered again since can be called.
    package var revoked: [Revocation] = []
    /// Why the calls are not known: the ledger could not be opened. Nil if they are.
    package var problem: LedgerError?

    /// A run whose process lives.
    package struct LiveRun: Sendable {
        package let record: RunRecord
        package var calls: [RunningCall] = []
        package var approvals: [ApprovalRecord] = []
    }

    /// A call that was allowed and has not ended.
    package struct RunningCall: Sendable {
        package let index: LedgerIndex
        package let call: String
        package let tool: String
        package let server: String?
        package let since: Timestamp
    }

    /// Looks at the store and at the ledger.
    ///
    /// - Throws: `StoreError` if the store cannot be read.
    package static func look(_ home: Home, _ store: any StateStore) async throws(StoreError) -> RunningNow {
        var now = RunningNow()
        let lifts = try await store.lifts()
        for revocation in try await store.revocations(after: 0) where revocation.epoch > lifts[revocation.scope] ?? 0 {
            switch revocation.scope {
            case .tool, .principal:
                now.revoked.removeAll { $0.scope == revocation.scope }
                now.revoked.append(revocation)
            case .run, .all: break
            }
        }
        for record in try await store.runs(.live).sorted(by: { $0.run < $1.run }) {
            guard let name = RunIdentifier(record.run), try RunDirectory.isAlive(name, in: home) else { continue }
            now.runs.append(LiveRun(record: record))
        }
        for record in try await store.records(StateQuery(.approval, state: ApprovalRecord.State.pending.rawValue)) {
            guard let approval = ApprovalRecord(record),
                let place = now.runs.firstIndex(where: { $0.record.run == approval.run })
            else { continue }
            now.runs[place].approvals.append(approval)
        }
        do throws(LedgerError) {
            for call in try await openCalls(home) {
                guard let place = now.runs.firstIndex(where: { $0.record.run == call.run }) else { continue }
                let decision = try call.decision()
                now.runs[place].calls.append(
                    RunningCall(
                        index: call.index, call: decision.call, tool: decision.tool, server: decision.server,
                        since: decision.time))
            }
        } catch {
            now.problem = error
        }
        return now
    }

    /// The calls that have no end on record, also those of dead runs.
    static func openCalls(_ home: Home) async throws(LedgerError) -> [Recovery.UnfinishedCall] {
        // Nothing was ever recorded in this home.
        guard access(home.ledger + "/log", F_OK) == 0 else { return [] }
        let (ledger, recovery) = try await BlockingPool.shared.run { () throws(LedgerError) in
            try Ledger.open(home.ledger)
        }
        try await ledger.close()
        return recovery.unfinished
    }

    package var json: JSON {
        var object: JSONObject = ["runs": .array(runs.map(\.json))]
        object["revoked"] = .array(
            revoked.map { revocation in
                var object: JSONObject = [
                    "scope": revocation.scope.json, "by": .string(revocation.by),
                    "time": .string(revocation.time.description),
                ]
                object["reason"] = revocation.reason.map(JSON.string)
                return .object(object)
            })
        object["problem"] = problem.map { .string($0.message) }
        return .object(object)
    }
}

extension RunningNow.LiveRun {
    package var json: JSON {
        var object = record.json.objectValue ?? JSONObject()
        object["calls"] = .array(
            calls.map { call in
                var object: JSONObject = [
                    "index": .integer(Int64(call.index)), "call": .string(call.call), "tool": .string(call.tool),
                    "since": .string(call.since.description),
                ]
                object["server"] = call.server.map(JSON.string)
                return .object(object)
            })
        object["approvals"] = .array(
            approvals.map {
                [
                    "request": .string($0.id), "call": .string($0.call), "tool": .string($0.tool),
                    "asked": .string($0.request.asked.description), "expires": .string($0.request.expires.description),
                ]
            })
        return .object(object)
    }
}
